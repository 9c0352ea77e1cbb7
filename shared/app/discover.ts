import type { InventoryEntry } from "#core/egress/inventory.ts";
import {
  type InventoryChange,
  type MergeSettings,
  mergeInventory,
  type RemovedEntry,
} from "#core/egress/merge-inventory.ts";
import { TOPOLOGY_SOURCE } from "#core/egress/unread.ts";
import type { TopologyEvent } from "#core/events/event.ts";
import { topologyEvents } from "#core/events/topology-events.ts";
import { floorMinute } from "#core/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { EventStore } from "#ports/event-store.ts";
import type { InventoryStore } from "#ports/inventory-store.ts";
import type { Logger } from "#ports/logger.ts";
import type { DiscoveryFailure, TopologySource } from "#ports/topology-source.ts";
import { withUntold, writeEvents } from "./write-events.ts";

export interface DiscoverPorts {
  readonly topology: TopologySource;
  readonly inventory: InventoryStore;
  readonly events: EventStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: MergeSettings;
}

export interface DiscoverResult {
  /** Clusters that are there and watched, those of unread subscriptions not counted. */
  readonly present: number;
  /** State and samples kept for these may be dropped. */
  readonly dropped: readonly RemovedEntry[];
}

/**
 * Finds the clusters and their egress paths, and writes the inventory once.
 *
 * What changed is saved with the entries that it changed, and then moved to the store of events: a process that dies before the
 * save finds the same changes again and has told none, one that dies after it leaves them to the next discovery.
 *
 * @throws AdapterError if the subscriptions or the inventory cannot be read; nothing is changed then
 */
export async function discover(
  { topology, inventory, events, clock, logger, settings }: DiscoverPorts,
  signal: AbortSignal,
): Promise<DiscoverResult> {
  const startedAtMs = clock.nowMs();
  const stored = await inventory.list();
  const told = await writeEvents({ events, logger }, writesOf(stored));
  const untold = new Map(told ? [] : writesOf(stored).map((held) => [held.clusterKey, held.events]));
  // Of a cluster that was gone nothing may be taken over: it is another one with the same name.
  const present = stored.filter((entry) => entry.goneSinceMs === null);
  const previous = new Map(present.map(({ cluster }) => [cluster.ref.key, cluster]));

  const discovery = await topology.discover(previous, startedAtMs, signal);
  // A run that was ended read only a part: the next one reads it all.
  signal.throwIfAborted();

  const failedSubscriptionIds = discovery.failures.map((failure) => failure.subscriptionId);
  const found = { clusters: discovery.clusters, failedSubscriptionIds };
  const change = mergeInventory(stored, found, startedAtMs, settings);
  const changed = withEvents(stored, change.changed, untold, floorMinute(startedAtMs));
  const finishedAtMs = clock.nowMs();
  await inventory.save(
    [
      ...changed,
      ...unreadEntries(present, discovery.failures, untold),
      ...(told ? goneAndTold(stored, change) : []),
    ],
    change.removed.map(({ key }) => key),
    { finishedAtMs, subscriptionIds: discovery.subscriptionIds, failures: discovery.failures },
  );
  await writeEvents({ events, logger }, writesOf(changed));

  logger[discovery.failures.length > 0 ? "warn" : "info"]("discovery", {
    subscriptions: discovery.subscriptionIds.length,
    failures: discovery.failures,
    ...change.counts,
    removed: change.removed.length,
    withProblems: discovery.clusters.filter((cluster) => cluster.problems.length > 0).length,
    durationMs: finishedAtMs - startedAtMs,
  });
  return { present: change.counts.present, dropped: change.removed };
}

/** Events that earlier discoveries saved and could not write, by cluster key. */
type Untold = ReadonlyMap<string, readonly TopologyEvent[]>;

/** Clusters whose list failed stay as the last discovery saw them, and say so in their problems, as for any other list. */
function unreadEntries(
  present: readonly InventoryEntry[],
  failures: readonly DiscoveryFailure[],
  untold: Untold,
): readonly InventoryEntry[] {
  const bySubscription = new Map(failures.map((it) => [it.subscriptionId.toLowerCase(), it]));
  return present.flatMap((entry) => {
    const failure = bySubscription.get(entry.cluster.ref.subscriptionId.toLowerCase());
    if (failure === undefined) return [];
    const { reason, message } = failure;
    const problems = [{ source: TOPOLOGY_SOURCE, reason, message }];
    return [{ ...holding(entry, untold, []), cluster: { ...entry.cluster, problems } }];
  });
}

/**
 * Entries with what has changed in them.
 *
 * @param atMs a whole minute: two discoveries that run at once tell a change at the same instant, which is once
 */
function withEvents(
  stored: readonly InventoryEntry[],
  changed: readonly InventoryEntry[],
  untold: Untold,
  atMs: number,
): readonly InventoryEntry[] {
  const known = new Map(stored.map((entry) => [entry.cluster.ref.key, entry]));
  return changed.map((entry) => {
    const events = topologyEvents(known.get(entry.cluster.ref.key), entry, atMs);
    return holding(entry, untold, events);
  });
}

/** Those that stay gone and still hold the events of their going, which are in their store by now. */
function goneAndTold(stored: readonly InventoryEntry[], change: InventoryChange): readonly InventoryEntry[] {
  const touched = new Set([
    ...change.changed.map(({ cluster }) => cluster.ref.key),
    ...change.removed.map(({ key }) => key),
  ]);
  return stored
    .filter(({ cluster, goneSinceMs }) => goneSinceMs !== null && !touched.has(cluster.ref.key))
    .filter(({ events }) => events !== undefined)
    .map(withoutEvents);
}

function withoutEvents({ events: _, ...entry }: InventoryEntry): InventoryEntry {
  return entry;
}

/** The entry with the events that wait for their store: those of earlier discoveries that could not be written, and new ones. */
function holding(entry: InventoryEntry, untold: Untold, news: readonly TopologyEvent[]): InventoryEntry {
  const events = withUntold(untold.get(entry.cluster.ref.key) ?? [], news);
  return { ...withoutEvents(entry), ...(events.length === 0 ? {} : { events }) };
}

function writesOf(entries: readonly InventoryEntry[]) {
  return entries.flatMap(({ cluster, events }) =>
    events === undefined ? [] : [{ clusterKey: cluster.ref.key, events }],
  );
}
