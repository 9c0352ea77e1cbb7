import type { TableCensus } from "#ports/storage-census.ts";
import type { StoredEntity, Table } from "./table.ts";

/** What one row holds. */
export interface RowCensus {
  /** Of binary. */
  readonly bytes: number;
  /** Values that are there: samples, or aggregates of roll-ups; `null` where it is a row of neither. */
  readonly values: number | null;
  /** A sentence for each part that cannot be read, which begins with the row's key. */
  readonly faults: readonly string[];
}

/** Reads every row of a table, a page at a time. */
export async function censusOf(
  table: Table,
  read: (entity: StoredEntity) => RowCensus,
  signal: AbortSignal,
): Promise<TableCensus> {
  const census = { rows: 0, bytes: 0, values: null as number | null, faults: [] as string[] };
  for await (const page of table.pages("")) {
    signal.throwIfAborted();
    for (const entity of page) {
      const { bytes, values, faults } = read(entity);
      census.rows += 1;
      census.bytes += bytes;
      if (values !== null) census.values = (census.values ?? 0) + values;
      for (const fault of faults) census.faults.push(`${table.name} ${entity.partitionKey} ${fault}`);
    }
  }
  return { table: table.name, ...census };
}

/** Bytes of all binary properties. */
export function binaryBytes({ properties }: StoredEntity): number {
  let bytes = 0;
  for (const value of Object.values(properties)) if (value instanceof Uint8Array) bytes += value.length;
  return bytes;
}

/** Names of the binary values of an entity, which lie in parts `NAME0`, `NAME1`, ... */
export function binaryNames({ properties }: StoredEntity): string[] {
  return Object.entries(properties).flatMap(([property, value]) => {
    const name = property.match(/^(.*\D)0$/)?.[1];
    return name !== undefined && value instanceof Uint8Array ? [name] : [];
  });
}
