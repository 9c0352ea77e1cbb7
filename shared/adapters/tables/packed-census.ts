import { errorText } from "#core/error-text.ts";
import type { StorageCensus, TableCensus } from "#ports/storage-census.ts";
import { fromParts } from "./binary-parts.ts";
import { DENIALS } from "./denial-layout.ts";
import { decodeEvent, EVENTS } from "./event-layout.ts";
import { unpackJson } from "./packed-json.ts";
import { STAMP_ROW } from "./shard-stamp.ts";
import type { StoredEntity } from "./table.ts";
import type { TableAccount } from "./table-account.ts";
import { binaryBytes, binaryNames, censusOf } from "./table-census.ts";

/** A sentence for each part of a row that cannot be read, which begins with the row's key. */
type Faults = (entity: StoredEntity) => string[];

/** How the rows of each table are looked over; of tables that come by week or month, the start of their names. */
const PACKED_TABLES: ReadonlyMap<string, Faults> = new Map([
  ["Inventory", packedFaults],
  ["States", packedFaults],
  ["Outbox", packedFaults],
  ["Silences", packedFaults],
  [DENIALS.start, packedFaults],
  [EVENTS.start, eventFaults],
]);

/** Looks over everything but samples. */
export class PackedCensus implements StorageCensus {
  readonly #account: TableAccount;

  constructor(account: TableAccount) {
    this.#account = account;
  }

  async census(signal: AbortSignal): Promise<readonly TableCensus[]> {
    const tables: TableCensus[] = [];
    for (const [start, faults] of PACKED_TABLES) {
      const read = (row: StoredEntity) => ({ bytes: binaryBytes(row), values: null, faults: faults(row) });
      for (const name of await this.#account.names(start)) {
        tables.push(await censusOf(this.#account.table(name), read, signal));
      }
    }
    return tables;
  }
}

function packedFaults(entity: StoredEntity): string[] {
  const faults: string[] = [];
  const names = binaryNames(entity);
  if (names.length === 0 && entity.rowKey !== STAMP_ROW) faults.push(`${entity.rowKey}: holds no value`);
  for (const name of names) {
    try {
      unpackJson(fromParts(name, entity.properties) ?? new Uint8Array());
    } catch (error) {
      faults.push(`${entity.rowKey} ${name}: ${errorText(error)}`);
    }
  }
  return faults;
}

function eventFaults(entity: StoredEntity): string[] {
  const { rowKey, properties } = entity;
  try {
    const { kind } = decodeEvent(entity);
    if (properties["kind"] === kind) return [];
    return [`${rowKey}: stands under kind ${properties["kind"]}, holds an event of kind ${kind}`];
  } catch (error) {
    return [`${rowKey}: ${errorText(error)}`];
  }
}
