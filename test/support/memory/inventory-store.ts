import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { DiscoveryRecord, InventoryStore } from "#ports/inventory-store.ts";

/** The inventory in memory. Values are copied in and out, as through storage. */
export class MemoryInventoryStore implements InventoryStore {
  readonly #entries = new Map<string, InventoryEntry>();
  #record: DiscoveryRecord | null = null;

  async list(): Promise<readonly InventoryEntry[]> {
    return structuredClone([...this.#entries.values()]);
  }

  async lastDiscovery(): Promise<DiscoveryRecord | null> {
    return structuredClone(this.#record);
  }

  async save(
    entries: readonly InventoryEntry[],
    removedKeys: readonly string[],
    record: DiscoveryRecord,
  ): Promise<void> {
    for (const entry of entries) this.#entries.set(entry.cluster.ref.key, structuredClone(entry));
    for (const key of removedKeys) this.#entries.delete(key);
    this.#record = structuredClone(record);
  }
}
