import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDashboard } from "#adapters/files/read-dashboard.ts";
import { answerDashboard, configureDashboard } from "#shared/dashboard-files.ts";
import { buildDashboard, writeDashboard } from "../../infra/build/dashboard.ts";

/** Bytes that the first page may take over the wire, without data. */
const BUDGET = 60 * 1_024;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dashboard-files-"));
  await writeDashboard(folder);
  configureDashboard(() => readDashboard(pathToFileURL(`${folder}/`)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = (path: string | undefined, headers: Readonly<Record<string, string>> = {}) =>
  answerDashboard({ path, headers: { get: (name) => headers[name] ?? null } });
const bytes = (body: Uint8Array | string | undefined) => Buffer.from(body ?? "");
/** Names of the files that the page itself asks for. */
const firstFiles = async () => {
  const page = bytes((await ask("")).body).toString();
  return [...page.matchAll(/(?:src|href)="dashboard\/([^"]+)"/g)].map(([, name = ""]) => name);
};

test("what is written is what is read back, in every form", async () => {
  const [built, read] = await Promise.all([buildDashboard(), readDashboard(pathToFileURL(`${folder}/`))]);
  expect(read.map(({ name }) => name).toSorted()).toEqual(built.map(({ name }) => name).toSorted());
  for (const { plain, gzip, br } of read) {
    expect(gunzipSync(gzip).equals(plain)).toBe(true);
    expect(brotliDecompressSync(br).equals(plain)).toBe(true);
  }
});

test("an app that was not built has no dashboard, and says so", async () => {
  expect(await readDashboard(pathToFileURL(`${folder}/nothing/`))).toEqual([]);
});

test("the page allows nothing inline and nothing from elsewhere, and is asked for anew", async () => {
  for (const path of [undefined, "", "index.html"]) {
    const { status, headers, body } = await ask(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|\*|https?:/);
    expect(bytes(body).toString()).not.toMatch(/<style|style=|<script>|\son[a-z]+=|\{\{/);
  }
});

test("its files are there, whether its address ends with a slash or not, and are kept for ever", async () => {
  const names = await firstFiles();
  expect(names).toHaveLength(3);
  for (const name of names) {
    for (const path of [name, `dashboard/${name}`]) {
      const { status, headers } = await ask(path);
      expect(status).toBe(200);
      expect(headers["cache-control"]).toContain("immutable");
    }
  }
});

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["gzip", "gzip"],
  ["GZIP;q=0.5, br;q=0", "gzip"],
  ["br;q=0.0, identity", undefined],
  ["deflate", undefined],
  ["", undefined],
])("accept-encoding %j is answered in %s", async (accepted, encoding) => {
  const { headers, body } = await ask("", { "accept-encoding": accepted });
  expect(headers["content-encoding"]).toBe(encoding);
  expect(headers["vary"]).toBe("accept-encoding");
  const plain =
    encoding === "br"
      ? brotliDecompressSync(bytes(body))
      : encoding === "gzip"
        ? gunzipSync(bytes(body))
        : bytes(body);
  expect(plain.toString()).toContain("<!doctype html>");
});

test("what the browser has already is not sent again", async () => {
  const { headers } = await ask("");
  const again = await ask("", { "if-none-match": `W/"x", ${headers["etag"]}` });
  expect(again.status).toBe(304);
  expect(again.body).toBeUndefined();
});

test.each(["files.json", "../host.json", "main.ts", "index.html.br", "%2e%2e"])(
  "%s is no file of the page",
  async (path) => {
    expect((await ask(path)).status).toBe(404);
  },
);

test("the first page takes at most 60 KB over the wire", async () => {
  const names = ["index.html", ...(await firstFiles())];
  const sizes = await Promise.all(
    names.map(async (name) => bytes((await ask(name, { "accept-encoding": "gzip" })).body).length),
  );
  expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(BUDGET);
});
