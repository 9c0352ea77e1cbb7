import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bundle, makeBundle } from "../../infra/build/bundle.ts";
import { EXPECTED_FUNCTIONS, inOneLine, LEAST_SETTINGS, loadApp } from "../functions/registered.ts";

/** Outside of the project, so that nothing is found that is not in the bundle. */
const parent = mkdtempSync(join(tmpdir(), "snatwatch-bundle-"));
const folder = join(parent, "dist");
const main = join(folder, "main.cjs");
let bundle: Bundle;
/** Compiling it is most of a cold start. With everything that sleeps it would be seven times as much. */
const MOST_AT_START = 500_000;

beforeAll(async () => {
  bundle = await makeBundle(folder);
});
afterAll(() => rmSync(parent, { recursive: true }));

describe("the bundle", () => {
  test("registers what the sources register", async () => {
    const { functions, stderr } = await loadApp(main, LEAST_SETTINGS);
    expect(stderr).toBe("");
    expect(functions?.map(inOneLine).sort()).toEqual(EXPECTED_FUNCTIONS);
  });

  test("refuses to load with bad settings, and names every fault at once", async () => {
    const { functions, stderr } = await loadApp(main, {
      SNATWATCH_WARN_RATIO: "7",
      SNATWATCH_ALERT_FOR: "soon",
      SNATWATCH_AUTH: "none",
      SNATWATCH_WORN_RATIO: "0.5",
    });
    expect(functions).toBeNull();
    expect(stderr.match(/invalid app settings/g)).toHaveLength(1);
    for (const name of ["WARN_RATIO", "ALERT_FOR", "AUTH", "WORN_RATIO"]) {
      expect(stderr).toContain(`SNATWATCH_${name}`);
    }
    expect(stderr).toContain("AzureWebJobsStorage is missing");
  });

  test("stands beside the host's settings", () => {
    const names = bundle.files.map(({ name }) => name);
    expect(names.filter((name) => !/^[A-Z0-9]+\.cjs$/.test(name))).toEqual([
      "host.json",
      "main.cjs",
      "package.json",
    ]);
    expect(readFileSync(join(folder, "host.json"), "utf8")).toBe(readFileSync("host.json", "utf8"));
    const { main: entry } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(existsSync(join(folder, entry))).toBe(true);
  });

  test("has nothing of the local environment in it", () => {
    const strange = Object.keys(bundle.inputs).filter(
      (path) =>
        !/^(functions|shared|node_modules)\/|^(proxy-)?when-needed:/.test(path) ||
        /^node_modules\/(azurite|node)\//.test(path),
    );
    expect(strange).toEqual([]);
    for (const { name } of bundle.files) {
      expect(readFileSync(join(folder, name), "utf8")).not.toMatch(/simulated-azure|stand-in/);
    }
  });

  test("leaves asleep what a request does not need, until it is used", () => {
    const awake = [...loadedAtStart()].filter((path) =>
      /@azure\/(arm-\w+|identity|msal-\w+|monitor-query|storage-\w+|core-xml)\/|shared\/(jobs|app|core\/checks\/registry|adapters\/(logs|metrics|queues|topology|webhooks))/.test(
        path,
      ),
    );
    expect(awake).toEqual([]);
    const bytes = bundle.files.reduce((sum, file) => sum + (file.atStart ? file.bytes : 0), 0);
    expect(bytes).toBeLessThan(MOST_AT_START);
    const asleep = Object.keys(bundle.inputs).filter((path) => path.includes("@azure/arm-network/"));
    expect(asleep).not.toEqual([]);
  });

  test("can wake each of them", async () => {
    const woken = await makeBundle(join(parent, "wake"), "test/bundle/wake.ts");
    const clients = sleepers(bundle).filter((path) => path.startsWith("node_modules/"));
    expect(clients.filter((path) => !sleepers(woken).includes(path))).toEqual([]);

    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [join(woken.folder, "main.cjs")], { env: {} });
    expect(JSON.parse(stdout)).toMatchObject({ missing: [] });

    const all = [join(import.meta.dirname, "cold-process.cjs"), main, "all"];
    const read = await run(process.execPath, all, { env: LEAST_SETTINGS });
    expect(read.stderr).toBe("");
    expect(JSON.parse(read.stdout)).toMatchObject({ total: { wallMs: expect.any(Number) } });
  });
});

/** What is imported only when it is used. */
function sleepers({ inputs }: Bundle): string[] {
  const imports = Object.values(inputs).flatMap((input) => input.imports);
  return imports.filter(({ kind }) => kind === "dynamic-import").map(({ path }) => path);
}

/** Files whose code runs when the bundle is loaded: those on a way of imports without a dynamic one. */
function loadedAtStart(): Set<string> {
  const seen = new Set(["functions/main.ts"]);
  for (const path of seen) {
    for (const { path: next, kind, external } of bundle.inputs[path]?.imports ?? []) {
      if (external !== true && kind !== "dynamic-import") seen.add(next);
    }
  }
  return seen;
}
