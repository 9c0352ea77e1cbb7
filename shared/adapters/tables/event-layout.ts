import { odata } from "@azure/data-tables";
import {
  type ClusterEvent,
  EVENT_KINDS,
  type EventKind,
  eventOrder,
  instantOrder,
} from "#core/events/event.ts";
import { fromParts, toParts } from "./binary-parts.ts";
import { encodeKey, KEY_SEPARATOR } from "./keys.ts";
import { packJson, unpackJson } from "./packed-json.ts";
import type { Properties } from "./step.ts";
import type { StoredEntity } from "./table.ts";

// Where events lie: a table for each month, which goes as a whole; the partition is the cluster, the row
// `INSTANT-KIND:ID`. Keys sort by time, so a range is one query, and an event that is written again lands on itself.

/** Start of all table names of this store. */
export const EVENT_TABLES = "Events";

const VALUE = "b";

/** The table of the month that holds the instant: `Events202611`. */
export function eventTableOf(ms: number): string {
  return EVENT_TABLES + new Date(ms).toISOString().slice(0, 7).replace("-", "");
}

/** The end (exclusive) of the month a table holds; `undefined` if the name is not one of ours. */
export function eventTableEndMs(name: string): number | undefined {
  const [, year, month] = name.match(/^Events(\d{4})(\d{2})$/) ?? [];
  // Months count from 0 here, so the number is that of the next one.
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month));
}

/** The tables that an interval touches, oldest first. */
export function eventTablesOf(fromMs: number, toMs: number): string[] {
  const tables: string[] = [];
  for (let atMs = fromMs; atMs < toMs; ) {
    const at = new Date(atMs);
    tables.push(eventTableOf(atMs));
    atMs = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
  }
  return tables;
}

export function eventRow(event: ClusterEvent): string {
  return eventOrder(event) + KEY_SEPARATOR + encodeKey(event.id);
}

/** @param kinds `undefined`: every kind */
export function eventsFilter(
  clusterKey: string,
  fromMs: number,
  toMs: number,
  kinds: readonly EventKind[] | undefined,
): string {
  const [first, end] = [instantOrder(fromMs), instantOrder(toMs)];
  const range = odata`PartitionKey eq ${encodeKey(clusterKey)} and RowKey ge ${first} and RowKey lt ${end}`;
  if (kinds === undefined) return range;
  return `${range} and (${kinds.map((kind) => odata`kind eq ${kind}`).join(" or ")})`;
}

/** The kind stands beside the value, to be asked for. */
export function encodeEvent(event: ClusterEvent): Properties {
  return { kind: event.kind, ...toParts(VALUE, packJson(event)) };
}

/** The stored event; `undefined` if it cannot be read, or is of a kind that only a later version knows. */
export function decodeEvent(entity: StoredEntity): ClusterEvent | undefined {
  const bytes = fromParts(VALUE, entity.properties);
  if (bytes === undefined) return undefined;
  try {
    const event = unpackJson<ClusterEvent>(bytes);
    return EVENT_KINDS.includes(event.kind) && eventRow(event) === entity.rowKey ? event : undefined;
  } catch {
    return undefined;
  }
}
