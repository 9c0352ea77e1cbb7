import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { blockEndMs } from "#core/series/sample-block.ts";
import { floorMinute, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { SeriesWrite, TakeSamples } from "#ports/series-store.ts";
import { cutTransactions } from "./cut-transactions.ts";
import { encodeKey } from "./keys.ts";
import { mapLimited } from "./map-limited.ts";
import { composeLayers } from "./sample-layers.ts";
import { SeriesCache } from "./series-cache.ts";
import { clusterRows, MINUTES_TABLE, pageRow, parseMinutesRow } from "./series-layout.ts";
import type { SeriesPage } from "./series-page.ts";
import { KEPT_MS, type Piece, roundsOf } from "./series-pieces.ts";
import type { SeriesReader } from "./series-reader.ts";
import { SeriesWindow } from "./series-window.ts";
import type { Step } from "./step.ts";
import type { Table } from "./table.ts";
import type { TableAccount } from "./table-account.ts";

/** Calls of one append or read under way at once. */
const MOST_CALLS = 16;
/** How often one append may be overtaken by other writers before it gives up. */
const MOST_ATTEMPTS = 10;
const RETRY_MS = 40;
const MOST_RETRY_MS = 2000;
/** The most that the cache keeps of a cluster, whatever the append asked for. */
const MOST_KEPT_MS = 2 * HOUR_MS;
/** See `trustMs`. */
const DEFAULT_TRUST_MS = 5 * MINUTE_MS;
/** 1,000 clusters of 100 series, in two hours, with room: about 60 MB. */
const DEFAULT_CACHE_SERIES = 300_000;

export interface AppendOptions {
  readonly cache?: boolean | undefined;
  /** Series the cache holds at most; a series in two hours counts twice. */
  readonly cacheSeries?: number | undefined;
  /**
   * How long what an append returns may come from memory alone where a cluster got nothing new. A write is checked by its
   * tags; where there is nothing to write, only a read would tell that another instance has written meanwhile.
   */
  readonly trustMs?: number | undefined;
}

interface Pending {
  readonly piece: Piece;
  window: SeriesWindow;
  /** From the cache, not read for this append. */
  remembered: boolean;
}

interface PageStep {
  readonly pending: Pending;
  readonly page: SeriesPage;
  readonly step: Step;
}

/** Puts new samples into the hot pages. What is sealed already is not touched: the next sealing takes the new minutes over it. */
export class SeriesAppender {
  readonly #table: Table;
  readonly #reader: SeriesReader;
  readonly #cache: SeriesCache | undefined;
  readonly #trustMs: number;

  constructor(account: TableAccount, reader: SeriesReader, options: AppendOptions = {}) {
    this.#table = account.table(MINUTES_TABLE);
    this.#reader = reader;
    this.#trustMs = options.trustMs ?? DEFAULT_TRUST_MS;
    const mostSeries = options.cacheSeries ?? DEFAULT_CACHE_SERIES;
    this.#cache = options.cache === false ? undefined : new SeriesCache(mostSeries);
  }

  async append(
    shard: string,
    writes: readonly SeriesWrite[],
    recentFromMs: number,
    take?: TakeSamples,
  ): Promise<void> {
    const rounds = roundsOf(writes, floorMinute(recentFromMs));
    const last = new Map(rounds.flat().map((piece) => [piece.write.clusterKey, piece]));
    for (const round of rounds) {
      for (const { piece, window } of await this.#appendRound(shard, round)) {
        const endMs = blockEndMs(piece.write.block);
        if (piece.toMs < endMs) continue;
        const fromMs = Math.min(floorMinute(recentFromMs), endMs);
        if (last.get(window.clusterKey) === piece) take?.(window.clusterKey, window.slice(fromMs, endMs));
        window.forget(Math.max(Math.min(fromMs, endMs - KEPT_MS), endMs - MOST_KEPT_MS));
        this.#cache?.put(shard, window);
      }
    }
  }

  /** Merges and stores one piece of each cluster, however often other writers come between. */
  async #appendRound(shard: string, pieces: readonly Piece[]): Promise<Pending[]> {
    const round = await mapLimited(pieces, MOST_CALLS, async (piece): Promise<Pending> => {
      const known = this.#cache?.take(shard, piece.write.clusterKey, piece.knownFromMs, piece.fromMs);
      if (known !== undefined) return { piece, window: known, remembered: true };
      return { piece, window: await this.#loadFor(shard, piece), remembered: false };
    });
    let open = round;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      for (const { piece, window } of open) window.merge(piece.write.block, piece.fromMs, piece.toMs);
      const refused = await this.#store(shard, open);
      if (refused.length === 0) return round;
      // Full jitter: two writers that met once do not meet again.
      if (attempt > 0) await delay(randomInt(Math.min(RETRY_MS * 2 ** attempt, MOST_RETRY_MS)));
      await mapLimited(refused, MOST_CALLS, async (pending) => {
        pending.window = await this.#loadFor(shard, pending.piece);
        pending.remembered = false;
      });
      open = refused;
    }
    throw new AdapterError("unavailable", `tables: samples of ${shard} kept changing during an append`);
  }

  /** @returns those whose window is not what the store holds */
  async #store(shard: string, open: readonly Pending[]): Promise<Pending[]> {
    const nowMs = performance.now();
    const all: PageStep[] = [];
    const refused = new Set<Pending>();
    for (const pending of open) {
      const steps = stepsOf(pending);
      const trusted = !pending.remembered || nowMs - pending.window.verifiedAtMs <= this.#trustMs;
      if (steps.length === 0 && !trusted) refused.add(pending);
      for (const step of steps) all.push(step);
    }
    await mapLimited(cutTransactions(all), MOST_CALLS, async (steps) => {
      const tags = await this.#table.transact(
        encodeKey(shard),
        steps.map(({ step }) => step),
      );
      for (const [index, { pending, page }] of steps.entries()) {
        const tag = tags?.[index];
        // All of them: where one was overtaken, most were, and a read each is what finding out would cost as well.
        if (tag === undefined) refused.add(pending);
        else page.markSaved(tag);
        pending.window.verifiedAtMs = nowMs;
      }
    });
    return [...refused];
  }

  async #loadFor(shard: string, { write: { clusterKey }, knownFromMs, toMs }: Piece): Promise<SeriesWindow> {
    const rows = clusterRows(shard, clusterKey);
    const window = new SeriesWindow(rows.cluster, clusterKey, knownFromMs, toMs, performance.now());
    const minutes = await this.#reader.minuteRows(rows, knownFromMs, toMs);
    // In the order of time, which is that of the rows: a page that repeats the one before is decoded once.
    for (const entity of minutes) {
      const row = parseMinutesRow(entity.rowKey);
      if (row?.sealed === false) window.adopt(row.hourMs, row.page, entity);
    }
    const sealed = minutes.filter(({ rowKey }) => parseMinutesRow(rowKey)?.sealed === true);
    const days = await this.#reader.dayRows(rows, knownFromMs, toMs);
    if (sealed.length + days.length > 0) {
      window.base = composeLayers({ minutes: sealed, days }, knownFromMs, toMs).block;
    }
    return window;
  }
}

function stepsOf(pending: Pending): PageStep[] {
  const { window } = pending;
  return Array.from(window.unsaved(), ({ hourMs, page, before }) => ({
    pending,
    page,
    step: page.toStep(pageRow(window.cluster, hourMs, page.number), before),
  }));
}
