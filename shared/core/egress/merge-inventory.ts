import type { InventoryEntry } from "./inventory.ts";
import { ShardSeats } from "./shard.ts";
import type { Cluster } from "./topology.ts";

/** Tag that takes a cluster out of the watch. Azure compares tag names without regard to case. */
const EXCLUDE_TAG = "snatwatch-exclude";

/** What one discovery found, as far as the inventory cares. */
export interface Found {
  readonly clusters: readonly Cluster[];
  /** Subscriptions whose cluster list failed: what they hold is as unknown as it was before. */
  readonly failedSubscriptionIds: readonly string[];
}

export interface MergeSettings {
  /** How long a cluster that is gone is kept. */
  readonly retentionMs: number;
  /** Present clusters of a shard from which on it takes no new ones. Those that come back may make it larger. */
  readonly shardSize: number;
}

/** An entry that is no longer kept: the data of its key in its shard may be dropped. */
export interface RemovedEntry {
  readonly key: string;
  readonly shard: string;
}

export interface InventoryChange {
  /** Entries that differ from what is stored. */
  readonly changed: readonly InventoryEntry[];
  /** Gone for longer than the retention. */
  readonly removed: readonly RemovedEntry[];
  readonly counts: {
    readonly present: number;
    readonly added: number;
    readonly returned: number;
    readonly gone: number;
  };
}

/**
 * Decides what a discovery changes in the inventory.
 *
 * A cluster is gone only if its subscription was read, or is not asked for any more. An excluded one counts as gone.
 * One that comes back takes its shard again, full or not: its history is there.
 */
export function mergeInventory(
  stored: readonly InventoryEntry[],
  found: Found,
  nowMs: number,
  settings: MergeSettings,
): InventoryChange {
  const clusters = new Map(found.clusters.filter((it) => !isExcluded(it)).map((it) => [it.ref.key, it]));
  const failed = new Set(found.failedSubscriptionIds.map((id) => id.toLowerCase()));
  const isUnread = (entry: InventoryEntry) => failed.has(entry.cluster.ref.subscriptionId.toLowerCase());
  const isPresent = (entry: InventoryEntry) =>
    clusters.has(entry.cluster.ref.key) || (entry.goneSinceMs === null && isUnread(entry));

  const seats = new ShardSeats(settings.shardSize, stored.filter(isPresent));
  const changed: InventoryEntry[] = [];
  const removed: RemovedEntry[] = [];
  let returned = 0;
  let gone = 0;

  for (const entry of stored) {
    const { key } = entry.cluster.ref;
    const cluster = clusters.get(key);
    clusters.delete(key);
    if (cluster !== undefined) {
      if (entry.goneSinceMs !== null) returned += 1;
      changed.push({ ...entry, cluster, lastSeenMs: nowMs, goneSinceMs: null });
    } else if (isUnread(entry)) {
      // As unknown as it was: not seen, not gone.
    } else if (entry.goneSinceMs === null) {
      gone += 1;
      changed.push({ ...entry, goneSinceMs: nowMs });
    } else if (nowMs - entry.goneSinceMs > settings.retentionMs) {
      removed.push({ key, shard: entry.shard });
    }
  }
  const added = [...clusters.values()].map((cluster) => ({
    cluster,
    shard: seats.join(cluster.ref),
    firstSeenMs: nowMs,
    lastSeenMs: nowMs,
    goneSinceMs: null,
  }));
  return {
    changed: [...changed, ...added],
    removed,
    counts: { present: changed.length - gone + added.length, added: added.length, returned, gone },
  };
}

/** True for a cluster that its owner took out of the watch by a tag. */
export function isExcluded(cluster: Pick<Cluster, "tags">): boolean {
  return Object.entries(cluster.tags).some(
    ([name, value]) => name.toLowerCase() === EXCLUDE_TAG && value.trim().toLowerCase() === "true",
  );
}
