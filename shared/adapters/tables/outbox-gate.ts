import { type Gate, NEW_GATE } from "#core/notify/rate-limits.ts";
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
  return entity && { value: decodeGate(entity.properties), tag: entity.tag };
}

/** One that cannot be read begins anew: a channel that sends a little too fast once is better than one that is stuck. */
function decodeGate(properties: Readonly<Record<string, unknown>>): Gate {
  try {
    const bytes = fromParts(VALUE, properties);
    return bytes === undefined ? NEW_GATE : { ...NEW_GATE, ...unpackJson<Gate>(bytes) };
  } catch {
    return NEW_GATE;
  }
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
