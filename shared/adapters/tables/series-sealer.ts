import { sampleChunks } from "#core/series/sample-chunks.ts";
import { DAY_MS, HOUR_MS } from "#core/time.ts";
import type { SealReport } from "#ports/series-store.ts";
import { packPages, replacePages } from "./chunk-rows.ts";
import { cutTransactions } from "./cut-transactions.ts";
import { listMinutes, type OpenCluster } from "./list-minutes.ts";
import { mapLimited } from "./map-limited.ts";
import { rollupPages } from "./rollup-rows.ts";
import { composeLayers } from "./sample-layers.ts";
import {
  type ClusterRows,
  DAYS,
  dayRow,
  daysFilter,
  FIVES,
  floorDay,
  MINUTES_TABLE,
  parseMinutesRow,
  ROLLUPS,
  sealedHourRow,
  tableOf,
} from "./series-layout.ts";
import type { SeriesReader } from "./series-reader.ts";
import type { Step } from "./step.ts";
import type { StoredEntity, Table } from "./table.ts";
import type { TableAccount } from "./table-account.ts";

/** Late minutes come within ten; an outage's come whenever it ends, and are sealed again. */
const HOUR_SETTLES_MS = HOUR_MS;
const DAY_SETTLES_MS = 2 * HOUR_MS;

type Outcome = "sealed" | "overtaken" | "nothing";

/** Makes chunks and roll-ups of what is no longer hot. The order of the writes is told in series-layout.ts. */
export class SeriesSealer {
  readonly #account: TableAccount;
  readonly #reader: SeriesReader;
  readonly #minutes: Table;

  constructor(account: TableAccount, reader: SeriesReader) {
    this.#account = account;
    this.#reader = reader;
    this.#minutes = account.table(MINUTES_TABLE);
  }

  /**
   * Seals every hour and day that has settled. One cluster after the other, so that memory stays flat whatever the fleet.
   *
   * @param nowMs hours that ended an hour before, and days that ended two hours before, are sealed
   */
  async seal(nowMs: number, signal: AbortSignal): Promise<SealReport> {
    const report = { hours: 0, days: 0, overtaken: 0, faults: [] as string[], whole: true };
    for await (const open of listMinutes(this.#minutes)) {
      for (const work of dueOf(open, nowMs)) {
        if (signal.aborted) return { ...report, whole: false };
        const outcome = await (work.kind === "day"
          ? this.#sealDay(open.rows, work.atMs, report.faults)
          : this.#sealHour(open.rows, work.atMs, report.faults));
        if (outcome === "overtaken") report.overtaken += 1;
        else if (outcome === "sealed") report[work.kind === "day" ? "days" : "hours"] += 1;
      }
    }
    return report;
  }

  /** Both layers lie in one partition: the hour is put in the place of its pages in one step, where it fits one. */
  async #sealHour(rows: ClusterRows, hourMs: number, faults: string[]): Promise<Outcome> {
    const stored = await this.#reader.minuteRows(rows, hourMs, hourMs + HOUR_MS);
    const sealed = stored.filter(({ rowKey }) => parseMinutesRow(rowKey)?.sealed === true);
    const { block, damaged } = composeLayers({ minutes: stored, days: [] }, hourMs, hourMs + HOUR_MS);
    faults.push(...[...damaged.values()].flat());
    if (sealed.some((entity) => damaged.has(entity))) return "nothing";
    const gone = deletesOf(stored, (entity) => !sealed.includes(entity) && !damaged.has(entity));
    if (gone.length === 0) return "nothing";
    const pages = packPages(sampleChunks(block, hourMs, hourMs + HOUR_MS));
    const put = replacePages(pages, sealed, (page) => sealedHourRow(rows.cluster, hourMs, page));
    return await this.#transact(this.#minutes, rows, [...put, ...gone]);
  }

  async #sealDay(rows: ClusterRows, dayMs: number, faults: string[]): Promise<Outcome> {
    const endMs = dayMs + DAY_MS;
    const filter = daysFilter(rows, dayMs, endMs);
    const tables = [DAYS, FIVES, ROLLUPS].map((run) => this.#account.table(tableOf(run, dayMs)));
    // Before the minutes: who seals the same day meanwhile, of newer minutes, changes these tags.
    const [days = [], fives = [], rollups = []] = await mapLimited(tables, tables.length, (table) =>
      table.query(filter),
    );
    const minutes = await this.#reader.minuteRows(rows, dayMs, endMs);
    const { block, damaged } = composeLayers({ minutes, days }, dayMs, endMs);
    faults.push(...[...damaged.values()].flat());
    // What cannot be read is left to be looked at, and nothing may be written over it.
    const blocked = [...damaged.keys()].some((entity) => days.includes(entity) || isSealed(entity));
    const gone = deletesOf(minutes, (entity) => !damaged.has(entity));
    if (blocked || gone.length === 0) return "nothing";
    // Its minutes are past their retention: the roll-ups know more than what came late.
    if (days.length > 0 || rollups.length === 0) {
      const [dayTable, fiveTable, rollupTable] = tables;
      const pages = rollupPages(block);
      const writes: [Table | undefined, Record<string, Uint8Array>[], StoredEntity[]][] = [
        [dayTable, packPages(sampleChunks(block, dayMs, endMs)), days],
        [fiveTable, pages.fives, fives],
        [rollupTable, pages.rollups, rollups],
      ];
      for (const [table, wanted, stored] of writes) {
        const steps = replacePages(wanted, stored, (page) => dayRow(rows.cluster, dayMs, page));
        if (table === undefined) continue;
        if ((await this.#transact(table, rows, steps)) === "overtaken") return "overtaken";
      }
    }
    return await this.#transact(this.#minutes, rows, gone);
  }

  /** In as many transactions as it takes: what is written twice is the same, and what is deleted is written by then. */
  async #transact(table: Table, { partition }: ClusterRows, steps: readonly Step[]): Promise<Outcome> {
    for (const transaction of cutTransactions(steps.map((step) => ({ step })))) {
      const tags = await table.transact(
        partition,
        transaction.map(({ step }) => step),
      );
      if (tags === undefined) return "overtaken";
    }
    return "sealed";
  }
}

interface Due {
  readonly kind: "hour" | "day";
  readonly atMs: number;
}

/** Days that have settled, whatever is left of them; of others the settled hours that are hot. */
function dueOf({ hours }: OpenCluster, nowMs: number): Due[] {
  const due: Due[] = [];
  for (const [hourMs, { hot }] of hours) {
    const dayMs = floorDay(hourMs);
    if (dayMs + DAY_MS + DAY_SETTLES_MS <= nowMs) {
      if (due.at(-1)?.atMs !== dayMs) due.push({ kind: "day", atMs: dayMs });
    } else if (hot && hourMs + HOUR_MS + HOUR_SETTLES_MS <= nowMs) {
      due.push({ kind: "hour", atMs: hourMs });
    }
  }
  return due;
}

function isSealed({ rowKey }: StoredEntity): boolean {
  return parseMinutesRow(rowKey)?.sealed === true;
}

function deletesOf(entities: readonly StoredEntity[], wanted: (entity: StoredEntity) => boolean): Step[] {
  return entities.flatMap((entity): Step[] =>
    wanted(entity) ? [{ kind: "delete", row: entity.rowKey, tag: entity.tag }] : [],
  );
}
