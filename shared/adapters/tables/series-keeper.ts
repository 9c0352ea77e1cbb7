import { DAY_MS } from "#core/time.ts";
import type { KeptFrom, SeriesCensus } from "#ports/series-store.ts";
import { cutTransactions } from "./cut-transactions.ts";
import { mapLimited } from "./map-limited.ts";
import { readWhole } from "./row-census.ts";
import {
  clusterFilter,
  clusterRows,
  DAYS,
  FIVES,
  MINUTES_TABLE,
  parseMinutesRow,
  ROLLUPS,
  TABLE_RUNS,
  type TableRun,
  tableEndMs,
} from "./series-layout.ts";
import type { Step } from "./step.ts";
import type { StoredEntity, Table } from "./table.ts";
import type { TableAccount } from "./table-account.ts";

/** Calls under way at once. */
const MOST_CALLS = 16;
/** Beyond its retention, to be looked at. */
const DAMAGED_KEPT_MS = 7 * DAY_MS;

/** Ends what is no longer wanted, and looks over what there is. */
export class SeriesKeeper {
  readonly #account: TableAccount;

  constructor(account: TableAccount) {
    this.#account = account;
  }

  async expire({ minutesMs, fivesMs, rollupsMs }: KeptFrom): Promise<void> {
    const runs: [TableRun, number][] = [
      [DAYS, minutesMs],
      [FIVES, fivesMs],
      [ROLLUPS, rollupsMs],
    ];
    for (const [run, beforeMs] of runs) {
      const names = await this.#account.names(run.start);
      const expired = names.filter((name) => (tableEndMs(run, name) ?? Number.POSITIVE_INFINITY) <= beforeMs);
      await mapLimited(expired, MOST_CALLS, (name) => this.#account.drop(name));
    }
    await this.#expireMinutes(minutesMs);
  }

  async forget(shard: string, clusterKey: string): Promise<number> {
    const rows = clusterRows(shard, clusterKey);
    let deleted = 0;
    for (const table of await this.#tables()) {
      for await (const page of table.pages(clusterFilter(rows), [])) {
        await deleteRows(table, page);
        deleted += page.length;
      }
    }
    return deleted;
  }

  async census(signal: AbortSignal): Promise<SeriesCensus> {
    const census = { rows: 0, bytes: 0, values: 0, faults: [] as string[] };
    for (const table of await this.#tables()) {
      for await (const page of table.pages("")) {
        signal.throwIfAborted();
        for (const entity of page) {
          const { bytes, values, faults } = readWhole(entity);
          census.rows += 1;
          census.bytes += bytes;
          census.values += values;
          for (const fault of faults) census.faults.push(`${table.name} ${entity.partitionKey} ${fault}`);
        }
      }
    }
    return census;
  }

  /** Only rows that cannot be read, and so cannot be sealed, are as old as that. */
  async #expireMinutes(beforeMs: number): Promise<void> {
    const table = this.#account.table(MINUTES_TABLE);
    for await (const page of table.pages("", [])) {
      await deleteRows(
        table,
        page.filter(
          ({ rowKey }) => (parseMinutesRow(rowKey)?.hourMs ?? beforeMs) < beforeMs - DAMAGED_KEPT_MS,
        ),
      );
    }
  }

  async #tables(): Promise<Table[]> {
    const runs = await Promise.all(
      TABLE_RUNS.map(async (run) => {
        const names = await this.#account.names(run.start);
        return names.filter((name) => tableEndMs(run, name) !== undefined);
      }),
    );
    return [MINUTES_TABLE, ...runs.flat()].map((name) => this.#account.table(name));
  }
}

async function deleteRows(table: Table, entities: readonly StoredEntity[]): Promise<void> {
  for (const [partition, rows] of Map.groupBy(entities, ({ partitionKey }) => partitionKey)) {
    const steps = rows.map(({ rowKey }) => ({ step: { kind: "delete", row: rowKey } satisfies Step }));
    for (const transaction of cutTransactions(steps)) {
      const done = await table.transact(
        partition,
        transaction.map(({ step }) => step),
      );
      // Somebody else deletes as well: then one by one.
      if (done === undefined) for (const { step } of transaction) await table.delete(partition, step.row);
    }
  }
}
