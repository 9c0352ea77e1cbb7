// One collection cycle of a whole fleet: processor seconds and memory of our process, bytes and requests to Azure.
//
//   node test/bench/collect-cycle.ts [--clusters 1000] [--nodes 10] [--frontends 2] [--cycles 11]
//
// The simulated Azure and Azurite run in processes of their own, and so does the discovery: in Azure it is a function with
// instances of its own. `node --cpu-prof test/bench/collect-cycle.ts` gives the profile of the collection alone.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism, cpus } from "node:os";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { createService } from "#shared/composition.ts";
import { startAzurite } from "../../infra/local/azurite/azurite.ts";
import { createStandInHttpClient, standInCredential } from "../../infra/local/stand-in/http-client.ts";

const { values } = parseArgs({
  options: {
    clusters: { type: "string", default: "1000" },
    nodes: { type: "string", default: "10" },
    frontends: { type: "string", default: "2" },
    cycles: { type: "string", default: "11" },
    // Set by this script for its second process.
    discover: { type: "string" },
  },
});
const [clusters, nodes, frontends, cycles] = [
  values.clusters,
  values.nodes,
  values.frontends,
  values.cycles,
].map(Number);
if (!clusters || !nodes || !frontends || !cycles)
  throw new Error("--clusters, --nodes, --frontends and --cycles: expected positive numbers");

const MINUTE_MS = 60_000;
/** The fleet of this scenario has no health probes: three queries for each shard of at most 50 clusters ... */
const REQUESTS_A_SHARD = 3;
/** ... and every fifth minute, each shard at its own, one for the load of its nodes. */
const NODES_EVERY_CYCLES = 5;
const clock = { ms: Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS, nowMs: () => clock.ms };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const signal = new AbortController().signal;

if (values.discover !== undefined) {
  const [address = "", storage = ""] = JSON.parse(values.discover);
  const cpu = process.cpuUsage();
  await open(address, storage).discover(quiet, signal);
  const { user, system } = process.cpuUsage(cpu);
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`discovery, own process: ${((user + system) / 1e6).toFixed(2)} CPU s, peak ${peakMiB} MiB`);
  process.exit();
}

const azure = await startAzure(clusters, nodes, frontends);
const azurite = await startAzurite({ dataFolder: "unused", inMemory: true, log: () => {} });
await azure.reset();
const parts = JSON.stringify([azure.address, azurite.connectionString]);
spawnSync(
  process.execPath,
  [...process.execArgv.filter((flag) => !flag.includes("prof")), import.meta.filename, "--discover", parts],
  { stdio: "inherit" },
);
console.log(`discovery: ${(await azure.stats()).requests} requests`);

const service = open(azure.address, azurite.connectionString);
const rows: Record<string, string | number>[] = [];
const requests: number[] = [];
let shardsSeen = 0;
for (let cycle = 0; cycle < cycles; cycle += 1) {
  let shards = 0;
  const row = await measure(async () => {
    const report = await service.collect(quiet, signal);
    shards = report.shards;
    if (report.failed > 0 || shards === 0) throw new Error(`${report.failed} of ${shards} shards failed`);
  });
  requests.push(row.requests / shards);
  shardsSeen = shards;
  rows.push({ step: `cycle ${cycle + 1}${cycle === 0 ? " (first sight)" : ""}`, ...row, shards });
  clock.ms += MINUTE_MS;
}
console.table(rows);
// The first sight reads everything; after it, five cycles in a row hold one look at the nodes of every shard.
const fiveCycles = requests.slice(1, 1 + NODES_EVERY_CYCLES);
const counted = fiveCycles.reduce((sum, count) => sum + count, 0);
const wanted = REQUESTS_A_SHARD * NODES_EVERY_CYCLES + 1;
if (fiveCycles.length === NODES_EVERY_CYCLES && Math.round(counted * shardsSeen) !== wanted * shardsSeen) {
  throw new Error(`${counted} requests a shard in ${NODES_EVERY_CYCLES} cycles: expected ${wanted}`);
}

const warm = rows.slice(2);
const median = (name: string) =>
  warm.map((row) => Number(row[name])).toSorted((a, b) => a - b)[Math.floor(warm.length / 2)];
console.log(
  `${clusters} clusters x ${nodes} nodes, frontends: ${frontends}; ${availableParallelism()} x ${cpus()[0]?.model}; ${new Date().toISOString()}`,
);
console.log(
  `warm cycle, median: ${median("cpuS")} CPU s, ${median("requests")} requests, ${median("MB")} MB`,
);
console.log(`peak memory of the process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
await azurite.close();
azure.close();

function open(address: string, storage: string) {
  return createService({
    env: {
      AzureWebJobsStorage: storage,
      SNATWATCH_AUTH: "none",
      SNATWATCH_INLINE_SHARDS: "100",
      SNATWATCH_HISTORY_IMPORT: "0d",
    },
    local: true,
    clock,
    credential: standInCredential,
    httpClient: createStandInHttpClient(address),
  });
}

/** Runs a step and tells what it cost this process, and what it asked of Azure. */
async function measure(step: () => Promise<unknown>) {
  await azure.reset();
  const cpu = process.cpuUsage();
  const started = performance.now();
  await step();
  const used = process.cpuUsage(cpu);
  const stats = await azure.stats();
  return {
    cpuS: Number(((used.user + used.system) / 1e6).toFixed(2)),
    wallS: Number(((performance.now() - started) / 1e3).toFixed(2)),
    requests: stats.requests,
    series: stats.metrics.series,
    MB: Number((stats.bytesSent / 1e6).toFixed(1)),
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
  };
}

async function startAzure(clusterCount: number, nodeCount: number, frontendCount: number) {
  const child = spawn(
    process.execPath,
    [
      "infra/local/simulated-azure/main.ts",
      ...["--scenario", "large", "--clusters", String(clusterCount), "--nodes", String(nodeCount)],
      ...["--frontends", String(frontendCount)],
      "--exit-with-stdin",
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
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
