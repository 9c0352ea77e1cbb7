// Makes the folder that is deployed: one CommonJS file with every dependency in it, and the host's settings.
//
//     npm run build

import { copyFile, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Metafile } from "esbuild";

const ROOT = resolve(import.meta.dirname, "../..");

export interface Bundle {
  readonly folder: string;
  /** Name and bytes of each file in it. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** What went into the code, and by which kind of import. */
  readonly inputs: Metafile["inputs"];
}

/**
 * @param folder is emptied first
 * @param entry path from the project's root
 * @throws Error if esbuild finds a fault, or so much as warns
 */
export async function makeBundle(folder: string, entry = "functions/main.ts"): Promise<Bundle> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { metafile, warnings } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: join(folder, "main.cjs"),
    bundle: true,
    minify: true,
    // A crash prints the line it happened in.
    lineLimit: 200,
    platform: "node",
    target: "node24",
    format: "cjs",
    // The Functions worker answers this name; it is in no registry.
    external: ["@azure/functions-core"],
    // CommonJS has no `import.meta`. esbuild leaves it undefined, and @azure/storage-queue fails at load then.
    define: { "import.meta.url": "bundleUrl" },
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
    metafile: true,
    logLevel: "silent",
  });
  if (warnings.length > 0) throw new Error(`esbuild warns: ${warnings.map(({ text }) => text).join("; ")}`);

  await copyFile(join(ROOT, "host.json"), join(folder, "host.json"));
  await writeFile(join(folder, "package.json"), '{ "main": "main.cjs" }\n');
  const files = await Promise.all(
    ["main.cjs", "host.json", "package.json"].map(async (name) => {
      const { size } = await stat(join(folder, name));
      return { name, bytes: size };
    }),
  );
  return { folder, files, inputs: metafile.inputs };
}

if (import.meta.main) {
  const { folder, files } = await makeBundle(join(ROOT, "dist"));
  for (const { name, bytes } of files) {
    process.stdout.write(`${join(folder, name)}  ${bytes.toLocaleString("en")} bytes\n`);
  }
}
