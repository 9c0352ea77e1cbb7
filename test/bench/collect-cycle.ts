// One collection cycle of a whole fleet: processor seconds and memory of our process, bytes and requests to Azure.
//
//   node test/bench/collect-cycle.ts [--clusters 1000] [--nodes 10] [--frontends 2] [--per-subscription 50] [--cycles 30]
//     [--flags "--cpu-prof"] [--defaults] [--source] [--prometheus]
//
// The collection runs in a process of its own, as it is deployed: bundled, with the flags of `npm start` and of the deployed app, and
// with that app's setting of malloc. `--flags` adds flags of Node's, `--defaults` leaves ours out, `--source` runs the sources as
// `npm start` does. The simulated Azure, Azurite and the discovery (every 15 cycles, as its timer has it) have processes of their own
// too: in Azure that is a function with instances of its own. With `--prometheus` Debian's Prometheus scrapes as many series beside it,
// every few seconds: the machine is as busy for the one as for the other.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { makeBundle } from "../../infra/build/bundle.ts";
import { startAzurite } from "../../infra/local/azurite/azurite.ts";
import type { StepFigures, Work } from "./collect-process.ts";
import { type Scraped, startScraping } from "./prometheus/scrape.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ENTRY = "test/bench/collect-process.ts";
const MINUTE_MS = 60_000;
/** The fleet of this scenario has no health probes: three queries for each shard of at most 50 clusters ... */
const REQUESTS_A_SHARD = 3;
/** ... and every fifth minute, each shard at its own, one for the load of its nodes. */
const NODES_EVERY_CYCLES = 5;
/** As its timer does it: a collector that finds none for half an hour makes up for it itself. */
const DISCOVER_EVERY_CYCLES = 15;
/** As `infra/modules/app.bicep` sets it. */
const MALLOC = { MALLOC_ARENA_MAX: "1" };
/** About as long as a cycle takes here. */
const SCRAPE_EVERY_S = 3;
/** Until then the compiler is at work: an instance that collects each minute has that behind it after as many minutes. */
const WARM_AFTER = 10;

const { values } = parseArgs({
  options: {
    clusters: { type: "string", default: "1000" },
    nodes: { type: "string", default: "10" },
    frontends: { type: "string", default: "2" },
    "per-subscription": { type: "string", default: "50" },
    cycles: { type: "string", default: "30" },
    flags: { type: "string", default: "" },
    defaults: { type: "boolean", default: false },
    source: { type: "boolean", default: false },
    prometheus: { type: "boolean", default: false },
  },
});
const fleet = {
  "--clusters": wholeNumber("clusters"),
  "--nodes": wholeNumber("nodes"),
  "--frontends": wholeNumber("frontends"),
  "--clusters-per-subscription": wholeNumber("per-subscription"),
};
const cycles = wholeNumber("cycles");

const flags = [...(values.defaults ? [] : await flagsOfStart()), ...values.flags.split(" ").filter(Boolean)];
const folder = await mkdtemp(join(tmpdir(), "collect-cycle-"));
const program = values.source ? join(ROOT, ENTRY) : join(folder, "main.cjs");
if (!values.source) await makeBundle(folder, ENTRY);
const azure = await startAzure();
const azurite = await startAzurite({ dataFolder: "unused", inMemory: true, log: () => {} });
let nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;

const discovery = await startOurs("discover", []).figures();
console.log(`discovery, own process: ${discovery.cpuS} CPU s, peak ${discovery.peakMiB} MiB`);
console.log(`discovery: ${(await azure.stats()).requests} requests`);

const scraping = values.prometheus
  ? await startScraping(fleet["--clusters"], fleet["--nodes"], SCRAPE_EVERY_S)
  : undefined;
