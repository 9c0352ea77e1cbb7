import { rollupFamily } from "#core/series/rollup/families.ts";
import { rollupWanted } from "#core/series/rollup/read-chunk.ts";
import { createBlock, type SampleBlock } from "#core/series/sample-block.ts";
import { familyOfHistory, SAMPLE_FAMILIES, type SampleFamily } from "#core/series/sample-family.ts";
import { DAY_MS, floorDay } from "#core/time.ts";
import type { DayPart, DaysRequest } from "#ports/series-store.ts";
import { ChunkCache } from "./chunk-cache.ts";
import { type FamilyChunk, familyProperties, readChunks } from "./chunk-rows.ts";
import { mapLimited } from "./map-limited.ts";
import { rollupPlace, rollupProperty } from "./rollup-rows.ts";
import { composeLayers, type LayerRows } from "./sample-layers.ts";
import {
  type ClusterRows,
  clusterRows,
  DAYS,
  dayRanges,
  daysFilter,
  hoursFilter,
  MINUTES_TABLE,
  parseDayRow,
  parseMinutesRow,
} from "./series-layout.ts";
import { PAGE_PROPERTIES } from "./series-page.ts";
import type { StoredEntity } from "./table.ts";
import type { TableAccount } from "./table-account.ts";
import type { TableRun } from "./table-runs.ts";

/** Calls of one read under way at once. */
const MOST_CALLS = 16;
/** Decoded chunks in memory. A day of 100 nodes in minutes and 30 days of them in hours, of one family, are 10 MB. */
const MOST_CHUNK_BYTES = 32 * 2 ** 20;

/** Reads samples from all layers, those that are written last first: see series-layout.ts. */
export class SeriesReader {
  readonly #account: TableAccount;
  readonly #chunks: ChunkCache;

  /** @param cache off: every chunk is decoded again each time it is read */
  constructor(account: TableAccount, { cache }: { readonly cache?: boolean | undefined } = {}) {
    this.#account = account;
    this.#chunks = new ChunkCache(cache === false ? 0 : MOST_CHUNK_BYTES);
  }

  async read(
    shard: string,
    clusterKey: string,
    fromMs: number,
    toMs: number,
    families: readonly SampleFamily[] = SAMPLE_FAMILIES,
  ): Promise<{ readonly block: SampleBlock; readonly faults: readonly string[] }> {
    if (toMs <= fromMs) return { block: createBlock(fromMs, fromMs), faults: [] };
    const rows = clusterRows(shard, clusterKey);
    const minutes = await this.minuteRows(rows, fromMs, toMs, families);
    const days = await this.dayRows(rows, fromMs, toMs, families);
    const { block, damaged } = this.#compose({ minutes, days }, fromMs, toMs, families);
    return { block, faults: [...damaged.values()].flat() };
  }

