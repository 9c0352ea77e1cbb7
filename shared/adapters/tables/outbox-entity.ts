import { odata } from "@azure/data-tables";
import { isOpen, takeableAtMs } from "#core/notify/delivery-state.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { OutboxKey, OutboxRow } from "#ports/outbox.ts";
import { fromParts, toParts } from "./binary-parts.ts";
import { AFTER_KEY_SEPARATOR, encodeKey, KEY_SEPARATOR } from "./keys.ts";
import { packJson, unpackJson } from "./packed-json.ts";
import type { Properties, Step } from "./step.ts";
import type { StoredEntity } from "./table.ts";

// One partition, three kinds of rows: `row:CHANNEL:INCIDENT:SEQUENCE` is the delivery, and as long as it is open there is a
// copy as `open:CHANNEL:CREATED:INCIDENT:SEQUENCE`, changed in the same transaction. So a delivery is a point read, and the
// open ones of a channel are a key range that holds nothing else, oldest first, however many old ones lie beside it. One that was
// given up leaves `dead:SETTLED:CHANNEL:INCIDENT:SEQUENCE`, in the same transaction too, so that those of a day are counted by key.

export const OUTBOX_PARTITION = "outbox";
const ROW = `row${KEY_SEPARATOR}`;
const OPEN = `open${KEY_SEPARATOR}`;
const DEAD = `dead${KEY_SEPARATOR}`;
const VALUE = "b";
/** Sequences of one incident sort as numbers. */
const SEQUENCE_DIGITS = 8;
/** Milliseconds sort as numbers until the year 2286. */
const INSTANT_DIGITS = 13;

export function rowOf(key: OutboxKey): string {
  return ROW + suffixOf(key);
}

/** The instant of creation never changes, so the copy is found from any state of its row. */
export function openCopyOf(row: OutboxRow): string {
  const { channel, incidentId, sequence } = row;
  const created = instantText(row.createdAtMs);
  return (
    OPEN + [encodeKey(channel), created, encodeKey(incidentId), sequenceText(sequence)].join(KEY_SEPARATOR)
  );
}

/** What a delivery leaves beside its row: as long as it is open its copy, once it was given up its mark. */
export function leftBeside(row: OutboxRow, properties: Properties): Step | null {
  if (isOpen(row)) return { kind: "put", row: openCopyOf(row), properties };
  if (row.state !== "dead" || row.settledAtMs === null) return null;
  const mark = DEAD + [instantText(row.settledAtMs), suffixOf(row)].join(KEY_SEPARATOR);
  return { kind: "put", row: mark, properties: { createdAtMs: { int64: Math.floor(row.createdAtMs) } } };
}

/** Marks of deliveries that were given up after that instant. */
export function deadSince(sinceMs: number): string {
  const first = DEAD + instantText(sinceMs + 1);
  const end = `dead${AFTER_KEY_SEPARATOR}`;
  return odata`PartitionKey eq ${OUTBOX_PARTITION} and RowKey ge ${first} and RowKey lt ${end}`;
}

/** What `decodeKey` needs of an open copy. */
export const KEY_PROPERTIES = ["channel", "incidentId", "sequence"] as const;

/** Open rows of a channel that may be taken at that instant. */
export function openDue(channel: string, atMs: number): string {
  const first = OPEN + encodeKey(channel) + KEY_SEPARATOR;
  const end = OPEN + encodeKey(channel) + AFTER_KEY_SEPARATOR;
  return odata`PartitionKey eq ${OUTBOX_PARTITION} and RowKey ge ${first} and RowKey lt ${end} and takeableAtMs le ${Math.floor(atMs)}L`;
}

/** Open rows of the channels that come after this one in the order of keys; `undefined`: of all. */
export function openBeyond(channel: string | undefined): string {
  if (channel === undefined) return ALL_OPEN;
  const first = OPEN + encodeKey(channel) + AFTER_KEY_SEPARATOR;
  const end = `open${AFTER_KEY_SEPARATOR}`;
  return odata`PartitionKey eq ${OUTBOX_PARTITION} and RowKey ge ${first} and RowKey lt ${end}`;
}

export const ALL_OPEN = rangeOf("open");
export const ALL_ROWS = rangeOf("row");

export function createdSince(fromMs: number): string {
  return `${ALL_ROWS} and createdAtMs ge ${fromMs}L`;
}

/** Rows, and marks of those that were given up. */
export function settledBefore(beforeMs: number): readonly string[] {
  const before = `createdAtMs lt ${beforeMs}L`;
  return [`${ALL_ROWS} and ${before} and settled eq true`, `${rangeOf("dead")} and ${before}`];
}

export function encodeRow(row: OutboxRow): Properties {
  return {
    channel: row.channel,
    incidentId: row.incidentId,
    sequence: String(row.sequence),
    takeableAtMs: { int64: Math.floor(takeableAtMs(row)) },
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

/** Whose message it is; `undefined` if it cannot be read. */
export function clusterKeyOf(entity: StoredEntity): string | undefined {
  try {
    return decodeRow(entity).message.cluster.key;
  } catch {
    return undefined;
  }
}

/** The key alone, of an entity read without its value. */
export function decodeKey({ rowKey, properties }: StoredEntity): OutboxKey {
  const { channel, incidentId, sequence } = properties;
  if (typeof channel === "string" && typeof incidentId === "string" && typeof sequence === "string") {
    return { channel, incidentId, sequence: Number(sequence) };
  }
  throw new AdapterError("malformed", `outbox row ${rowKey} has no key`);
}

function suffixOf({ channel, incidentId, sequence }: OutboxKey): string {
  return [encodeKey(channel), encodeKey(incidentId), sequenceText(sequence)].join(KEY_SEPARATOR);
}

function instantText(ms: number): string {
  return String(Math.floor(ms)).padStart(INSTANT_DIGITS, "0");
}

function sequenceText(sequence: number): string {
  return String(sequence).padStart(SEQUENCE_DIGITS, "0");
}

function rangeOf(kind: string): string {
  const first = kind + KEY_SEPARATOR;
  const end = kind + AFTER_KEY_SEPARATOR;
  return odata`PartitionKey eq ${OUTBOX_PARTITION} and RowKey ge ${first} and RowKey lt ${end}`;
}
