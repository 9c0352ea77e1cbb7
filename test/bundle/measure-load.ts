// node test/bundle/measure-load.ts: what a cold start costs, as ratios to loading @azure/functions alone. Needs `npm run package`.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { startAzurite } from "../support/azurite.ts";

const RUNS = 9;
const FOLDER = resolve("dist/package");
const KEY = { "x-functions-key": "a-function-key" };

/** Milliseconds of one process that requires a file, answering the host's module as the worker does. */
async function load(file: string): Promise<number> {
  const code = `
    const Module = require("node:module");
    const load = Module._load;
    const core = { registerFunction: () => ({}), setProgrammingModel() {}, registerHook: () => ({}), log() {}, Disposable: class {} };
    Module._load = (name, ...rest) => (name === "@azure/functions-core" ? core : load(name, ...rest));
    const startedMs = performance.now();
    require(${JSON.stringify(file)});
    process.stdout.write(String(performance.now() - startedMs), () => process.exit(0));`;
  const child = spawn(process.execPath, ["-e", code], {
    env: { AzureWebJobsStorage: "UseDevelopmentStorage=true" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return Number(await firstLine(child.stdout));
}

/** Milliseconds from the load's end to the first answer of `/health`, and of the load. */
async function firstHealth(storage: string): Promise<{ readonly loadMs: number; readonly answerMs: number }> {
  const child = spawn(process.execPath, [resolve("test/bundle/serve.ts")], {
    cwd: FOLDER,
    env: { AzureWebJobsStorage: storage },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { address, loadMs } = JSON.parse(await firstLine(child.stdout));
  const startedMs = performance.now();
  await (await fetch(`${address}/api/health`, { headers: KEY })).text();
  const answerMs = performance.now() - startedMs;
  child.stdin.end();
  return { loadMs, answerMs };
}

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((read) => createInterface({ input: stream }).once("line", read));
}

async function repeated<T>(once: () => Promise<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for (let run = 0; run < RUNS; run += 1) all.push(await once());
  return all;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const library = createRequire(import.meta.url).resolve("@azure/functions");
// One after the other, so that a busy machine slows both alike.
const loads = await repeated(async () => ({
  library: await load(library),
  app: await load(resolve(FOLDER, "main.cjs")),
}));
const alone = median(loads.map((run) => run.library));
const app = median(loads.map((run) => run.app));
const azurite = await startAzurite();
const health = await repeated(() => firstHealth(azurite.connectionString));
await azurite.stop();
const answer = median(health.map(({ loadMs, answerMs }) => (loadMs + answerMs) / loadMs));
process.stdout.write(
  [
    `@azure/functions alone   ${alone.toFixed(1)} ms`,
    `the app                  ${app.toFixed(1)} ms, ${(app / alone).toFixed(1)} x`,
    `first answer of /health  ${answer.toFixed(2)} x the load, load included`,
    "",
  ].join("\n"),
);
