// What rolling up a day of one cluster costs, and how much there is to store: `npx node test/bench/rollup.ts [--clusters 4] [--nodes 100]
// [--days 7] [--decimals] [--fleet-gen DIR]`. Absolute times are this machine's; compare the lines of one run.

import { parseArgs } from "node:util";
import { HISTORY_STEPS } from "#core/series/aggregate-steps.ts";
import type { Chunk } from "#core/series/chunk/chunk.ts";
import { rollupFamily } from "#core/series/rollup/families.ts";
import { coarsen, type Rollup, rollUp } from "#core/series/rollup/rollup.ts";
import { rollupChunks } from "#core/series/rollup/write-chunks.ts";
import type { SampleBlock } from "#core/series/sample-block.ts";
import { StepCollector, type StepRequest } from "#core/series/step-collector.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import { dayBlock } from "./day-block.ts";
import { fleetWorld, loadFleetGen } from "./detect/fleet-world.ts";

const MINUTES = DAY_MS / MINUTE_MS;

const { values: flags } = parseArgs({
  options: {
    clusters: { type: "string", default: "4" },
    nodes: { type: "string", default: "100" },
    days: { type: "string", default: "7" },
    decimals: { type: "boolean", default: false },
    "fleet-gen": { type: "string", default: process.env["SNATWATCH_FLEET_GEN"] ?? "../shared/fleet-gen" },
  },
});
const size = {
  seed: 1,
  clusters: Number(flags.clusters),
  nodes: Number(flags.nodes),
  days: Number(flags.days),
};

const cpuMs = {
  rollUp: 0,
  coarsen: 0,
  chunks: 0,
  "read, hourly maximum ratio": 0,
  "the same from minutes": 0,
};
const stored: Record<string, { series: number; values: number }> = {};
let samples = 0;
let days = 0;
for (const cluster of fleetWorld(await loadFleetGen(flags["fleet-gen"]), size)) {
  for (let day = 0; day < size.days; day += 1) {
    const block = dayBlock(cluster, day, { decimals: flags.decimals });
    // The first day warms up.
    const counts = cluster.name !== "c0" || day > 0;
    const five = measure("rollUp", counts, () => rollUp(block));
    const { "1h": hourMs, "1d": dayMs } = HISTORY_STEPS;
    const hours = measure("coarsen", counts, () => coarsen(five, hourMs));
    const whole = measure("coarsen", counts, () => coarsen(hours, dayMs));
    const chunks = measure("chunks", counts, () => [five, hours, whole].map(rollupChunks));
    const hourly = chunks[1]?.find(({ family }) => family === rollupFamily("usedRatio"))?.chunk;
    const fromRollup = measure("read, hourly maximum ratio", counts, () => ask(hours, hourly));
    const fromMinutes = measure("the same from minutes", counts, () => ask(hours, block));
    if (JSON.stringify(fromRollup) !== JSON.stringify(fromMinutes)) throw new Error("the answers differ");
    if (!counts) continue;
    days += 1;
    samples += block.series.size * MINUTES;
    for (const { family, chunk } of chunks.flat()) {
      const { stepMs, steps, series } = chunk;
      const name = `${family} ${stepMs / MINUTE_MS} min`;
      const total = stored[name] ?? { series: 0, values: 0 };
      stored[name] = total;
      total.series += series.length;
      total.values += series.length * steps;
    }
  }
}

console.log(`${days} cluster-days of ${samples / days} samples`);
console.table(
  Object.fromEntries(Object.entries(cpuMs).map(([what, ms]) => [what, { "CPU ms": (ms / days).toFixed(1) }])),
);
console.table(
  Object.fromEntries(
    Object.entries(stored).map(([what, { series, values }]) => [
      what,
      {
        series: Math.round(series / days),
        values: Math.round(values / days),
        "values a sample": (values / samples).toFixed(4),
      },
    ]),
  ),
);

function measure<T>(what: keyof typeof cpuMs, counts: boolean, work: () => T): T {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  if (counts) cpuMs[what] += (user + system) / 1000;
  return result;
}

function ask({ startMs, stepMs, steps }: Rollup, source: Chunk | SampleBlock | undefined) {
  const grid = { startMs, stepMs, steps };
  const request: StepRequest = { metric: "usedRatio", by: "node", aggregation: "max", grid };
  const collector = new StepCollector(request);
  if (source !== undefined && "stepMs" in source) collector.addRollup(source);
  else if (source !== undefined) collector.addMinutes(source);
  return collector.finish();
}
