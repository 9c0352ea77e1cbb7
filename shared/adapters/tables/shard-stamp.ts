import { randomUUID } from "node:crypto";
import { KEY_SEPARATOR } from "./keys.ts";
import type { Step } from "./step.ts";
import type { Table } from "./table.ts";

// Every write of a shard's states stamps one row of the partition in the same transaction. As long as the stamp is the
// one we know, the states in memory are what the table holds.

/** The row of the stamp, before all clusters: no encoded key starts with the separator. */
export const STAMP_ROW = `${KEY_SEPARATOR}stamp`;

/** A stamp as it was read or written. */
export interface Stamp {
  /** Unique for each write; empty where there is none yet. */
  readonly value: string;
  readonly tag: string | null;
}

export async function readStamp(table: Table, partition: string): Promise<Stamp> {
  const entity = await table.get(partition, STAMP_ROW);
  const value = entity?.properties["value"];
  return { value: typeof value === "string" ? value : "", tag: entity?.tag ?? null };
}

/**
 * The step that sets a new stamp.
 *
 * @param known only over this stamp, so that memory holds what the table holds; `undefined`: over any
 */
export function stampStep(known: Stamp | undefined): { readonly step: Step; readonly value: string } {
  const value = randomUUID();
  const row = STAMP_ROW;
  const properties = { value };
  if (known === undefined) return { value, step: { kind: "put", row, properties } };
  if (known.tag === null) return { value, step: { kind: "insert", row, properties } };
  return { value, step: { kind: "replace", row, tag: known.tag, properties } };
}