  /** What {@link SeriesStore.readDays} promises. */
  async *readDays(shard: string, clusterKey: string, request: DaysRequest): AsyncGenerator<DayPart> {
    const { metric, by, aggregation, stepMs, fromMs, toMs } = request;
    const place = rollupPlace(stepMs);
    if (place === undefined) throw new RangeError(`no roll-ups in steps of ${stepMs} ms`);
    if (toMs <= fromMs) return;
    const rows = clusterRows(shard, clusterKey);
    const families = [familyOfHistory(metric)];
    const property = rollupProperty(place, rollupFamily(metric));
    const open = Map.groupBy(await this.minuteRows(rows, fromMs, toMs, families), dayOfMinutes);
    const openDays = [...open.keys()].filter((dayMs) => dayMs !== undefined);
    const [rollups, underneath] = await Promise.all([
      this.#rowsOf(place.run, rows, fromMs, toMs, familyProperties([property])),
      this.#daysUnder(rows, openDays, families),
    ]);
    const rolled = Map.groupBy(rollups, ({ rowKey }) => parseDayRow(rowKey)?.dayMs);
    const wanted = {
      id: `${metric} ${by} ${aggregation}`,
      takes: rollupWanted(metric, by, aggregation),
    };
    for (let dayMs = floorDay(fromMs); dayMs < toMs; dayMs += DAY_MS) {
      let minutes = open.get(dayMs);
      let days = minutes === undefined ? [] : (underneath.get(dayMs) ?? []);
      const faults: string[] = [];
      // Roll-ups do not know what came after them; but where the minutes they were made of are gone, they know more.
      if (minutes === undefined || (days.length === 0 && rolled.has(dayMs))) {
        const pieces = (rolled.get(dayMs) ?? []).flatMap((row) =>
          readChunks(row, [property], faults, (bytes) => this.#chunks.decode(bytes, wanted)),
        );
        // What a roll-up was made of may still be there.
        if (faults.length > 0) days = await this.dayRows(rows, dayMs, dayMs + DAY_MS, families);
        if (days.length === 0) {
          if (pieces.length + faults.length > 0) yield { part: joinPieces(pieces), faults };
          continue;
        }
        minutes ??= [];
      }
      const [startMs, endMs] = [Math.max(dayMs, fromMs), Math.min(dayMs + DAY_MS, toMs)];
      const { block, damaged } = this.#compose({ minutes, days }, startMs, endMs, families);
      yield { part: { kind: "minutes", block }, faults: [...damaged.values()].flat() };
    }
  }

  #compose(rows: LayerRows, fromMs: number, toMs: number, families: readonly SampleFamily[]) {
    return composeLayers(rows, fromMs, toMs, families, (bytes) => this.#chunks.decode(bytes));
  }

  /** Rows of `Minutes` with any minute of the span. */
  minuteRows(
    rows: ClusterRows,
    fromMs: number,
    toMs: number,
    families: readonly SampleFamily[] = SAMPLE_FAMILIES,
  ): Promise<StoredEntity[]> {
    const select = isEvery(families) ? undefined : [...PAGE_PROPERTIES, ...familyProperties(families)];
    return this.#account.table(MINUTES_TABLE).query(hoursFilter(rows, fromMs, toMs), select);
  }

  /** Rows of `Days` with any minute of the span. */
  async dayRows(
    rows: ClusterRows,
    fromMs: number,
    toMs: number,
    families: readonly SampleFamily[] = SAMPLE_FAMILIES,
  ): Promise<StoredEntity[]> {
    const select = isEvery(families) ? undefined : familyProperties(families);
    return await this.#rowsOf(DAYS, rows, fromMs, toMs, select);
  }

  /** Sealed days that lie under open ones, by day: days that stand together are read together. */
  async #daysUnder(rows: ClusterRows, dayList: readonly number[], families: readonly SampleFamily[]) {
    const entities = await mapLimited(runsOf(dayList), MOST_CALLS, ({ fromMs, toMs }) =>
      this.dayRows(rows, fromMs, toMs, families),
    );
    return Map.groupBy(entities.flat(), ({ rowKey }) => parseDayRow(rowKey)?.dayMs);
  }

  async #rowsOf(
    run: TableRun,
    rows: ClusterRows,
    fromMs: number,
    toMs: number,
    select: readonly string[] | undefined,
  ): Promise<StoredEntity[]> {
    const ranges = await mapLimited(dayRanges(run, fromMs, toMs), MOST_CALLS, (range) =>
      this.#account.table(range.table).query(daysFilter(rows, range.fromMs, range.toMs), select),
    );
    return ranges.flat();
  }
}

/** Days without a gap between them as one span. @param dayList in any order */
function runsOf(dayList: readonly number[]): { readonly fromMs: number; readonly toMs: number }[] {
  const runs: { fromMs: number; toMs: number }[] = [];
  for (const dayMs of dayList.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.toMs === dayMs) last.toMs = dayMs + DAY_MS;
    else runs.push({ fromMs: dayMs, toMs: dayMs + DAY_MS });
  }
  return runs;
}

/** A large cluster's chunk is cut between series, wherever: its pieces are one chunk again before anybody looks into it. */
function joinPieces(pieces: readonly FamilyChunk[]): DayPart["part"] {
  const [first] = pieces;
  if (first === undefined) return null;
  const chunk =
    pieces.length === 1
      ? first.chunk
      : { ...first.chunk, series: pieces.flatMap((piece) => piece.chunk.series) };
  return { kind: "rollup", chunk };
}

/** Then there is no need to choose. */
function isEvery(families: readonly SampleFamily[]): boolean {
  return families.length === SAMPLE_FAMILIES.length;
}

function dayOfMinutes({ rowKey }: StoredEntity): number | undefined {
  const row = parseMinutesRow(rowKey);
  return row === undefined ? undefined : floorDay(row.hourMs);
}
