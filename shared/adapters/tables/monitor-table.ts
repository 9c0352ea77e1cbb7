import type { DiscoveryRecord, InventoryStore } from "#ports/inventory-store.ts";
import type { DeliveryCount, MonitorNotes, MonitorStore, RosterEntry } from "#ports/monitor-store.ts";
import { fromParts, toParts } from "./binary-parts.ts";
import {
  DELIVERIES_ROW,
  INVENTORY_PARTITION,
  OWN_ROWS,
  RECORD_ROW,
  ROSTER,
  rosterOf,
  VALUE,
} from "./monitor-rows.ts";
import { packJson, unpackJson } from "./packed-json.ts";
import type { StoredEntity, Table } from "./table.ts";

/** Notes of the monitor in the table of the inventory. */
export class MonitorTable implements MonitorStore {
  readonly #table: Table;
  readonly #inventory: Pick<InventoryStore, "list">;
  readonly #onFault: (message: string) => void;

  /** @param options.onFault told of a row that cannot be read; it counts as not written yet */
  constructor(
    table: Table,
    inventory: Pick<InventoryStore, "list">,
    options: { readonly onFault?: ((message: string) => void) | undefined } = {},
  ) {
    this.#table = table;
    this.#inventory = inventory;
    this.#onFault = options.onFault ?? (() => {});
  }

  async read(): Promise<MonitorNotes> {
    const rows = new Map((await this.#table.query(OWN_ROWS)).map((row) => [row.rowKey, row]));
    const discovery = this.#decode<DiscoveryRecord>(rows.get(RECORD_ROW), VALUE);
    const roster = this.#decode<RosterEntry[]>(rows.get(RECORD_ROW), ROSTER);
    return {
      discovery,
      roster: roster ?? (discovery === null ? [] : await this.#rosterOfClusters()),
      deliveries: this.#decode<DeliveryCount>(rows.get(DELIVERIES_ROW), VALUE),
    };
  }

  async saveDeliveries(count: DeliveryCount): Promise<void> {
    const properties = toParts(VALUE, packJson(count));
    await this.#table.transact(INVENTORY_PARTITION, [{ kind: "put", row: DELIVERIES_ROW, properties }]);
  }

  /** An older version wrote no roster, and tens of thousands of clusters do not fit one. */
  async #rosterOfClusters(): Promise<RosterEntry[]> {
    return rosterOf(await this.#inventory.list());
  }

  #decode<T>(row: StoredEntity | undefined, name: string): T | null {
    const bytes = row && fromParts(name, row.properties);
    try {
      return bytes === undefined ? null : unpackJson<T>(bytes);
    } catch {
      this.#onFault(`row ${row?.rowKey} of the monitor cannot be read`);
      return null;
    }
  }
}
