import { globSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { expect, test } from "vitest";
import { EXPECTED_FUNCTIONS, inOneLine, LEAST_SETTINGS, loadApp } from "./registered.ts";

const FOLDER = resolve(import.meta.dirname, "../../functions");
const MAIN = resolve(FOLDER, "main.ts");
const TRIGGERS = globSync(`${FOLDER}/*.{http,queue,timer}.ts`);

async function linesWith(settings: Readonly<Record<string, string>>): Promise<string[]> {
  const { functions, stderr } = await loadApp(MAIN, { ...LEAST_SETTINGS, ...settings });
  expect(functions, stderr).not.toBeNull();
  return (functions ?? []).map(inOneLine).sort();
}

test("the app registers these functions and no others", async () => {
  expect(await linesWith({})).toEqual(EXPECTED_FUNCTIONS);
});

test("an open health endpoint opens the badges with it, and nothing else", async () => {
  const lines = await linesWith({ SNATWATCH_HEALTH_ACCESS: "anonymous" });
  const opened = lines.filter((line) => line.endsWith("(anonymous)"));
  // The files of the dashboard hold no data.
  expect(opened.filter((line) => !line.startsWith("dashboard: "))).toEqual([
    "badge: GET clusters/{subscriptionId}/{resourceGroup}/{name}/badge.svg (anonymous)",
    "health: GET health (anonymous)",
  ]);
});

test("behind App Service authentication no function asks for a key", async () => {
  const lines = await linesWith({ SNATWATCH_AUTH: "entra", WEBSITE_AUTH_ENABLED: "True" });
  expect(lines.filter((line) => line.endsWith("(function)"))).toEqual([]);
});

test("main.ts imports every trigger file once", () => {
  const imported = readFileSync(MAIN, "utf8").matchAll(/^import "\.\/(.+)";$/gm);
  const names = [...imported].map(([, name]) => name).sort();
  expect(names).toEqual(TRIGGERS.map((path) => basename(path)).sort());
});

test.for(TRIGGERS.map((path) => [basename(path), path] as const))("%s only binds", ([, path]) => {
  expect(readFileSync(path, "utf8").split("\n").length).toBeLessThanOrEqual(35);
});
