// Makes what is deployed: a folder, and the same as a zip.
//
//     npm run package

import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { build } from "esbuild";
import { makeBundle } from "./bundle.ts";
import { bundledPackages, renderLicenses, renderSbom } from "./bundled-packages.ts";
import { writeDashboard } from "./dashboard.ts";
import { makeZip } from "./zip.ts";

const ROOT = resolve(import.meta.dirname, "../..");

export interface Package {
  /** The zip's content, unpacked. */
  readonly folder: string;
  readonly zip: string;
  readonly zipBytes: number;
  /** SHA-256 of the zip, hexadecimal. */
  readonly hash: string;
  /** Paths in it, with `/`, sorted. */
  readonly files: readonly string[];
}

/**
 * @param folder is emptied first
 * @param zip path of the archive, outside of the folder
 */
export async function makePackage(folder: string, zip: string): Promise<Package> {
  await rm(folder, { recursive: true, force: true });
  const { inputs } = await makeBundle(folder);
  await writeDashboard(join(folder, "dashboard"));
  const { name, version, license } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const packages = bundledPackages(ROOT, [...Object.keys(inputs), ...(await dashboardInputs())]);
  await writeFile(
    join(folder, "package.json"),
    `${JSON.stringify({ name, version, license, private: true, main: "main.cjs" }, null, 2)}\n`,
  );
  await writeFile(join(folder, "THIRD-PARTY-LICENSES.txt"), renderLicenses(packages));
  await writeFile(join(folder, "LICENSE"), await readFile(join(ROOT, "LICENSE")));
  await writeFile(join(folder, "sbom.cdx.json"), renderSbom({ name, version, license }, packages));

  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
  const entries = await Promise.all(
    files.map(async (file) => ({ name: file, bytes: await readFile(join(folder, file)) })),
  );
  const archive = makeZip(entries);
  await writeFile(zip, archive);
  const hash = createHash("sha256").update(archive).digest("hex");
  return { folder, zip, zipBytes: archive.length, hash, files };
}

/** What the page's code is made of: its packages are handed on as well. */
async function dashboardInputs(): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["shared/dashboard/main.ts", "shared/dashboard/style.css"],
    outdir: "out",
    bundle: true,
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return Object.keys(metafile.inputs);
}

if (import.meta.main) {
  const { folder, zip, zipBytes, hash } = await makePackage(
    join(ROOT, "dist/package"),
    join(ROOT, "dist/snatwatch.zip"),
  );
  process.stdout.write(`${folder}\n${zip}  ${zipBytes.toLocaleString("en")} bytes  sha256 ${hash}\n`);
}
