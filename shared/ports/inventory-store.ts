import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { ClusterRef } from "#core/egress/topology.ts";
import type { DiscoveryFailure } from "./topology-source.ts";

/** What one discovery left behind, beside the clusters. */
export interface DiscoveryRecord {
  readonly finishedAtMs: number;
  readonly subscriptionIds: readonly string[];
  readonly failures: readonly DiscoveryFailure[];
}

/** The clusters we know, and the last discovery. Reading is cheap when nothing changed. */
export interface InventoryStore {
  /** Every cluster known, those that disappeared included. */
  list(): Promise<readonly InventoryEntry[]>;
  /** `null` before the first discovery. */
  lastDiscovery(): Promise<DiscoveryRecord | null>;
  /** Writes these entries (insert or replace), removes those keys, and records the discovery last. */
  save(
    entries: readonly InventoryEntry[],
    removedKeys: readonly string[],
    record: DiscoveryRecord,
  ): Promise<void>;
}

/** A cluster that was taken off the list on request. */
export interface ForgottenCluster {
  readonly ref: ClusterRef;
  /** Where its data lay. */
  readonly shard: string;
  readonly atMs: number;
}

/**
 * An inventory that clusters can be taken off. It remembers which: whoever read it before goes on writing data of the cluster for a
 * while, and a deletion that was killed is to be found again.
 */
export interface ForgettingInventory extends InventoryStore {
  /** Takes the cluster off the list, in one step with the note that it was. Repeating it is safe. */
  forget(cluster: ForgottenCluster): Promise<void>;
  listForgotten(): Promise<readonly ForgottenCluster[]>;
  /** Drops the note. */
  clearForgotten(cluster: ForgottenCluster): Promise<void>;
}
