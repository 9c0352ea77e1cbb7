import type { ClusterState } from "#core/collection/cluster-state.ts";
import type { ClusterStateStore } from "#ports/cluster-state-store.ts";

const MOST_ATTEMPTS = 5;

/**
 * Changes states under their tags; the live collection writes the same rows, so a lost race is simply tried again.
 *
 * @returns who lost every race; a cluster without a state is passed over
 */
export async function changeStates(
  store: Pick<ClusterStateStore, "loadShard" | "save">,
  shard: string,
  keys: ReadonlySet<string>,
  change: (state: ClusterState) => ClusterState,
): Promise<ReadonlySet<string>> {
  let todo = keys;
  for (let attempt = 0; todo.size > 0 && attempt < MOST_ATTEMPTS; attempt += 1) {
    const states = await store.loadShard(shard);
    const changes = [...todo].flatMap((key) => {
      const known = states.get(key);
      return known === undefined ? [] : [{ state: change(known.value), tag: known.tag }];
    });
    todo = await store.save(shard, changes);
  }
  return todo;
}
