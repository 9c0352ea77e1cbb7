import { odata } from "@azure/data-tables";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { RosterEntry } from "#ports/monitor-store.ts";
import { fitsParts, toParts } from "./binary-parts.ts";
import { AFTER_KEY_SEPARATOR, KEY_SEPARATOR } from "./keys.ts";
import { packJson } from "./packed-json.ts";
import type { Properties } from "./step.ts";

// The monitor's own rows stand before those of the clusters in the partition of the inventory: no encoded key starts with
// the separator. So one query brings all of them, and no cluster.

export const INVENTORY_PARTITION = "inventory";
/** Of the last discovery, written after the clusters; the roster beside it is of the same instant. */
export const RECORD_ROW = `${KEY_SEPARATOR}record`;
export const DELIVERIES_ROW = `${KEY_SEPARATOR}deliveries`;
export const OWN_ROWS = odata`PartitionKey eq ${INVENTORY_PARTITION} and RowKey ge ${KEY_SEPARATOR} and RowKey lt ${AFTER_KEY_SEPARATOR}`;
/** What a row says. */
export const VALUE = "b";
export const ROSTER = "r";

/** The clusters that are there, as properties; none if they are too many for one row. */
export function encodeRoster(entries: readonly InventoryEntry[]): Properties {
  const packed = packJson(rosterOf(entries));
  return fitsParts(packed) ? toParts(ROSTER, packed) : {};
}

export function rosterOf(entries: readonly InventoryEntry[]): RosterEntry[] {
  return entries
    .filter(({ goneSinceMs }) => goneSinceMs === null)
    .map(({ cluster: { ref }, firstSeenMs }) => ({ id: ref.id, key: ref.key, name: ref.name, firstSeenMs }));
}