let scrapedCold: Scraped | undefined;
const collector = startOurs("collect", flags);
const rows: (StepFigures & { step: string; requests: number; series: number; MB: number })[] = [];
for (let cycle = 0; cycle < cycles; cycle += 1) {
  if (cycle > 0 && cycle % DISCOVER_EVERY_CYCLES === 0) await startOurs("discover", []).figures();
  if (cycle === WARM_AFTER) scrapedCold = await scraping?.read();
  await azure.reset();
  collector.child.stdin.write(`${nowMs}\n`);
  const figures = await collector.figures();
  const { requests, metrics, bytesSent } = await azure.stats();
  const step = `cycle ${cycle + 1}${cycle === 0 ? " (first sight)" : ""}`;
  rows.push({ step, ...figures, requests, series: metrics.series, MB: Number((bytesSent / 1e6).toFixed(1)) });
  nowMs += MINUTE_MS;
}
console.table(rows);
// The first sight reads everything; after it, five cycles in a row hold one look at the nodes of every shard.
const fiveCycles = rows.slice(1, 1 + NODES_EVERY_CYCLES);
const counted = fiveCycles.reduce((sum, { requests }) => sum + requests, 0);
const wanted = (REQUESTS_A_SHARD * NODES_EVERY_CYCLES + 1) * (rows[0]?.shards ?? 0);
if (fiveCycles.length === NODES_EVERY_CYCLES && counted !== wanted) {
  throw new Error(`${counted} requests in ${NODES_EVERY_CYCLES} cycles: expected ${wanted}`);
}

const warm = rows.slice(Math.min(WARM_AFTER, cycles - 1));
const [least, middle, most] = [0, 0.5, 1].map((part) => (name: "cpuS" | "series" | "requests" | "MB") => {
  const sorted = warm.map((row) => row[name]).sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? Number.NaN;
});
console.log(`${JSON.stringify(fleet)} ${values.source ? "sources" : "bundle"} ${flags.join(" ")}`);
console.log(
  `${availableParallelism()} x ${cpus()[0]?.model}; Node ${process.version}; ${new Date().toISOString()}`,
);
console.log(
  `warm cycle, median of ${warm.length}: ${middle?.("cpuS")} CPU s (${least?.("cpuS")} to ${most?.("cpuS")}), ` +
    `${middle?.("series")} series, ${middle?.("requests")} requests, ${middle?.("MB")} MB`,
);
console.log(`peak memory of the process: ${rows.at(-1)?.peakMiB} MiB`);
const scraped = await scraping?.read();
if (scraped !== undefined && scrapedCold !== undefined && middle !== undefined) {
  const scrapes = scraped.scrapes - scrapedCold.scrapes;
  const cpuS = (scraped.cpuS - scrapedCold.cpuS) / scrapes;
  console.log(
    `Prometheus in the same minutes: ${cpuS.toFixed(2)} CPU s a scrape of ${scraped.series} series (${scrapes}), ` +
      `peak ${scraped.peakMiB} MiB; ours is ${(middle("cpuS") / cpuS).toFixed(2)} of it`,
  );
}
await scraping?.stop();
collector.child.stdin.end();
await once(collector.child, "exit");
await azurite.close();
azure.close();
await rm(folder, { recursive: true });

function wholeNumber(name: "clusters" | "nodes" | "frontends" | "per-subscription" | "cycles"): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name}: expected a whole number above 0, got ${values[name]}`);
}

/** Those that `npm start` gives Node, and the deployed app too (`test/infra/bicep`). */
async function flagsOfStart(): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  return String(scripts.start).match(/--\S+/g) ?? [];
}

/** Starts our process. @returns it, and what reads its next line of figures */
function startOurs(mode: "discover" | "collect", nodeFlags: readonly string[]) {
  const work: Work = { azure: azure.address, storage: azurite.connectionString, nowMs };
  const child = spawn(process.execPath, [...nodeFlags, program, mode, JSON.stringify(work)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...(values.defaults ? {} : MALLOC) },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const figures = async (): Promise<StepFigures> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the process that should ${mode} ended`);
    return JSON.parse(line.value);
  };
  return { child, figures };
}

async function startAzure() {
  const child = spawn(
    process.execPath,
    [
      "infra/local/simulated-azure/main.ts",
      ...["--scenario", "large", "--exit-with-stdin"],
      ...Object.entries(fleet).flatMap(([flag, value]) => [flag, String(value)]),
    ],
    { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] },
  );
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const { address }: { address: string } = JSON.parse(String(line));
  return {
    address,
    stats: async (): Promise<{ requests: number; bytesSent: number; metrics: { series: number } }> =>
      JSON.parse(await (await fetch(`${address}/_sim/stats`)).text()),
    reset: () => fetch(`${address}/_sim/stats/reset`, { method: "POST" }),
    close: () => child.kill(),
  };
}
