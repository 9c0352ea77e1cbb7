import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { DiscoveryRecord } from "./inventory-store.ts";

/** A cluster that is there, as far as a health probe names it. */
export type RosterEntry = Pick<InventoryEntry["cluster"]["ref"], "id" | "key" | "name"> &
  Pick<InventoryEntry, "firstSeenMs">;

/** What was counted of the deliveries, and when: a count speaks of its own instant alone. */
export interface DeliveryCount {
  readonly countedAtMs: number;
  /** Messages that were given up within a day before it. */
  readonly dead: number;
}

export interface MonitorNotes {
  /** `null` before the first discovery. */
  readonly discovery: DiscoveryRecord | null;
  /** Clusters that are there, as the last discovery left them. */
  readonly roster: readonly RosterEntry[];
  /** `null` before the first count. */
  readonly deliveries: DeliveryCount | null;
}

/** What a health probe wants of the monitor's own state, in one small read: probes come often, and each is paid for. */
export interface MonitorStore {
  read(): Promise<MonitorNotes>;
  /** Replaces the count before. */
  saveDeliveries(count: DeliveryCount): Promise<void>;
}
