import { MINUTE_MS } from "../time.ts";
import type { BackfillRange, ClusterState } from "./cluster-state.ts";

/** Minutes that every cycle reads again: the newest are partial when first seen. */
const NARROW_MINUTES = 3;

/** Minutes of the wider read for late ones, every {@link WIDE_EVERY_MINUTES}. */
const WIDE_MINUTES = 10;
const WIDE_EVERY_MINUTES = 5;

/** First sight: as much as the checks look at. */
const FIRST_MINUTES = 15;

/** The longest live read. What is older goes to the backfill, so that an outage of any length never delays the verdict. */
const LONGEST_MINUTES = 60;

/** One live read of a cluster, and what it leaves for later. */
export interface ReadPlan {
  /** Whole minutes; `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Ranges still to be read after this one. */
  readonly backfill: readonly BackfillRange[];
}

/**
 * Which minutes to read now.
 *
 * Reading costs by the minute and series, so most cycles read three minutes and every fifth reads ten: each minute is still read
 * again at least once more than five minutes after it was first seen, which is where Azure's late values come.
 *
 * @param toMs end of the newest minute old enough to be read (now - lag)
 * @param spread a number that is constant for a shard: spreads the wide reads of a fleet over the minutes
 * @param importMs how much of the past to import on first sight; 0 for none
 */
export function planRead(state: ClusterState, toMs: number, spread: number, importMs: number): ReadPlan {
  const { throughMs } = state;
  if (throughMs === null) {
    const fromMs = toMs - FIRST_MINUTES * MINUTE_MS;
    const past: BackfillRange = { fromMs: toMs - importMs, toMs: fromMs, kind: "import" };
    return { fromMs, toMs, backfill: past.fromMs < past.toMs ? [past] : [] };
  }
  const behind = (toMs - throughMs) / MINUTE_MS;
  if (behind > LONGEST_MINUTES) {
    const fromMs = toMs - LONGEST_MINUTES * MINUTE_MS;
    const missed: BackfillRange = { fromMs: throughMs, toMs: fromMs, kind: "catchUp" };
    return { fromMs, toMs, backfill: [missed, ...state.backfill] };
  }
  // Few distinct widths, so that clusters of a shard share their requests.
  const due = (toMs / MINUTE_MS + spread) % WIDE_EVERY_MINUTES === 0;
  const width =
    behind > WIDE_MINUTES ? LONGEST_MINUTES : behind > NARROW_MINUTES || due ? WIDE_MINUTES : NARROW_MINUTES;
  return { fromMs: toMs - width * MINUTE_MS, toMs, backfill: state.backfill };
}

/** The next part of the past to read, and what remains when it is stored. */
export interface BackfillStep {
  readonly fromMs: number;
  readonly toMs: number;
  readonly remaining: readonly BackfillRange[];
}

/**
 * Takes the next piece of the past: an outage from its oldest end (Azure forgets that first), then the import from its newest.
 *
 * @param minutes the most to take
 * @param oldestMs nothing before it is worth reading: Azure's retention or ours
 */
export function nextBackfill(
  backfill: readonly BackfillRange[],
  minutes: number,
  oldestMs: number,
): BackfillStep | null {
  const open = backfill
    .map((range) => ({ ...range, fromMs: Math.max(range.fromMs, oldestMs) }))
    .filter((range) => range.fromMs < range.toMs);
  const range = open.find(({ kind }) => kind === "catchUp") ?? open[0];
  if (range === undefined) return null;
  const others = open.filter((other) => other !== range);
  const length = Math.min(minutes * MINUTE_MS, range.toMs - range.fromMs);
  if (range.kind === "catchUp") {
    const toMs = range.fromMs + length;
    return {
      fromMs: range.fromMs,
      toMs,
      remaining: toMs < range.toMs ? [{ ...range, fromMs: toMs }, ...others] : others,
    };
  }
  const fromMs = range.toMs - length;
  return {
    fromMs,
    toMs: range.toMs,
    remaining: fromMs > range.fromMs ? [...others, { ...range, toMs: fromMs }] : others,
  };
}

/** Minutes of the past still to be read. */
export function backfillMinutes(backfill: readonly BackfillRange[]): number {
  return backfill.reduce((sum, range) => sum + (range.toMs - range.fromMs) / MINUTE_MS, 0);
}
