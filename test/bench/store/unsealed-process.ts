// Writes one day of many small clusters as the collection left it, nothing of it sealed: the most that a compaction can find.

import { openTables } from "#adapters/tables/open-tables.ts";
import { blockEndMs } from "#core/series/sample-block.ts";
import { dayBlock } from "../day-block.ts";
import { fleetWorld, loadFleetGen } from "../detect/fleet-world.ts";
import { inputOf } from "./child.ts";

export interface UnsealedInput {
  readonly connectionString: string;
  readonly prefix: string;
  readonly fleetGen: string;
  readonly clusters: number;
  readonly nodes: number;
}

/** Clusters of one shard. */
const SHARD_SIZE = 50;

const { connectionString, prefix, fleetGen, clusters, nodes } = inputOf<UnsealedInput>();
const { series: store } = openTables({ connection: { connectionString }, prefix });
const size = { seed: 1, clusters: SHARD_SIZE, nodes, days: 1, profile: "normal" as const };
const world = [...fleetWorld(await loadFleetGen(fleetGen), size)];
for (let from = 0; from < clusters; from += SHARD_SIZE) {
  const blocks = world.map((cluster) => dayBlock(cluster, 0, { decimals: false }));
  const writes = blocks.map((block, at) => ({ clusterKey: `/cluster-${from + at}`, block }));
  await store.append(`shard-${from / SHARD_SIZE}`, writes, Math.max(...blocks.map(blockEndMs)));
}
process.send?.("written");
