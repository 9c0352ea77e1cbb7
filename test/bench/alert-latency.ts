// From the moment Azure's data can be read to the POST at the receiver, in parts of the collection interval.
//
//   node test/bench/alert-latency.ts [--clusters 1,1000] [--firing 100] [--speed 6]
//
// A node of each firing cluster has no ports left from a minute on. Its data is readable when the collection's lag has passed
// (SNATWATCH_COLLECT_LAG, 3 minutes, as it is by default). The simulated Azure has a minute whole between 1.0 and 2.6 minutes after
// its end, so seen from there the figures are 0.4 to 2.0 longer, 1.2 in the mean. `for` is 0: the first minute fires.

import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { appTimeMs } from "../chaos/clock.ts";
import type { PlannedCluster } from "../chaos/fleet-plan.ts";
import { storiesOf } from "../chaos/story.ts";
import { eventually, openWorld } from "../chaos/world.ts";

const { values } = parseArgs({
  options: {
    clusters: { type: "string", default: "1,1000" },
    firing: { type: "string", default: "100" },
    speed: { type: "string", default: "6" },
  },
});
const MINUTE_MS = 60_000;
const LAG_MINUTES = 3;
/** The first minute of trouble: after discovery, and some quiet cycles. */
const ONSET = 6;
/** Episodes begin in minutes one after another, so that each cycle has its share. */
const SPREAD_MINUTES = 5;
const LONGEST_WAIT_MS = 180_000;

const speed = Number(values.speed);
const rows: Record<string, string | number>[] = [];
for (const count of values.clusters.split(",").map(Number)) rows.push(await measure(count));
console.table(rows);

async function measure(count: number): Promise<Record<string, string | number>> {
  const firing = Math.min(count, Number(values.firing));
  const onset = (index: number) => ONSET + (index % SPREAD_MINUTES);
  const clusters: PlannedCluster[] = Array.from({ length: count }, (_, index) => ({
    name: `c${index}`,
    episodes: index < firing ? [[onset(index), 10_000]] : [],
  }));
  const world = await openWorld({
    speed,
    clusters,
    channels: { hook: "webhook" },
    env: { SNATWATCH_ALERT_FOR: "0s", SNATWATCH_COLLECT_LAG: `${LAG_MINUTES}m` },
  });
  try {
    await world.startProduct();
    const told = async () => storiesOf(await world.receiver.log(), "hook").length;
    await world.untilMinute(ONSET);
    await eventually(async () => (await told()) >= firing, LONGEST_WAIT_MS);
    await sleep(1_000);
    const first = new Map<string, number>();
    for (const { data, atMs } of await world.receiver.log()) {
      if (data?.kind === "opened" && !first.has(data.cluster)) first.set(data.cluster, atMs);
    }
    const parts = clusters.slice(0, firing).flatMap(({ name }, index) => {
      const atMs = first.get(name);
      if (atMs === undefined) return [];
      // A minute is over at its end, and can be read a lag later.
      const startMinute = Math.floor(world.clock.startMs / MINUTE_MS);
      const readableMinute = startMinute + onset(index) + 1 + LAG_MINUTES;
      return [appTimeMs(world.clock, atMs) / MINUTE_MS - readableMinute];
    });
    return {
      clusters: count,
      firing: `${parts.length} of ${firing}`,
      p50: quantile(parts, 0.5).toFixed(2),
      p99: quantile(parts, 0.99).toFixed(2),
    };
  } finally {
    await world.close();
  }
}

function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
