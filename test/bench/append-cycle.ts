// What storing one minute costs: 1,000 clusters of 100 series in 20 shards, each with a window of three minutes of which
// one is new, and the state of each cluster. Azurite runs in a process of its own, so the figures are ours alone.
//
//   npx node test/bench/append-cycle.ts [--cycles 10] [--profile FILE.cpuprofile]

import { writeFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openTables } from "#adapters/tables/open-tables.ts";
import type { ClusterState } from "#core/collection/cluster-state.ts";
import { createBlock, ensureSeries, type MetricName, type SampleBlock } from "#core/series/sample-block.ts";
import { MINUTE_MS } from "#core/time.ts";
import { state, verdict } from "../contract/states.ts";
import { startAzurite, uniquePrefix } from "../support/azurite.ts";

const SHARDS = 20;
const CLUSTERS = 50;
const NODES = 20;
const WINDOW_MINUTES = 3;
const RECENT_MS = 16 * MINUTE_MS;
const START_MS = Date.UTC(2026, 10, 18, 10, 5);
const METRICS: readonly MetricName[] = [
  "usedPorts",
  "allocatedPorts",
  "failedConnections",
  "succeededConnections",
  "pendingConnections",
];

const { values: flags } = parseArgs({
  options: { cycles: { type: "string", default: "10" }, profile: { type: "string" } },
});
const cycles = Number(flags.cycles);

/** What goes over the wire, counted below the SDK's retries. */
const traffic = { requests: 0, entities: 0, bytes: 0 };

const azurite = await startAzurite();
const stores = openTables({
  connection: { connectionString: azurite.connectionString },
  prefix: uniquePrefix(),
  client: {
    additionalPolicies: [
      {
        position: "perRetry",
        policy: {
          name: "countTraffic",
          sendRequest(request, next) {
            const body = Buffer.isBuffer(request.body) ? request.body.toString() : "";
            traffic.requests += 1;
            traffic.bytes += body.length;
            traffic.entities += body.split("HTTP/1.1\r\n").length - 1;
            return next(request);
          },
        },
      },
    ],
  },
});

// Rubbish of the bench's own making is swept before each measurement.
setFlagsFromString("--expose-gc");
const sweep: () => void = runInNewContext("gc");

const inspector = new Session();
if (flags.profile !== undefined) {
  inspector.connect();
  await inspector.post("Profiler.enable");
}
const rows: Record<string, Record<string, number | string>> = {};
let sum = 0;
for (let cycle = 0; cycle < cycles; cycle += 1) {
  const endMs = START_MS + cycle * MINUTE_MS;
  const work = Array.from({ length: SHARDS }, (_, shard) => shardWork(shard, endMs));
  // The first cycles read what is there and let the machine warm up.
  if (flags.profile !== undefined && cycle === 3) await inspector.post("Profiler.start");
  const series = await measure(async () => {
    await Promise.all(
      work.map(({ shard, blocks }) => stores.series.append(shard, blocks, endMs - RECENT_MS)),
    );
  });
  const states = await measure(async () => {
    await Promise.all(
      work.map(async ({ shard, states }) => {
        const known = await stores.clusterStates.loadShard(shard);
        const changes = states.map((value) => ({
          state: value,
          tag: known.get(value.clusterKey)?.tag ?? null,
        }));
        const losers = await stores.clusterStates.save(shard, changes);
        if (losers.size > 0) throw new Error(`${losers.size} states lost a race without a rival`);
      }),
    );
  });
  if (cycle >= 3) sum += Number(series.cpuMs) + Number(states.cpuMs);
  rows[`${cycle} series`] = series;
  rows[`${cycle} states`] = states;
}
if (flags.profile !== undefined) {
  const { profile } = await inspector.post("Profiler.stop");
  await writeFile(flags.profile, JSON.stringify(profile));
}
console.table(rows);
console.log(`CPU seconds a cycle, cycles 3 on: ${(sum / Math.max(1, cycles - 3) / 1000).toFixed(3)}`);
sweep();
const { heapUsed, arrayBuffers } = process.memoryUsage();
console.log(`held by the stores' caches: ${((heapUsed + arrayBuffers) / 2 ** 20).toFixed(0)} MiB`);
await azurite.stop();

async function measure(work: () => Promise<void>) {
  sweep();
  const before = { ...traffic };
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return {
    cpuMs: ((user + system) / 1000).toFixed(0),
    wallMs: (performance.now() - startedMs).toFixed(0),
    requests: traffic.requests - before.requests,
    entities: traffic.entities - before.entities,
    kB: ((traffic.bytes - before.bytes) / 1000).toFixed(0),
  };
}

function shardWork(number: number, endMs: number) {
  const shard = `0b1f6471-1bf0-4dda-aec3-111122223333-westeurope-${number}`;
  const keys = Array.from({ length: CLUSTERS }, (_, cluster) => clusterKey(number, cluster));
  return {
    shard,
    blocks: keys.map((key, cluster) => ({
      clusterKey: key,
      block: windowOf(number * CLUSTERS + cluster, endMs),
    })),
    states: keys.map((key) => stateOf(key, endMs)),
  };
}

function clusterKey(shard: number, cluster: number): string {
  return `/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourcegroups/rg-payments-${shard}/providers/microsoft.containerservice/managedclusters/aks-payments-${cluster}`;
}

/** The last minutes as Azure tells them: mostly the values of the cycle before, and one minute more. */
function windowOf(seed: number, endMs: number): SampleBlock {
  const block = createBlock(endMs - WINDOW_MINUTES * MINUTE_MS, endMs);
  for (let node = 0; node < NODES; node += 1) {
    for (const [index, metric] of METRICS.entries()) {
      const labels = { frontendIp: "20.50.60.70", backendIp: `10.224.0.${node}`, protocol: "tcp" } as const;
      const { values } = ensureSeries(block, metric, labels);
      for (let minute = 0; minute < WINDOW_MINUTES; minute += 1) {
        const at = block.startMs / MINUTE_MS + minute;
        values[minute] =
          metric === "allocatedPorts" ? 1024 : (seed * 31 + node * 17 + index * 7 + at * 13) % 1000;
      }
    }
  }
  return block;
}

function stateOf(key: string, endMs: number): ClusterState {
  const judged = verdict("healthy", NODES);
  const checks = [
    "snat-ports",
    "snat-failures",
    "snat-skew",
    "next-node",
    "upgrade",
    "probes",
    "data-path",
  ].map((id) => ({
    id,
    outcome: "pass" as const,
    summary: `all ${NODES} nodes use less than 75 % of their 1,024 SNAT ports; the most is ${endMs % 997}`,
    findings: [],
    untold: [],
    evidence: [
      { name: "worstUsedRatio", value: (endMs % 997) / 1000, unit: "ratio", limit: 0.75 },
      { name: "nodes", value: NODES, unit: "nodes" },
    ],
    remedy: null,
    explainedBy: null,
    sinceMs: START_MS,
  }));
  return state(key, {
    throughMs: endMs,
    dataThroughMs: endMs,
    verdict: { ...judged, minuteMs: endMs, evaluatedAtMs: endMs + 1234, checks },
    peaks: Array.from({ length: 24 }, (_, hour) => ({
      hourMs: endMs - hour * 3_600_000,
      usedPorts: 500 + hour,
      backendIp: "10.224.0.7",
      protocol: "tcp",
    })),
  });
}
