import { odata } from "@azure/data-tables";
import { AdapterError } from "#ports/adapter-error.ts";
import type { OutboxKey, OutboxRow } from "#ports/outbox.ts";
import { fromParts, toParts } from "./binary-parts.ts";
import { AFTER_KEY_SEPARATOR, encodeKey, KEY_SEPARATOR } from "./keys.ts";
import { packJson, unpackJson } from "./packed-json.ts";
import type { Properties } from "./step.ts";
import type { StoredEntity } from "./table.ts";

// One partition, two kinds of rows: `row:CHANNEL:INCIDENT:SEQUENCE` is the delivery, and as long as it is open there is a
// copy as `open:...`, changed in the same transaction. So a delivery is a point read, and the open ones are a key range
// that holds nothing else, however many old ones lie beside it.

export const OUTBOX_PARTITION = "outbox";
const ROW = `row${KEY_SEPARATOR}`;
const OPEN = `open${KEY_SEPARATOR}`;
const VALUE = "b";
/** Sequences of one incident sort as numbers. */
const SEQUENCE_DIGITS = 8;

export function rowOf(key: OutboxKey): string {
  return ROW + suffixOf(key);
}

export function openCopyOf(key: OutboxKey): string {
  return OPEN + suffixOf(key);
}

export const ALL_OPEN = rangeOf("open");
const ALL_ROWS = rangeOf("row");

export function createdSince(fromMs: number): string {
  return `${ALL_ROWS} and createdAtMs ge ${fromMs}L`;
}

export function settledBefore(beforeMs: number): string {
  return `${ALL_ROWS} and createdAtMs lt ${beforeMs}L and settled eq true`;
}

export function isOpen(row: OutboxRow): boolean {
  return row.state === "pending" || row.state === "sending";
}

export function encodeRow(row: OutboxRow): Properties {
  return {
    createdAtMs: { int64: Math.floor(row.createdAtMs) },
    state: row.state,
    settled: !isOpen(row),
    ...toParts(VALUE, packJson(row)),
  };
}

export function decodeRow(entity: StoredEntity): OutboxRow {
  const bytes = fromParts(VALUE, entity.properties);
  try {
    if (bytes !== undefined) return unpackJson<OutboxRow>(bytes);
  } catch (error) {
    throw new AdapterError("malformed", `outbox row ${entity.rowKey} cannot be read`, { cause: error });
  }
  throw new AdapterError("malformed", `outbox row ${entity.rowKey} has no value`);
}

function suffixOf({ channel, incidentId, sequence }: OutboxKey): string {
  const number = String(sequence).padStart(SEQUENCE_DIGITS, "0");
  return [encodeKey(channel), encodeKey(incidentId), number].join(KEY_SEPARATOR);
}

function rangeOf(kind: string): string {
  const first = kind + KEY_SEPARATOR;
  const end = kind + AFTER_KEY_SEPARATOR;
  return odata`PartitionKey eq ${OUTBOX_PARTITION} and RowKey ge ${first} and RowKey lt ${end}`;
}
