import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePackage, type Package } from "../../infra/build/package.ts";
import { type Azurite, startAzurite } from "../support/azurite.ts";
import { unzip } from "./unzip.ts";

const MOST_BYTES = 1_500_000;
/** Licences that ask for no more than to be handed on. */
const PERMITTED = ["MIT", "ISC", "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0"];

const parent = mkdtempSync(join(tmpdir(), "snatwatch-package-"));
let made: Package;
let files: ReadonlyMap<string, Buffer>;
let azurite: Azurite;

beforeAll(async () => {
  [made, azurite] = await Promise.all([
    makePackage(join(parent, "one"), join(parent, "one.zip")),
    startAzurite(),
  ]);
  files = unzip(readFileSync(made.zip));
});
afterAll(async () => {
  await azurite.stop();
  rmSync(parent, { recursive: true });
});

describe("the package", () => {
  test("is the same from every build", async () => {
    const again = await makePackage(join(parent, "deeper/two"), join(parent, "two.zip"));
    expect(again.hash).toBe(made.hash);
  });

  test("is small", () => {
    expect(made.zipBytes).toBeLessThanOrEqual(MOST_BYTES);
  });

  test("holds what the host and a lawyer need, and nothing else", () => {
    expect([...files.keys()]).toEqual(made.files);
    const others = made.files.filter((name) => !/^[A-Z0-9]+\.cjs$|^dashboard\/[\w.-]+$/.test(name));
    const expected = [
      "LICENSE",
      "THIRD-PARTY-LICENSES.txt",
      "host.json",
      "main.cjs",
      "package.json",
      "sbom.cdx.json",
    ];
    expect(others).toEqual(expected);
    expect(files.get("host.json")?.toString()).toBe(readFileSync("host.json", "utf8"));
    expect(JSON.parse(String(files.get("package.json")))).toMatchObject({ main: "main.cjs" });
    expect(made.files).toContain("dashboard/index.html");
  });

  test("has nothing of this machine or of the local environment in it", () => {
    for (const [name, bytes] of files) {
      const text = bytes.toString("latin1");
      expect(text.includes(resolve(".")), name).toBe(false);
      expect(/simulated-azure|devstoreaccount1.*Azurite|infra\/local/.test(text), name).toBe(false);
    }
  });

  test("names everything that is bundled, with a permitted licence and its text", () => {
    const sbom = JSON.parse(String(files.get("sbom.cdx.json")));
    expect(sbom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6" });
    const components: { purl: string; name: string; licenses: { expression: string }[] }[] = sbom.components;
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["@azure/functions", "@azure/identity", "zod", "uplot"]));
    expect(names).not.toContain("azurite");
    const licences = components.flatMap((it) => it.licenses.map(({ expression }) => expression));
    expect([...new Set(licences)].filter((licence) => !PERMITTED.includes(licence))).toEqual([]);
    expect(components.every(({ purl }) => /^pkg:npm\/(%40[^/]+\/)?[^/@]+@\d/.test(purl))).toBe(true);
    const texts = String(files.get("THIRD-PARTY-LICENSES.txt"));
    for (const { purl } of components) {
      expect(texts).toContain(`${purl.replace("pkg:npm/", "").replace("%40", "@")}\n`);
    }
  });

  /** Runs what is in the zip in the local host, with keys on, as long as it is asked. */
  async function running(
    env: Readonly<Record<string, string>>,
    ask: (address: string) => Promise<void>,
  ): Promise<void> {
    const folder = mkdtempSync(join(parent, "deployed-"));
    for (const [name, bytes] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    const child = spawn(process.execPath, [resolve("test/bundle/serve.ts")], {
      cwd: folder,
      env: { AzureWebJobsStorage: azurite.connectionString, ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ended = new Promise<number | null>((end) => child.once("exit", end));
    try {
      const line = await new Promise<string>((read, fail) => {
        createInterface({ input: child.stdout }).once("line", read);
        child.once("exit", (code) => fail(new Error(`ended with ${code}`)));
      });
      await ask(JSON.parse(line).address);
    } finally {
      child.stdin.end();
    }
    expect(await ended).toBe(0);
  }

  test("runs from an empty folder without node_modules", () =>
    running({}, async (address) => {
      const key = { "x-functions-key": "a-function-key" };
      const health = await fetch(`${address}/api/health?failOn=never`, { headers: key });
      expect([200, 503]).toContain(health.status);
      expect(await health.json()).toMatchObject({ clusters: [], monitor: { status: expect.any(String) } });
      expect((await fetch(`${address}/api/health`)).status).toBe(401);
      const page = await fetch(`${address}/api/dashboard/`);
      expect(page.headers.get("content-type")).toMatch(/^text\/html/);
      expect(await page.text()).toContain("<html");
      const described = await fetch(`${address}/api/openapi.json`, { headers: key });
      expect(described.headers.get("content-encoding")).toBe("gzip");
      expect(await described.json()).toMatchObject({ openapi: "3.1.0" });
      const known = { ...key, "if-none-match": described.headers.get("etag") ?? "" };
      const again = await fetch(`${address}/api/openapi.json`, { headers: known });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      const silence = await fetch(`${address}/api/silences`, { headers: key });
      expect(await silence.json()).toEqual({ silences: [] });
    }));

  const KEY = { "x-functions-key": "a-function-key" };
  const MASTER = { "x-functions-key": "an-admin-key" };
  const silence = (address: string, headers: Readonly<Record<string, string>>) =>
    fetch(`${address}/api/silences`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ cluster: "aks-*", until: "2h", comment: "upgrade", createdBy: "me" }),
    });

  test("opens what the settings open, with keys on", () =>
    running({ SNATWATCH_HEALTH_ACCESS: "anonymous", SNATWATCH_WRITE_ACCESS: "own" }, async (address) => {
      const health = await fetch(`${address}/api/health?failOn=never`);
      expect(health.headers.get("x-content-type-options")).toBe("nosniff");
      expect(await health.json()).toMatchObject({ clusters: [], counts: { healthy: 0 } });
      for (const route of ["clusters", "metrics", "channels", "openapi.json"]) {
        const refused = await fetch(`${address}/api/${route}`);
        expect([route, refused.status]).toEqual([route, 401]);
      }
      expect((await fetch(`${address}/api/clusters`, { headers: KEY })).status).toBe(200);
      expect((await silence(address, {})).status).toBe(401);
      expect((await silence(address, KEY)).status).toBe(401);
      const page = { ...MASTER, origin: "https://elsewhere.example" };
      expect((await silence(address, page)).status).toBe(403);
      expect((await silence(address, MASTER)).status).toBe(201);
    }));

  test("lets nobody in without a principal behind App Service authentication", () =>
    running({ SNATWATCH_AUTH: "entra", WEBSITE_AUTH_ENABLED: "True" }, async (address) => {
      for (const route of ["health", "clusters", "metrics"]) {
        const refused = await fetch(`${address}/api/${route}`, { headers: KEY });
        expect([route, refused.status]).toEqual([route, 401]);
      }
      const headers = { "x-ms-client-principal": Buffer.from("{}").toString("base64") };
      expect((await fetch(`${address}/api/clusters`, { headers })).status).toBe(200);
      const large = await fetch(`${address}/api/silences`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ comment: "x".repeat(70_000) }),
      });
      expect(large.status).toBe(413);
    }));
});
