import type { InventoryStore } from "#ports/inventory-store.ts";
import type { DeliveryCount, MonitorNotes, MonitorStore } from "#ports/monitor-store.ts";

/** Notes of the monitor beside an inventory in memory. */
export class MemoryMonitorStore implements MonitorStore {
  readonly #inventory: InventoryStore;
  #deliveries: DeliveryCount | null = null;

  constructor(inventory: InventoryStore) {
    this.#inventory = inventory;
  }

  async read(): Promise<MonitorNotes> {
    const entries = await this.#inventory.list();
    return {
      discovery: await this.#inventory.lastDiscovery(),
      roster: entries
        .filter(({ goneSinceMs }) => goneSinceMs === null)
        .map(({ cluster: { ref }, firstSeenMs }) => ({
          id: ref.id,
          key: ref.key,
          name: ref.name,
          firstSeenMs,
        })),
      deliveries: this.#deliveries,
    };
  }

  async saveDeliveries(count: DeliveryCount): Promise<void> {
    this.#deliveries = { ...count };
  }
}
