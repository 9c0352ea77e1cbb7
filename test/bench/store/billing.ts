import type { StoredEntity } from "#adapters/tables/table.ts";
import type { TableAccount } from "#adapters/tables/table-account.ts";

/** Properties of a stored entity that are its frame, and not billed as properties. */
const FRAME: ReadonlySet<string> = new Set(["partitionKey", "rowKey", "etag", "timestamp"]);

/** What Azure bills for an entity: "How your charges are calculated", Azure Table storage, sizes of entities. */
function billedBytes({ partitionKey, rowKey, properties }: StoredEntity): number {
  let bytes = 4 + 2 * (partitionKey.length + rowKey.length);
  for (const [name, value] of Object.entries(properties)) {
    if (FRAME.has(name)) continue;
    bytes += 8 + 2 * name.length + sizeOf(value, name);
  }
  return bytes;
}

function sizeOf(value: unknown, name: string): number {
  if (value instanceof Uint8Array) return value.length + 4;
  throw new Error(`property ${name}: the series tables hold binary alone`);
}

/** Of all tables whose names start so. */
export async function billedBytesOf(account: TableAccount, start: string): Promise<number> {
  let bytes = 0;
  for (const name of await account.names(start)) {
    for await (const page of account.table(name).pages("")) {
      for (const entity of page) bytes += billedBytes(entity);
    }
  }
  return bytes;
}
