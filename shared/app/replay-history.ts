import type { ClusterState } from "#core/collection/cluster-state.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { KEPT_MINUTES } from "#core/replay/kept.ts";
import type { ReplayPolicy } from "#core/replay/replay-life.ts";
import { type Replayed, StoredReplay } from "#core/replay/stored-replay.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { SeriesStore } from "#ports/series-store.ts";

export interface ReplayWish {
  readonly entry: InventoryEntry;
  /** `undefined`: it was never collected, and nothing is known of its nodes' days. */
  readonly state: ClusterState | undefined;
  readonly policy: ReplayPolicy;
  /** Whole minutes, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Samples of one read in memory: about 16 MB. */
const WINDOW_VALUES = 2_000_000;
/** Metrics, protocols and frontends together: stored series of one node. */
const SERIES_PER_NODE = 10;

/**
 * Runs checks and alerts over the stored history of one cluster, a day at a time, less where it is large: memory does not grow with the span.
 *
 * @throws AdapterError when the store cannot be reached
 */
export async function replayHistory(
  series: Pick<SeriesStore, "read">,
  { entry: { shard, cluster }, state, policy, fromMs, toMs }: ReplayWish,
): Promise<Replayed & { readonly faults: readonly string[] }> {
  const replay = new StoredReplay(cluster, policy, state?.shapes ?? [], fromMs);
  const faults: string[] = [];
  const windowMs = windowOf(cluster.loadBalancer?.members.length ?? 0);
  for (let startMs = fromMs; startMs < toMs; startMs = nextStart(startMs, windowMs)) {
    const endMs = Math.min(nextStart(startMs, windowMs), toMs);
    const stored = await series.read(shard, cluster.ref.key, startMs - KEPT_MINUTES * MINUTE_MS, endMs);
    faults.push(...stored.faults);
    replay.judge(stored.block);
  }
  return { ...replay.end(), faults: [...new Set(faults)] };
}

/** Whole hours, a day at most. */
function windowOf(nodes: number): number {
  const hours = WINDOW_VALUES / (Math.max(1, nodes) * SERIES_PER_NODE * (HOUR_MS / MINUTE_MS));
  return Math.min(DAY_MS, Math.max(1, Math.floor(hours)) * HOUR_MS);
}

function nextStart(startMs: number, windowMs: number): number {
  return Math.floor(startMs / windowMs) * windowMs + windowMs;
}
