import { ownSilences } from "#core/alert/own-silences.ts";
import type { ClusterRef } from "#core/egress/topology.ts";
import type { Clock } from "#ports/clock.ts";
import type { ClusterData } from "#ports/cluster-data.ts";
import type { ForgettingInventory } from "#ports/inventory-store.ts";
import type { SilenceStore } from "#ports/silence-store.ts";

export interface ForgetDeps {
  readonly inventory: ForgettingInventory;
  /** By what it is called. */
  readonly clusterData: ReadonlyMap<string, ClusterData>;
  readonly silences: SilenceStore;
  readonly clock: Clock;
}

/** A cluster that something is kept of, or was. */
export interface KeptCluster {
  readonly ref: ClusterRef;
  /** Where its data lies; several where it was forgotten and found again. */
  readonly shards: readonly string[];
}

/** How much is kept of a cluster, or was deleted: what it is, and how many rows. */
export type KeptRows = ReadonlyMap<string, number>;

/** Every cluster that is listed, and those whose forgetting may not have come to its end. */
export async function keptClusters(inventory: ForgettingInventory): Promise<KeptCluster[]> {
  const listed = (await inventory.list()).map(({ cluster, shard }) => ({ ref: cluster.ref, shard }));
  const places = Map.groupBy([...listed, ...(await inventory.listForgotten())], ({ ref }) => ref.key);
  return [...places.values()].flatMap((all) => {
    const [first] = all;
    return first === undefined
      ? []
      : [{ ref: first.ref, shards: [...new Set(all.map(({ shard }) => shard))] }];
  });
}

/** What {@link forgetCluster} would delete. */
export async function countCluster(deps: ForgetDeps, cluster: KeptCluster): Promise<KeptRows> {
  const listed = (await deps.inventory.list()).some((entry) => entry.cluster.ref.key === cluster.ref.key);
  const rows = await eachPart(deps, cluster, (data, shard) => data.count(shard, cluster.ref.key));
  return new Map([
    ["inventory", listed ? 1 : 0],
    ...rows,
    ["silences", (await silencesOf(deps, cluster)).length],
  ]);
}

/**
 * Deletes everything that is kept of a cluster. Killed half-way it is simply run again.
 *
 * It is taken off the list first, so that no collection of it begins any more. One that is under way may still write; the note that the
 * inventory keeps makes the next discoveries delete that as well (tidy-forgotten.ts).
 *
 * @returns what was deleted
 */
export async function forgetCluster(deps: ForgetDeps, cluster: KeptCluster): Promise<KeptRows> {
  const { inventory, silences, clock } = deps;
  const listed = (await inventory.list()).some((entry) => entry.cluster.ref.key === cluster.ref.key);
  const own = await silencesOf(deps, cluster);
  for (const shard of cluster.shards) {
    await inventory.forget({ ref: cluster.ref, shard, atMs: clock.nowMs() });
  }
  const rows = await eachPart(deps, cluster, (data, shard) => data.forget(shard, cluster.ref.key));
  for (const { id } of own) await silences.remove(id);
  return new Map([["inventory", listed ? 1 : 0], ...rows, ["silences", own.length]]);
}

async function eachPart(
  { clusterData }: ForgetDeps,
  { shards }: KeptCluster,
  ask: (data: ClusterData, shard: string) => Promise<number>,
): Promise<[string, number][]> {
  const parts: [string, number][] = [];
  for (const [what, data] of clusterData) {
    let rows = 0;
    for (const shard of shards) rows += await ask(data, shard);
    parts.push([what, rows]);
  }
  return parts;
}

async function silencesOf({ inventory, silences }: ForgetDeps, { ref }: KeptCluster) {
  const others = (await inventory.list())
    .map(({ cluster }) => cluster.ref)
    .filter(({ key }) => key !== ref.key);
  return ownSilences(await silences.list(), ref, others);
}
