import type { Alert } from "#core/alert/alert.ts";
import type { Incident } from "#core/alert/incident.ts";
import type { ClusterState } from "#core/collection/cluster-state.ts";
import type { Status } from "#core/verdict/verdict.ts";
import type { Tagged } from "./tagged.ts";

/** The few columns that a list of clusters needs, read without the whole state. */
export interface ClusterSummary {
  readonly clusterKey: string;
  readonly status: Status;
  readonly headline: string;
  readonly evaluatedAtMs: number | null;
  readonly dataThroughMs: number | null;
  /** The watermark. */
  readonly throughMs: number | null;
  readonly worstUsedRatio: number | null;
  readonly exhaustionInSeconds: number | null;
  readonly alerts: readonly Alert[];
  readonly incident: Incident | null;
  /** Minutes still to be read of the past. */
  readonly backfillMinutes: number;
  /** Azure refused a part of the latest read for being asked too much. Absent in summaries of older versions. */
  readonly throttled?: boolean;
}

/** State of each cluster, by shard. Every adapter passes test/contract/cluster-state-store.ts. */
export interface ClusterStateStore {
  /** States of the shard that were ever saved, by cluster key. */
  loadShard(shard: string): Promise<Map<string, Tagged<ClusterState>>>;
  load(shard: string, clusterKey: string): Promise<ClusterState | undefined>;
  /**
   * Saves each state if nobody has saved it since its tag was read (`null`: it must not exist yet).
   *
   * @returns keys of the clusters whose save lost a race; their state is as the other writer left it
   */
  save(
    shard: string,
    changes: readonly { readonly state: ClusterState; readonly tag: string | null }[],
  ): Promise<ReadonlySet<string>>;
  /** Of every cluster that has a verdict. */
  summaries(): Promise<readonly ClusterSummary[]>;
  remove(shard: string, clusterKey: string): Promise<void>;
}
