// Makes the folder that is deployed: CommonJS with every dependency in it, and the host's settings.
//
//     npm run build

import { copyFile, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { build, type Metafile, type Plugin, transform } from "esbuild";
import { joinPieces } from "./join-pieces.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** Where the host begins. */
const MAIN = "main.cjs";
/** A crash prints the line it happened in. */
const LINE_LIMIT = 200;

interface BundleFile {
  readonly name: string;
  readonly bytes: number;
  /** Code that is read and compiled before the first function can run. */
  readonly atStart: boolean;
}

export interface Bundle {
  readonly folder: string;
  /** Name and bytes of each file in it, sorted; `main.cjs` is where the host begins. */
  readonly files: readonly BundleFile[];
  /** What went into the code, and by which kind of import. */
  readonly inputs: Metafile["inputs"];
}

/**
 * What is imported only when it is used is in files of its own: compiling text that nobody runs is most of a cold start.
 * esbuild cuts modules of the language's own kind only, so it does that first, and each piece then becomes CommonJS.
 *
 * @param folder its own files of an earlier build are removed, others stay
 * @param entry path from the project's root
 * @throws Error if esbuild finds a fault, or so much as warns
 */
export async function makeBundle(folder: string, entry = "functions/main.ts"): Promise<Bundle> {
  await mkdir(folder, { recursive: true });
  const old = (await readdir(folder)).filter((name) => name.endsWith(".cjs"));
  await Promise.all(old.map((name) => rm(join(folder, name))));
  const { metafile, outputFiles, warnings } = await build({
    absWorkingDir: ROOT,
    entryPoints: [{ in: entry, out: "main" }],
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    chunkNames: "[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    lineLimit: LINE_LIMIT,
    platform: "node",
    target: "node24",
    format: "esm",
    // The Functions worker answers this name; it is in no registry.
    external: ["@azure/functions-core"],
    // CommonJS has no `import.meta`. esbuild leaves it undefined, and @azure/storage-queue fails at load then.
    define: { "import.meta.url": "bundleUrl" },
    plugins: [oneLanguage, tablesWithoutXml, proxyWhenNeeded],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  if (warnings.length > 0) throw new Error(`esbuild warns: ${warnings.map(({ text }) => text).join("; ")}`);

  const early = readAtStart(metafile);
  const pieces = await Promise.all(
    outputFiles.map(async ({ path, text }) => [basename(path), await toCommonJs(text)] as const),
  );
  const joined = joinPieces(new Map(pieces), MAIN, early);
  await Promise.all([...joined].map(([name, text]) => writeFile(join(folder, name), text)));
  await copyFile(join(ROOT, "host.json"), join(folder, "host.json"));
  await writeFile(join(folder, "package.json"), '{ "main": "main.cjs" }\n');
  const names = [...outputFiles.map(({ path }) => basename(path)), "host.json", "package.json"].sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const { size } = await stat(join(folder, name));
      return { name, bytes: size, atStart: early.has(name) };
    }),
  );
  return { folder, files, inputs: metafile.inputs };
}

/** Names of the files on a way of imports from the entry without one that waits for its use. */
function readAtStart({ outputs }: Metafile): ReadonlySet<string> {
  const entry = Object.keys(outputs).filter((path) => basename(path) === MAIN);
  const early = new Set(entry);
  for (const path of early) {
    for (const { path: next, kind } of outputs[path]?.imports ?? []) {
      if (kind !== "dynamic-import" && outputs[next] !== undefined) early.add(next);
    }
  }
  return new Set([...early].map((path) => basename(path)));
}

/** zod brings its messages in 50 languages, a quarter of our code; the app speaks one. */
const oneLanguage: Plugin = {
  name: "one-language",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    }));
  },
};

/**
 * The tables service speaks JSON; only what stands before it (a proxy, the platform's front) may answer in XML, and its
 * parser is a third of the client. So the parser is read with the first such answer. Nothing is ever written as XML but the
 * settings of the service, which are not ours to change.
 */
const tablesWithoutXml: Plugin = {
  name: "tables-without-xml",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@azure\/core-xml$/ }, ({ importer }) =>
      /[\\/]@azure[\\/]data-tables[\\/]/.test(importer)
        ? { path: "core-xml-when-needed", namespace: "when-needed" }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "when-needed" }, () => ({
      contents: `
        export const parseXML = async (text, options) => (await import("@azure/core-xml")).parseXML(text, options);
        export function stringifyXML() { throw new Error("the tables client writes no XML"); }`,
      resolveDir: ROOT,
    }));
  },
};

/** Made for an app behind a proxy of its own (`HTTPS_PROXY`), and with what they load of Node a tenth of a cold start. */
const proxyWhenNeeded: Plugin = {
  name: "proxy-when-needed",
  setup({ onResolve, onLoad }) {
    const names = /^(https?)-proxy-agent$/;
    onResolve({ filter: names }, ({ path, kind, resolveDir }) =>
      kind === "import-statement"
        ? { path, namespace: "proxy-when-needed", pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: names, namespace: "proxy-when-needed" }, ({ path, pluginData }) => {
      const agent = path.startsWith("https") ? "HttpsProxyAgent" : "HttpProxyAgent";
      return {
        // What a constructor returns is what `new` makes.
        contents: `export class ${agent} { constructor(...given) { return new (require("${path}").${agent})(...given); } }`,
        resolveDir: pluginData,
      };
    });
  },
};

async function toCommonJs(text: string): Promise<string> {
  const { code, warnings } = await transform(text, {
    format: "cjs",
    platform: "node",
    target: "node24",
    // `require` finds the pieces' exports by themselves; an `import()` of CommonJS would guess them from the text.
    supported: { "dynamic-import": false },
    banner: text.includes("bundleUrl")
      ? 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;'
      : "",
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: LINE_LIMIT,
    logLevel: "silent",
  });
  if (warnings.length > 0) throw new Error(`esbuild warns: ${warnings.map((it) => it.text).join("; ")}`);
  return code;
}

if (import.meta.main) {
  const { folder, files } = await makeBundle(join(ROOT, "dist"));
  for (const { name, bytes } of files) {
    process.stdout.write(`${join(folder, name)}  ${bytes.toLocaleString("en")} bytes\n`);
  }
}
