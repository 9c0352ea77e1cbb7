import type { ClusterState } from "#core/collection/cluster-state.ts";
import { MINUTE_MS } from "#core/time.ts";
import type { ClusterStateStore, ClusterSummary } from "#ports/cluster-state-store.ts";
import type { Tagged } from "#ports/tagged.ts";

/** States in memory. Values are copied in and out, as through storage. */
export class MemoryClusterStateStore implements ClusterStateStore {
  readonly #shards = new Map<string, Map<string, Tagged<ClusterState>>>();
  #writes = 0;

  async loadShard(shard: string): Promise<Map<string, Tagged<ClusterState>>> {
    return structuredClone(this.#shards.get(shard) ?? new Map());
  }

  async load(shard: string, clusterKey: string): Promise<ClusterState | undefined> {
    return structuredClone(this.#shards.get(shard)?.get(clusterKey)?.value);
  }

  async save(
    shard: string,
    changes: readonly { readonly state: ClusterState; readonly tag: string | null }[],
  ): Promise<ReadonlySet<string>> {
    const states = this.#shards.get(shard) ?? new Map<string, Tagged<ClusterState>>();
    this.#shards.set(shard, states);
    const losers = new Set<string>();
    for (const { state, tag } of changes) {
      if ((states.get(state.clusterKey)?.tag ?? null) !== tag) {
        losers.add(state.clusterKey);
        continue;
      }
      this.#writes += 1;
      states.set(state.clusterKey, { value: structuredClone(state), tag: `${this.#writes}` });
    }
    return losers;
  }

  async summaries(): Promise<readonly ClusterSummary[]> {
    const states = [...this.#shards.values()].flatMap((shard) => [...shard.values()]);
    return states.flatMap(({ value }) => {
      const { verdict, clusterKey, dataThroughMs, throughMs, alerts, incident, backfill, problems } =
        structuredClone(value);
      if (verdict === null) return [];
      const { status, headline, evaluatedAtMs, worstUsedRatio, exhaustionInSeconds } = verdict;
      const backfillMinutes = backfill.reduce(
        (sum, { fromMs, toMs }) => sum + (toMs - fromMs) / MINUTE_MS,
        0,
      );
      const judged = { status, headline, evaluatedAtMs, worstUsedRatio, exhaustionInSeconds };
      const throttled = problems.some(({ reason }) => reason === "throttled");
      return [
        { throttled, ...judged, clusterKey, dataThroughMs, throughMs, alerts, incident, backfillMinutes },
      ];
    });
  }

  async remove(shard: string, clusterKey: string): Promise<void> {
    this.#shards.get(shard)?.delete(clusterKey);
  }
}
