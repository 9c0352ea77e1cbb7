// Makes the files of the dashboard: one page, one style, the code in two parts (the charts come when they are asked for).
// Each also compressed, since the Functions host compresses nothing itself.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";
import type { DashboardFile } from "#ports/dashboard-file.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SOURCE = join(ROOT, "shared/dashboard");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json; charset=utf-8",
};

/** @throws Error if esbuild finds a fault, or so much as warns */
export async function buildDashboard(): Promise<readonly DashboardFile[]> {
  const checks = await checkPages();
  const icon = named("icon.svg", await readFile(join(SOURCE, "icon.svg")));
  const { outputFiles, warnings } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(SOURCE, "main.ts"), join(SOURCE, "style.css")],
    outdir: "out",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    platform: "browser",
    target: ["chrome120", "firefox121", "safari17"],
    format: "esm",
    define: { CHECK_PAGES: JSON.stringify(checks.name) },
    write: false,
    logLevel: "silent",
  });
  if (warnings.length > 0) throw new Error(`esbuild warns: ${warnings.map(({ text }) => text).join("; ")}`);

  const built = outputFiles.map(({ path, contents }) => ({ name: basename(path), plain: contents }));
  const nameOf = (pattern: RegExp) => built.find(({ name }) => pattern.test(name))?.name ?? "";
  const places: Readonly<Record<string, string>> = {
    icon: icon.name,
    style: nameOf(/^style-.*\.css$/),
    script: nameOf(/^main-.*\.js$/),
  };
  const template = await readFile(join(SOURCE, "index.html"), "utf8");
  const page = template.replace(/\{\{(\w+)\}\}/g, (_, place: string) => places[place] ?? "");
  return Promise.all([{ name: "index.html", plain: Buffer.from(page) }, icon, checks, ...built].map(pack));
}

/** Writes the files and `files.json`, which tells what they are, into a folder, which is emptied first. */
export async function writeDashboard(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const files = await buildDashboard();
  for (const { name, plain, gzip: gz, br } of files) {
    await writeFile(join(folder, name), plain);
    await writeFile(join(folder, `${name}.gz`), gz);
    await writeFile(join(folder, `${name}.br`), br);
  }
  const list = files.map(({ name, type, etag }) => ({ name, type, etag }));
  await writeFile(join(folder, "files.json"), `${JSON.stringify(list)}\n`);
}

async function checkPages(): Promise<{ name: string; plain: Buffer }> {
  const folder = join(ROOT, "docs/checks");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md")).sort();
  const pages = await Promise.all(
    names.map(async (name) => [basename(name, ".md"), await readFile(join(folder, name), "utf8")] as const),
  );
  return named("checks.json", Buffer.from(JSON.stringify(Object.fromEntries(pages))));
}

function named(name: string, plain: Buffer): { name: string; plain: Buffer } {
  const extension = extname(name);
  return { name: `${basename(name, extension)}-${hashOf(plain)}${extension}`, plain };
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 10);
}

async function pack({ name, plain }: { name: string; plain: Uint8Array }): Promise<DashboardFile> {
  const [gz, br] = await Promise.all([
    promisify(gzip)(plain, { level: 9 }),
    promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  ]);
  const type = TYPES[extname(name)] ?? "application/octet-stream";
  return { name, type, etag: `"${hashOf(plain)}"`, plain, gzip: gz, br };
}

if (import.meta.main) {
  const folder = join(ROOT, "dist/dashboard");
  await writeDashboard(folder);
  process.stdout.write(`${folder}\n`);
}
