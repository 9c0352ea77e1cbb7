import { randomInt } from "node:crypto";
import { errorText } from "#core/error-text.ts";
import { sampleChunks } from "#core/series/sample-chunks.ts";
import { DAY_MS, HOUR_MS } from "#core/time.ts";
import type { SealReport } from "#ports/series-store.ts";
import { encodePieces, packPages, replacePages } from "./chunk-rows.ts";
import { cutTransactions } from "./cut-transactions.ts";
import { dueOf } from "./due-seals.ts";
import { encodeDay } from "./encode-day.ts";
import { listMinutes, type OpenCluster } from "./list-minutes.ts";
import { mapLimited } from "./map-limited.ts";
import { composeLayers } from "./sample-layers.ts";
import {
  type ClusterRows,
  DAYS,
  dayRow,
  daysFilter,
  FIVES,
  MINUTES_TABLE,
  parseDayRow,
  parseMinutesRow,
  ROLLUPS,
  sealedHourRow,
} from "./series-layout.ts";
import type { SeriesReader } from "./series-reader.ts";
import type { Step } from "./step.ts";
import type { StoredEntity, Table } from "./table.ts";
import type { TableAccount } from "./table-account.ts";
import { tableOf } from "./table-runs.ts";

/** Hot pages of an hour: up to a hundred nodes. */
const FEW_PAGES = 2;
/** Small clusters sealed at once: one is encoded while the rows of others travel. */
const SMALL_AT_ONCE = 2;
/** Failures without a success between them: then it is the storage. */
const MOST_FAILURES = 5;

interface Run {
  hours: number;
  days: number;
  overtaken: number;
  readonly faults: string[];
  whole: boolean;
  /** In a row. */
  failures: number;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

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
   * Seals every hour and day that has settled: large clusters one after the other, so that memory stays flat, small ones a few at once.
   * What cannot be done for one cluster is named, and keeps no other from it.
   *
   * @param nowMs hours that ended an hour before, and days that ended two hours before, are sealed
   * @throws AdapterError where the storage fails again and again
   */
  async seal(nowMs: number, signal: AbortSignal): Promise<SealReport> {
    const run: Run = { hours: 0, days: 0, overtaken: 0, faults: [], whole: true, failures: 0, nowMs, signal };
    const all: OpenCluster[] = [];
    for await (const open of listMinutes(this.#minutes)) all.push(open);
    // Whatever ends a run before all is done must not end it before the same clusters each time.
    const first = all.length === 0 ? 0 : randomInt(all.length);
    const turned = [...all.slice(first), ...all.slice(0, first)];
    const [small, large] = [
      turned.filter((open) => open.pages <= FEW_PAGES),
      turned.filter((open) => open.pages > FEW_PAGES),
    ];
    await mapLimited(small, SMALL_AT_ONCE, (open) => this.#sealCluster(open, run));
    await mapLimited(large, 1, (open) => this.#sealCluster(open, run));
    const { hours, days, overtaken, faults, whole } = run;
    return { hours, days, overtaken, faults, whole };
  }

  async #sealCluster(open: OpenCluster, run: Run): Promise<void> {
    for (const work of dueOf(open, run.nowMs)) {
      if (run.signal.aborted) {
        run.whole = false;
        return;
      }
      try {
        const outcome = await (work.kind === "day"
          ? this.#sealDay(open.rows, work.atMs, run.faults)
          : this.#sealHour(open.rows, work.atMs, run.faults));
        if (outcome === "overtaken") run.overtaken += 1;
        else if (outcome === "sealed") run[work.kind === "day" ? "days" : "hours"] += 1;
        run.failures = 0;
      } catch (error) {
        run.failures += 1;
        if (run.failures >= MOST_FAILURES) throw error;
        run.whole = false;
        const message = errorText(error);
        run.faults.push(
          `${open.rows.cluster} ${new Date(work.atMs).toISOString()} is not sealed: ${message}`,
        );
      }
    }
  }

  /** Both layers lie in one partition: the hour is put in the place of its pages in one step. One too large for that waits for its day. */
  async #sealHour(rows: ClusterRows, hourMs: number, faults: string[]): Promise<Outcome> {
    const stored = await this.#reader.minuteRows(rows, hourMs, hourMs + HOUR_MS);
    const sealed = stored.flatMap((entity) => {
      const row = parseMinutesRow(entity.rowKey);
      return row?.sealed === true ? [{ entity, page: row.page }] : [];
    });
    const { block, damaged } = composeLayers({ minutes: stored, days: [] }, hourMs, hourMs + HOUR_MS);
    faults.push(...[...damaged.values()].flat());
    if (sealed.some(({ entity }) => damaged.has(entity))) return "nothing";
    const gone = deletesOf(stored, (entity) => !isSealed(entity) && !damaged.has(entity));
    if (gone.length === 0) return "nothing";
    const pages = packPages(sampleChunks(block, hourMs, hourMs + HOUR_MS).flatMap(encodePieces));
    const put = replacePages(pages, sealed, (page) => sealedHourRow(rows.cluster, hourMs, page));
    const steps = [...put, ...gone];
    if (cutTransactions(steps.map((step) => ({ step }))).length > 1) return "nothing";
    return await this.#transact(this.#minutes, rows, steps);
  }

  async #sealDay(rows: ClusterRows, dayMs: number, faults: string[]): Promise<Outcome> {
    const filter = daysFilter(rows, dayMs, dayMs + DAY_MS);
    const tables = [DAYS, FIVES, ROLLUPS].map((run) => this.#account.table(tableOf(run, dayMs)));
    // Before the minutes: who seals the same day meanwhile, of newer minutes, changes these tags.
    const [days = [], fives = [], rollups = []] = await mapLimited(tables, tables.length, (table) =>
      table.query(filter),
    );
    const minutes = await this.#reader.minuteRows(rows, dayMs, dayMs + DAY_MS);
    const { pieces, damaged } = encodeDay({ minutes, days }, dayMs);
    faults.push(...[...damaged.values()].flatMap((each) => [...each]));
    // What cannot be read is left to be looked at, and nothing may be written over it.
    const blocked = [...damaged.keys()].some((entity) => days.includes(entity) || isSealed(entity));
    const gone = deletesOf(minutes, (entity) => !damaged.has(entity));
    if (blocked || gone.length === 0) return "nothing";
    // Its minutes are past their retention: the roll-ups know more than what came late.
    if (days.length > 0 || rollups.length === 0) {
      const stored = [days, fives, rollups];
      for (const [index, table] of tables.entries()) {
        const there = (stored[index] ?? []).map((entity) => ({
          entity,
          page: parseDayRow(entity.rowKey)?.page ?? 0,
        }));
        const pages = packPages(pieces[index] ?? []);
        const steps = replacePages(pages, there, (page) => dayRow(rows.cluster, dayMs, page));
        if ((await this.#transact(table, rows, steps)) === "overtaken") return "overtaken";
      }
    }
    return await this.#transact(this.#minutes, rows, gone);
  }

  /** In as many transactions as it takes, one after the other: what is deleted is written by then. */
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

function isSealed({ rowKey }: StoredEntity): boolean {
  return parseMinutesRow(rowKey)?.sealed === true;
}

function deletesOf(entities: readonly StoredEntity[], wanted: (entity: StoredEntity) => boolean): Step[] {
  return entities.flatMap((entity): Step[] =>
    wanted(entity) ? [{ kind: "delete", row: entity.rowKey, tag: entity.tag }] : [],
  );
}
