import { type Gate, NEW_GATE } from "#core/notify/rate-limits.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { Tagged } from "#ports/tagged.ts";
import { fromParts, toParts } from "./binary-parts.ts";
import { encodeKey } from "./keys.ts";
import { packJson, unpackJson } from "./packed-json.ts";
import type { Table } from "./table.ts";

// A partition for each channel: senders of one channel meet here at every message, and those of others must not wait.

const GATE_ROW = "gate";
const VALUE = "b";

export async function loadGate(table: Table, channel: string): Promise<Tagged<Gate> | undefined> {
  const entity = await table.get(partitionOf(channel), GATE_ROW);
  if (entity === undefined) return undefined;
  const bytes = fromParts(VALUE, entity.properties);
  try {
    if (bytes !== undefined) return { value: { ...NEW_GATE, ...unpackJson<Gate>(bytes) }, tag: entity.tag };
  } catch (error) {
    throw new AdapterError("malformed", `gate of channel ${channel} cannot be read`, { cause: error });
  }
  throw new AdapterError("malformed", `gate of channel ${channel} has no value`);
}

export async function saveGate(
  table: Table,
  channel: string,
  gate: Gate,
  tag: string | undefined,
): Promise<boolean> {
  const properties = toParts(VALUE, packJson(gate));
  const step =
    tag === undefined
      ? ({ kind: "insert", row: GATE_ROW, properties } as const)
      : ({ kind: "replace", row: GATE_ROW, tag, properties } as const);
  return (await table.transact(partitionOf(channel), [step])) !== undefined;
}

function partitionOf(channel: string): string {
  return `gate:${encodeKey(channel)}`;
}
