// What a back-test over stored history costs: `npx node test/bench/replay-history.ts [--nodes 100] [--days 3]`. The history is stored in
// Azurite, in a process of its own, a day at a time; read and judged as `…/replay` does it.

import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { openTables } from "#adapters/tables/open-tables.ts";
import { replayHistory } from "#app/replay-history.ts";
import { createBlock, ensureSeries, type SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { startAzurite, uniquePrefix } from "../support/azurite.ts";
import { balancer, cluster, LIMITS, outboundRule } from "../support/builders.ts";

const { values } = parseArgs({
  options: { nodes: { type: "string", default: "100" }, days: { type: "string", default: "3" } },
});
const [nodes, days] = [Number(values.nodes), Number(values.days)];
const START_MS = Date.UTC(2026, 10, 16);
const ALLOCATED = 1_024;

/** The share of its ports that a node uses at a minute; every fleet as somebody has it. */
const FLEETS: Readonly<Record<string, (node: number, minute: number) => number>> = {
  "at ease": (node, minute) => 0.2 + 0.15 * Math.sin((minute / 1_440) * 2 * Math.PI + node),
  "one in ten near its limit by day": (node, minute) =>
    (node % 10 === 0 ? 0.6 : 0.2) + 0.3 * Math.sin((minute / 1_440) * 2 * Math.PI),
};

const azurite = await startAzurite();
const rows: Record<string, string | number>[] = [];
try {
  for (const [fleet, ratioAt] of Object.entries(FLEETS)) {
    const { series } = openTables({
      connection: { connectionString: azurite.connectionString },
      prefix: uniquePrefix(),
    });
    const today = cluster({
      nodes,
      loadBalancer: balancer(nodes, { outboundRules: [outboundRule(ALLOCATED)] }),
    });
    const clusterKey = today.ref.key;
    for (let hour = 0; hour < days * 24; hour += 1) {
      const block = hourOf(START_MS + hour * HOUR_MS, ratioAt);
      await series.append("shard", [{ clusterKey, block }], block.startMs + HOUR_MS);
    }
    let readMs = 0;
    const timed = {
      ...series,
      read: async (...asked: Parameters<typeof series.read>) => {
        const before = performance.now();
        const stored = await series.read(...asked);
        readMs += performance.now() - before;
        return stored;
      },
    };
    const before = performance.now();
    const cpu = process.cpuUsage();
    const { judgedMinutes, alerts } = await replayHistory(timed, {
      entry: { cluster: today, shard: "shard", firstSeenMs: 0, lastSeenMs: 0, goneSinceMs: null },
      state: undefined,
      policy: {
        limits: LIMITS,
        forMs: 2 * MINUTE_MS,
        keepFiringForMs: 5 * MINUTE_MS,
        repeatIntervalMs: 4 * HOUR_MS,
        resolvedRetentionMs: DAY_MS,
      },
      fromMs: START_MS,
      toMs: START_MS + days * DAY_MS,
    });
    const { user, system } = process.cpuUsage(cpu);
    const wallMs = performance.now() - before;
    rows.push({
      fleet: `${nodes} nodes, ${fleet}`,
      "minutes judged": judgedMinutes,
      "minutes a second": Math.round(judgedMinutes / (wallMs / 1_000)),
      "node-minutes a CPU second": Math.round((judgedMinutes * nodes) / ((user + system) / 1e6)),
      "of the time in reads": `${Math.round((readMs / wallMs) * 100)} %`,
      "most memory, MiB": Math.round(process.resourceUsage().maxRSS / 1_024),
      alerts: alerts.length,
    });
  }
  console.table(rows);
} finally {
  await azurite.stop();
}

function hourOf(startMs: number, ratioAt: (node: number, minute: number) => number): SampleBlock {
  const block = createBlock(startMs, startMs + HOUR_MS);
  for (let node = 0; node < nodes; node += 1) {
    const backendIp = `10.0.${Math.floor(node / 250)}.${4 + (node % 250)}`;
    for (const protocol of ["tcp", "udp"] as const) {
      const labels = { frontendIp: "20.50.1.1", backendIp, protocol };
      ensureSeries(block, "allocatedPorts", labels).values.fill(ALLOCATED);
      const used = ensureSeries(block, "usedPorts", labels).values;
      for (let i = 0; i < used.length; i += 1) {
        const minute = (startMs - START_MS) / MINUTE_MS + i;
        const ratio = protocol === "udp" ? 0.02 : ratioAt(node, minute) + 0.02 * Math.sin(minute * 7 + node);
        used[i] = Math.round(ALLOCATED * ratio);
      }
    }
    ensureSeries(block, "failedConnections", { backendIp }).values.fill(0);
    ensureSeries(block, "succeededConnections", { backendIp }).values.fill(300);
  }
  return block;
}
