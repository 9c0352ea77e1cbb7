// Fills the store with one data set, and says what that took.

import { openTables } from "#adapters/tables/open-tables.ts";
import { blockEndMs, type SampleBlock } from "#core/series/sample-block.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { dayBlock } from "../day-block.ts";
import { fleetWorld, loadFleetGen } from "../detect/fleet-world.ts";
import { inputOf } from "./child.ts";
import { entryOf, type FleetSize, nowOf, throughOf } from "./fleet.ts";
import { cpuMsOf } from "./measure.ts";

export interface FillInput {
  readonly connectionString: string;
  readonly prefix: string;
  readonly fleetGen: string;
  readonly size: FleetSize;
  readonly decimals: boolean;
}

export interface Filled {
  /** Of the sealed days. */
  readonly samples: number;
  /** Of all days. */
  readonly appendCpuMs: number;
  readonly sealCpuMs: number;
}

const RECENT_MS = 16 * MINUTE_MS;
/** A day is sealed so long after its end. */
const DAY_SETTLES_MS = 2 * HOUR_MS;

const { connectionString, prefix, fleetGen, size, decimals } = inputOf<FillInput>();
const { inventory, series: store } = openTables({ connection: { connectionString }, prefix });
const nowMs = nowOf(size);
const entries = Array.from({ length: size.clusters }, (_, number) => entryOf(`c${number}`, size.nodes));
await inventory.save(entries, [], { finishedAtMs: nowMs, subscriptionIds: [], failures: [] });

const filled = { samples: 0, appendCpuMs: 0, sealCpuMs: 0 };
const fleet = fleetWorld(await loadFleetGen(fleetGen), { ...size, seed: 1, profile: "normal" });
for (const cluster of fleet) {
  const { shard, cluster: known } = entryOf(cluster.name, size.nodes);
  for (let day = 0; day < size.days; day += 1) {
    const block = dayBlock(cluster, day, { decimals, endMs: throughOf(size) });
    const endMs = blockEndMs(block);
    const write = { clusterKey: known.ref.key, block };
    filled.appendCpuMs += await cpuMsOf(() => store.append(shard, [write], endMs - RECENT_MS));
    const sealMs = Math.min(endMs + DAY_SETTLES_MS, nowMs);
    filled.sealCpuMs += await cpuMsOf(() => store.seal(sealMs, new AbortController().signal));
    if (sealMs < nowMs) filled.samples += samplesOf(block);
  }
}
process.send?.(filled satisfies Filled);

function samplesOf({ series }: SampleBlock): number {
  let samples = 0;
  for (const { values } of series.values()) {
    for (const value of values) if (!Number.isNaN(value)) samples += 1;
  }
  return samples;
}
