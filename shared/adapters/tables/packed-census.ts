import { errorText } from "#core/error-text.ts";
import type { StorageCensus, TableCensus } from "#ports/storage-census.ts";
import { fromParts } from "./binary-parts.ts";
import { DENIALS } from "./denial-layout.ts";
import { unpackJson } from "./packed-json.ts";
import { STAMP_ROW } from "./shard-stamp.ts";
import type { StoredEntity } from "./table.ts";
import type { TableAccount } from "./table-account.ts";
import { binaryBytes, binaryNames, censusOf, type RowCensus } from "./table-census.ts";

/** Tables whose rows hold packed JSON; of those that come by week, the start of their names. */
const PACKED_TABLES: readonly string[] = ["Inventory", "States", "Outbox", "Silences", DENIALS.start];

/** Looks over everything but samples. */
export class PackedCensus implements StorageCensus {
  readonly #account: TableAccount;

  constructor(account: TableAccount) {
    this.#account = account;
  }

  async census(signal: AbortSignal): Promise<readonly TableCensus[]> {
    const tables: TableCensus[] = [];
    for (const start of PACKED_TABLES) {
      for (const name of await this.#account.names(start)) {
        tables.push(await censusOf(this.#account.table(name), readPacked, signal));
      }
    }
    return tables;
  }
}

function readPacked(entity: StoredEntity): RowCensus {
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
  return { bytes: binaryBytes(entity), values: null, faults };
}
