import { DAY_MS, floorDay } from "#core/time.ts";
import type { KeptFrom, SeriesExtent } from "#ports/series-store.ts";
import type { TableCensus } from "#ports/storage-census.ts";
import { deleteRows } from "./delete-rows.ts";
import { mapLimited } from "./map-limited.ts";
import { readWhole } from "./row-census.ts";
import {
  clusterFilter,
  clusterRows,
  DAYS,
  FIVES,
  MINUTES_TABLE,
  parseDayRow,
  parseMinutesRow,
  ROLLUPS,
  TABLE_RUNS,
} from "./series-layout.ts";
import type { TableAccount } from "./table-account.ts";
import { censusOf } from "./table-census.ts";
import { dropTables, type TableRun, tableEndMs } from "./table-runs.ts";

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
    for (const [run, beforeMs] of runs) await dropTables(this.#account, run, beforeMs);
    await this.#expireMinutes(minutesMs);
  }

  async forget(shard: string, clusterKey: string): Promise<number> {
    const rows = clusterRows(shard, clusterKey);
    let deleted = 0;
    for (const name of await this.#tables()) {
      const table = this.#account.table(name);
      for await (const page of table.pages(clusterFilter(rows), [])) {
        await deleteRows(table, page);
        deleted += page.length;
      }
    }
    return deleted;
  }

  async extent(shard: string, clusterKey: string): Promise<SeriesExtent> {
    const filter = clusterFilter(clusterRows(shard, clusterKey));
    const minuteDays = new Set<number>();
    const rollupDays = new Set<number>();
    let rows = 0;
    await mapLimited(await this.#tables(), MOST_CALLS, async (name) => {
      for await (const page of this.#account.table(name).pages(filter, [])) {
        rows += page.length;
        for (const { rowKey } of page) {
          const hourMs = parseMinutesRow(rowKey)?.hourMs;
          const dayMs = hourMs === undefined ? parseDayRow(rowKey)?.dayMs : floorDay(hourMs);
          if (dayMs === undefined) continue;
          if (name === MINUTES_TABLE || name.startsWith(DAYS.start)) minuteDays.add(dayMs);
          else if (name.startsWith(ROLLUPS.start)) rollupDays.add(dayMs);
        }
      }
    });
    return { rows, minuteDays: inOrder(minuteDays), rollupDays: inOrder(rollupDays) };
  }

  async census(signal: AbortSignal): Promise<readonly TableCensus[]> {
    const tables: TableCensus[] = [];
    for (const name of await this.#tables()) {
      tables.push(await censusOf(this.#account.table(name), readWhole, signal));
    }
    return tables;
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

  /** Names of all tables that hold samples. */
  async #tables(): Promise<string[]> {
    const runs = await Promise.all(
      TABLE_RUNS.map(async (run) => {
        const names = await this.#account.names(run.start);
        return names.filter((name) => tableEndMs(run, name) !== undefined);
      }),
    );
    return [MINUTES_TABLE, ...runs.flat()];
  }
}

function inOrder(instants: ReadonlySet<number>): number[] {
  return [...instants].sort((a, b) => a - b);
}
