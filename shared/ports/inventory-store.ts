import type { InventoryEntry } from "#core/egress/inventory.ts";
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
