import { notByLoadBalancer } from "#core/checks/applies.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { ClusterSummary } from "#ports/cluster-state-store.ts";
import type { MetricsTarget } from "#ports/metrics-source.ts";
import { carrierTargets } from "./device-targets.ts";
import { metricsTarget } from "./metrics-target.ts";

/** A cluster with a past to read. */
export interface ImportWork {
  readonly shard: string;
  readonly entry: InventoryEntry;
  /** `null` where the cluster's traffic passes no load balancer: then it has devices. */
  readonly target: MetricsTarget | null;
}

/**
 * What there is to read of a cluster's past; `undefined` where nothing is left, or nothing can be read: it is gone, or Azure has no
 * metrics of its path.
 */
export function importWork(
  entry: InventoryEntry,
  summary: Pick<ClusterSummary, "backfillMinutes">,
): ImportWork | undefined {
  if (summary.backfillMinutes <= 0 || entry.goneSinceMs !== null) return undefined;
  const target = notByLoadBalancer(entry.cluster) === null ? metricsTarget(entry.cluster) : null;
  const measured = target !== null || carrierTargets(entry.cluster).length > 0;
  return measured ? { shard: entry.shard, entry, target } : undefined;
}
