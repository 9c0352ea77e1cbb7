import { MINUTE_MS } from "#core/time.ts";
import type { MetricQuery, Subject } from "./metric-query.ts";

/** "Up to 50 resource IDs" ("How to migrate from the metrics API to the getBatch API"). */
const MOST_RESOURCES = 50;

/**
 * The most series a request may ask for (`top` x metrics x resources). Azure refuses answers of 500,000 series; half of
 * it leaves room for clusters that have grown since their topology was read.
 */
const MOST_SERIES = 250_000;

/**
 * The most points we expect of one answer. A point is about 60 characters of JSON and 90 bytes parsed, so this is 4.5 MB
 * of text (twice that while the client joins its pieces) and 7 MB of objects: four answers on their way and one being
 * parsed stay below 50 MB, also where a month of history is read.
 */
const MOST_POINTS = 75_000;

/** A series without points costs as much as this many: names and values of its dimensions. */
const SERIES_OVERHEAD = 7;

/** Slices of an answer that would be too large; shorter ones would only repeat the overhead. */
const SHORTEST_SLICE_MINUTES = 10;

/**
 * `top` beyond what the topology lets us expect: it is up to 15 minutes old, and Azure cuts in silence. It costs nothing
 * where there are no such series.
 */
const SLACK_FACTOR = 4;
const SLACK_SERIES = 100;

export interface Batch<T> {
  readonly query: MetricQuery;
  readonly items: readonly T[];
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** Series limit of each metric of each resource. */
  readonly top: number;
}

export interface PlanItem {
  readonly target: Subject;
  /** Not to share a batch with others: it has made one fail. */
  readonly alone: boolean;
}

/** The requests that read a query's part of the items, whole, within the limits above. */
export function planBatches<T extends PlanItem>(
  query: MetricQuery,
  items: readonly T[],
  fromMs: number,
  toMs: number,
): Batch<T>[] {
  const minutes = (toMs - fromMs) / MINUTE_MS;
  const batches: Batch<T>[] = [];
  let pack: T[] = [];
  let points = 0;
  const flush = () => {
    if (pack.length > 0) batches.push({ query, items: pack, fromMs, toMs, top: topOf(query, pack) });
    pack = [];
    points = 0;
  };
  for (const item of items) {
    if (!query.concerns(item.target)) continue;
    const cost = pointsOf(query, item.target, minutes);
    if (cost > MOST_POINTS || item.alone) {
      batches.push(...slices(query, item, fromMs, toMs));
      continue;
    }
    const series = topOf(query, [...pack, item]) * query.metrics.length * (pack.length + 1);
    if (pack.length === MOST_RESOURCES || points + cost > MOST_POINTS || series > MOST_SERIES) flush();
    pack.push(item);
    points += cost;
  }
  flush();
  return batches;
}

function pointsOf(query: MetricQuery, target: Subject, minutes: number): number {
  return query.expectedSeries(target) * query.metrics.length * (minutes + SERIES_OVERHEAD);
}

function topOf(query: MetricQuery, items: readonly PlanItem[]): number {
  const expected = Math.max(...items.map(({ target }) => query.expectedSeries(target)));
  return Math.min(expected * SLACK_FACTOR + SLACK_SERIES, Math.floor(MOST_SERIES / query.metrics.length));
}

/** One item by itself, in spans that fit; oldest first. */
function slices<T extends PlanItem>(query: MetricQuery, item: T, fromMs: number, toMs: number): Batch<T>[] {
  const series = Math.max(1, query.expectedSeries(item.target) * query.metrics.length);
  const minutes = Math.max(SHORTEST_SLICE_MINUTES, Math.floor(MOST_POINTS / series) - SERIES_OVERHEAD);
  const top = topOf(query, [item]);
  const batches: Batch<T>[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += minutes * MINUTE_MS) {
    const endMs = Math.min(toMs, startMs + minutes * MINUTE_MS);
    batches.push({ query, items: [item], fromMs: startMs, toMs: endMs, top });
  }
  return batches;
}
