// node test/bundle/measure-load.ts: what a cold start costs, as ratios to loading @azure/functions alone. Needs `npm run package`.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { startAzurite } from "../support/azurite.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "9" } } });
const RUNS = Number(values.runs);
const MAIN = resolve("dist/package/main.cjs");
const LIBRARY = createRequire(import.meta.url).resolve("@azure/functions");

interface Times {
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface Cold {
  /** Of requiring the file. */
  readonly load: Times;
  /** The same, and of what was asked of it then. */
  readonly total: Times;
}

const azurite = await startAzurite();

async function cold(file: string, mode: "load" | "health" | "all"): Promise<Cold> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, "cold-process.cjs"), file, mode],
    { env: { AzureWebJobsStorage: azurite.connectionString } },
  );
  return JSON.parse(stdout);
}

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

// The first of each finds files and the storage cold, which is no matter of the app.
await cold(LIBRARY, "load");
await cold(MAIN, "health");
const runs: { library: Cold; app: Cold; health: Cold; all: Cold }[] = [];
// In turn, so that a busy machine slows all alike.
for (let run = 0; run < RUNS; run += 1) {
  runs.push({
    library: await cold(LIBRARY, "load"),
    app: await cold(MAIN, "load"),
    health: await cold(MAIN, "health"),
    all: await cold(MAIN, "all"),
  });
}
await azurite.stop();

const alone = (clock: keyof Times) => median(runs.map(({ library }) => library.load[clock]));
const toAlone = (figures: readonly Times[]) =>
  (["wallMs", "cpuMs"] as const).map((clock) => {
    const ms = median(figures.map((times) => times[clock]));
    return `${ms.toFixed(1)} ms, ${(ms / alone(clock)).toFixed(1)} x`.padEnd(20);
  });
const toOwnLoad = (["wallMs", "cpuMs"] as const).map((clock) =>
  `${median(runs.map(({ health }) => health.total[clock] / health.load[clock])).toFixed(2)} x`.padEnd(20),
);
const rows: readonly (readonly [string, readonly string[]])[] = [
  ["", ["wall".padEnd(20), "processor"]],
  ["@azure/functions alone", toAlone(runs.map(({ library }) => library.load))],
  ["the app", toAlone(runs.map((run) => run.app.load))],
  ["with every client and job", toAlone(runs.map((run) => run.all.total))],
  ["load and first /health, to its own load", toOwnLoad],
];
process.stdout.write(rows.map(([name, cells]) => `${name.padEnd(42)}${cells.join("")}\n`).join(""));
