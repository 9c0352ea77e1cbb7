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
import type { TableRun } from "./table-runs.ts";

// Where events lie: a table for each month, which goes as a whole; the partition is the cluster, the row
// `INSTANT-KIND:ID`. Keys sort by time, so a range is one query, and an event that is written again lands on itself.

export const EVENTS: TableRun = { start: "Events", unit: "month" };

const VALUE = "b";

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

/**
 * The stored event.
 *
 * @throws Error that tells what is wrong: nothing is there, it cannot be read, it is of a kind that only a later version
 * knows, or belongs elsewhere
 */
export function decodeEvent({ rowKey, properties }: StoredEntity): ClusterEvent {
  const bytes = fromParts(VALUE, properties);
  if (bytes === undefined) throw new Error("holds no value");
  const event = unpackJson<ClusterEvent>(bytes);
  if (!EVENT_KINDS.includes(event.kind)) throw new Error(`kind ${event.kind} is none of this version`);
  const row = eventRow(event);
  if (row !== rowKey) throw new Error(`holds the event of row ${row}`);
  return event;
}
