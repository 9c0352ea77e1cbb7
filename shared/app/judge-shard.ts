import { endOfCluster } from "#core/alert/end-of-cluster.ts";
import type { Silence } from "#core/alert/silence.ts";
import { limitsForCluster } from "#core/checks/cluster-limits.ts";
import type { CheckLimits } from "#core/checks/limits.ts";
import {
  type AdvancePolicy,
  advanceCluster,
  type CollectedReading,
} from "#core/collection/advance-cluster.ts";
import { type ClusterState, newClusterState } from "#core/collection/cluster-state.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { endAlerts } from "#core/events/alert-events.ts";
import { createBlock, type SampleBlock } from "#core/series/sample-block.ts";
import { floorMinute } from "#core/time.ts";
import type { SeriesStore, SeriesWrite } from "#ports/series-store.ts";

export interface JudgeDeps {
  readonly series: SeriesStore;
  readonly limits: CheckLimits;
  readonly policy: AdvancePolicy;
}

/** What was read of one cluster, its samples aside. */
export type ClusterReading = Omit<CollectedReading, "samples">;

/** What was read of a shard. */
export interface ShardRead {
  readonly shard: string;
  readonly nowMs: number;
  /** End of the minutes that were asked for. */
  readonly toMs: number;
  /** From where on the checks look at samples. */
  readonly samplesFromMs: number;
  readonly silences: readonly Silence[];
  /** By cluster key. */
  readonly readings: ReadonlyMap<string, ClusterReading>;
}

/** Stores what was read of a shard, and judges each cluster with what the store holds of it then. */
export class ShardJudge {
  readonly #deps: JudgeDeps;
  readonly #read: ShardRead;
  #writes: readonly SeriesWrite[];

  constructor(deps: JudgeDeps, read: ShardRead, writes: readonly SeriesWrite[]) {
    this.#deps = deps;
    this.#read = read;
    this.#writes = writes;
  }

  /**
   * Samples are stored first, and looked at cluster by cluster: those of a whole shard, waiting for each other, would be most of what
   * a cycle keeps in memory (test/bench).
   *
   * @param states as they are stored, by cluster key
   * @returns the states to save, without those in which nothing changes
   */
  async advance(
    entries: readonly InventoryEntry[],
    states: ReadonlyMap<string, ClusterState>,
  ): Promise<ReadonlyMap<string, ClusterState>> {
    const { shard, toMs, samplesFromMs } = this.#read;
    const rest = new Map(entries.map((entry) => [entry.cluster.ref.key, entry]));
    const advanced = new Map<string, ClusterState>();
    const writes = this.#writes.filter(({ clusterKey }) => rest.has(clusterKey));
    const take = (key: string, samples: SampleBlock): void => {
      // Stored, and let go at once: left to the garbage collector they were half of what it moved about (test/bench).
      for (const { clusterKey, block } of writes) if (clusterKey === key) block.series.clear();
      const entry = rest.get(key);
      const state = entry && this.#advanceOne(entry, states.get(key), samples);
      rest.delete(key);
      if (state !== undefined) advanced.set(key, state);
    };
    await this.#deps.series.append(shard, writes, samplesFromMs, take);
    // Who has to judge again, because another collector was faster, finds them in the store.
    this.#writes = this.#writes.map(({ clusterKey }) => ({ clusterKey, block: createBlock(toMs, toMs) }));
    for (const key of rest.keys()) take(key, createBlock(toMs, toMs));
    return advanced;
  }

  #advanceOne(
    entry: InventoryEntry,
    known: ClusterState | undefined,
    samples: SampleBlock,
  ): ClusterState | undefined {
    const { cluster } = entry;
    const { readings, silences, nowMs } = this.#read;
    if (entry.goneSinceMs !== null) return known && endIncident(known, entry, nowMs);
    const reading = readings.get(cluster.ref.key);
    if (reading === undefined) return undefined;
    const { policy } = this.#deps;
    const { limits } = limitsForCluster(this.#deps.limits, cluster.tags);
    const state = known ?? newClusterState(cluster.ref.key);
    return advanceCluster(state, cluster, { ...reading, samples }, limits, policy, nowMs, silences);
  }
}

/**
 * What was told of a cluster that is gone is taken back, once. Nothing of its alerts stays: another cluster may take its name, and
 * what was so of the old one says nothing of that.
 */
function endIncident(state: ClusterState, entry: InventoryEntry, nowMs: number): ClusterState | undefined {
  const { incident, alerts, maintenance, handoff, standing, events } = state;
  const held = alerts.length + handoff.length + (standing?.length ?? 0) + events.length;
  if (incident === null && maintenance === null && held === 0) return undefined;
  const minuteMs = floorMinute(nowMs);
  return {
    ...state,
    incident: null,
    alerts: [],
    maintenance: null,
    handoff: incident === null ? [] : [endOfCluster(incident, entry.cluster.ref, minuteMs)],
    // Not `null`: the last verdict, which stays to be looked at, would count in its place.
    standing: [],
    events: endAlerts(alerts, minuteMs, incident?.id ?? null),
  };
}
