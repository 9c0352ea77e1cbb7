import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { DiscoveryRecord, ForgettingInventory, ForgottenCluster } from "#ports/inventory-store.ts";

/** The inventory in memory. Values are copied in and out, as through storage. */
export class MemoryInventoryStore implements ForgettingInventory {
  readonly #entries = new Map<string, InventoryEntry>();
  readonly #forgotten = new Map<string, ForgottenCluster>();
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

  async forget(cluster: ForgottenCluster): Promise<void> {
    this.#entries.delete(cluster.ref.key);
    this.#forgotten.set(nameOf(cluster), structuredClone(cluster));
  }

  async listForgotten(): Promise<readonly ForgottenCluster[]> {
    return structuredClone([...this.#forgotten.values()]);
  }

  async clearForgotten(cluster: ForgottenCluster): Promise<void> {
    this.#forgotten.delete(nameOf(cluster));
  }
}

function nameOf({ ref, shard }: ForgottenCluster): string {
  return JSON.stringify([ref.key, shard]);
}
