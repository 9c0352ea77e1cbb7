import { HOUR_MS } from "#core/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { ClusterData } from "#ports/cluster-data.ts";
import type { ForgettingInventory, ForgottenCluster } from "#ports/inventory-store.ts";

/** Far beyond the longest run of a collector: who knew of the cluster has come to an end. */
const NOTED_FOR_MS = HOUR_MS;

export interface TidyDeps {
  readonly inventory: ForgettingInventory;
  readonly clusterData: ReadonlyMap<string, ClusterData>;
  readonly clock: Clock;
}

/**
 * After a discovery: deletes what was written of clusters while they were being forgotten, by collections that were under way.
 *
 * @param before the notes as they were when the discovery began: it knows nothing of a later one, and may have listed its cluster again
 * @returns clusters that were found again since, with the shard that they left
 */
export async function tidyForgotten(
  { inventory, clusterData, clock }: TidyDeps,
  before: readonly ForgottenCluster[],
): Promise<{ readonly key: string; readonly shard: string }[]> {
  const notes = await inventory.listForgotten();
  if (notes.length === 0) return [];
  const listed = new Map((await inventory.list()).map(({ cluster, shard }) => [cluster.ref.key, shard]));
  const known = new Set(before.map(nameOf));
  const left: { key: string; shard: string }[] = [];
  for (const note of notes) {
    const { key } = note.ref;
    const shard = listed.get(key);
    if (!known.has(nameOf(note))) {
      if (shard !== undefined) await inventory.forget(note);
      continue;
    }
    if (shard === undefined) for (const data of clusterData.values()) await data.forget(note.shard, key);
    else if (shard !== note.shard) left.push({ key, shard: note.shard });
    if (clock.nowMs() - note.atMs > NOTED_FOR_MS) await inventory.clearForgotten(note);
  }
  return left;
}

function nameOf({ ref, shard, atMs }: ForgottenCluster): string {
  return JSON.stringify([ref.key, shard, atMs]);
}
