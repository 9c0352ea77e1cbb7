import type { InventoryEntry } from "#core/egress/inventory.ts";
import { type LeftShard, type MergeSettings, mergeInventory } from "#core/egress/merge-inventory.ts";
import { TOPOLOGY_SOURCE } from "#core/egress/unread.ts";
import type { Clock } from "#ports/clock.ts";
import type { InventoryStore } from "#ports/inventory-store.ts";
import type { Logger } from "#ports/logger.ts";
import type { DiscoveryFailure, TopologySource } from "#ports/topology-source.ts";

export interface DiscoverPorts {
  readonly topology: TopologySource;
  readonly inventory: InventoryStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: MergeSettings;
}

export interface DiscoverResult {
  /** Clusters that are there and watched, those of unread subscriptions not counted. */
  readonly present: number;
  /** State and samples kept for these may be dropped. */
  readonly dropped: readonly LeftShard[];
}

/**
 * Finds the clusters and their egress paths, and writes the inventory once.
 *
 * @throws AdapterError if the subscriptions or the inventory cannot be read; nothing is changed then
 */
export async function discover(
  { topology, inventory, clock, logger, settings }: DiscoverPorts,
  signal: AbortSignal,
): Promise<DiscoverResult> {
  const startedAtMs = clock.nowMs();
  const stored = await inventory.list();
  // Of a cluster that was gone nothing may be taken over: it is another one with the same name.
  const present = stored.filter((entry) => entry.goneSinceMs === null);
  const previous = new Map(present.map(({ cluster }) => [cluster.ref.key, cluster]));

  const discovery = await topology.discover(previous, startedAtMs, signal);
  // A run that was ended read only a part: the next one reads it all.
  signal.throwIfAborted();

  const failedSubscriptionIds = discovery.failures.map((failure) => failure.subscriptionId);
  const found = { clusters: discovery.clusters, failedSubscriptionIds };
  const change = mergeInventory(stored, found, startedAtMs, settings);
  const finishedAtMs = clock.nowMs();
  await inventory.save(
    [...change.changed, ...unreadEntries(present, discovery.failures)],
    change.removed.map(({ key }) => key),
    { finishedAtMs, subscriptionIds: discovery.subscriptionIds, failures: discovery.failures },
  );

  logger[discovery.failures.length > 0 ? "warn" : "info"]("discovery", {
    subscriptions: discovery.subscriptionIds.length,
    failures: discovery.failures,
    ...change.counts,
    removed: change.removed.length,
    moved: change.moved.length,
    withProblems: discovery.clusters.filter((cluster) => cluster.problems.length > 0).length,
    durationMs: finishedAtMs - startedAtMs,
  });
  return { present: change.counts.present, dropped: [...change.removed, ...change.moved] };
}

/** Clusters whose list failed stay as the last discovery saw them, and say so in their problems, as for any other list. */
function unreadEntries(
  present: readonly InventoryEntry[],
  failures: readonly DiscoveryFailure[],
): readonly InventoryEntry[] {
  const bySubscription = new Map(failures.map((it) => [it.subscriptionId.toLowerCase(), it]));
  return present.flatMap((entry) => {
    const failure = bySubscription.get(entry.cluster.ref.subscriptionId.toLowerCase());
    if (failure === undefined) return [];
    const { reason, message } = failure;
    const problems = [{ source: TOPOLOGY_SOURCE, reason, message }];
    return [{ ...entry, cluster: { ...entry.cluster, problems } }];
  });
}
