import { DAY_MS, floorHour, HOUR_MS } from "../time.ts";
import { type Denial, denialKey, MOST_SOURCES } from "./denial.ts";
import type { DenialMemory, RememberedDenial } from "./denial-memory.ts";
import { type Destination, looksNeeded } from "./match-endpoint.ts";

/** So many kinds of denials fit the state of a cluster. */
export const MOST_REMEMBERED = 200;

/** Counts by the start of their time: spans of five minutes, or hours. */
type Counts = Map<number, number>;

interface Draft {
  readonly latest: RememberedDenial;
  /** Spans of the last hour, and for now those that are about to leave it. */
  readonly recent: Counts;
  readonly day: Counts;
}

/**
 * What a cluster knows of its denials after the spans from `fromMs` to `toMs` (exclusive; both multiples of
 * `DENIAL_SPAN_MS`) were read, perhaps again: their counts replace those known of the same spans.
 *
 * Spans that have left the last hour are summed by hour. An hour that is summed is replaced only by a read that covers all of
 * its summed part: a smaller read of it says nothing new, since rows come minutes late, not hours.
 *
 * @param denials all denials of these spans
 * @param needed what is kept first where there is no room for all
 */
export function mergeDenials(
  memory: DenialMemory,
  denials: readonly Denial[],
  fromMs: number,
  toMs: number,
  needed: (denial: Destination) => boolean = looksNeeded,
): DenialMemory {
  const throughMs = Math.max(memory.throughMs ?? toMs, toMs);
  const summedBeforeMs = memory.throughMs === null ? -Infinity : memory.throughMs - HOUR_MS;
  const reread = (spanMs: number) => isReread(spanMs, fromMs, toMs, summedBeforeMs);

  const drafts = new Map<string, Draft>();
  for (const known of memory.denials) drafts.set(keyOf(known), draftWithout(known, reread));
  for (const denial of denials) {
    if (!reread(denial.spanMs)) continue;
    const key = keyOf(denial);
    const draft = withDenial(drafts.get(key), denial);
    const [counts, startMs] =
      denial.spanMs < summedBeforeMs ? [draft.day, floorHour(denial.spanMs)] : [draft.recent, denial.spanMs];
    add(counts, startMs, denial.count);
    drafts.set(key, draft);
  }

  const recentFromMs = throughMs - HOUR_MS;
  const ranked = [...drafts.values()]
    .map((draft) => aged(draft, recentFromMs))
    .filter((denial) => totalOf(denial) > 0)
    .map((denial) => ({ denial, needed: needed(denial), total: totalOf(denial), key: keyOf(denial) }))
    .toSorted((a, b) => Number(b.needed) - Number(a.needed) || byFrequency(a, b));
  // A gap between what was read and what is: "new" has to be new against what came after it.
  const sinceMs = memory.sinceMs === null || fromMs > (memory.throughMs ?? fromMs) ? fromMs : memory.sinceMs;
  return {
    sinceMs,
    throughMs,
    denials: ranked
      .slice(0, MOST_REMEMBERED)
      .toSorted(byFrequency)
      .map(({ denial }) => denial),
    // Only of what was read now: what an earlier read dropped is not known any more, and would else be counted twice.
    others: ranked
      .slice(MOST_REMEMBERED)
      .flatMap(({ denial }) => denial.recent)
      .reduce((sum, [spanMs, count]) => sum + (spanMs >= fromMs && spanMs < toMs ? count : 0), 0),
  };
}

function keyOf(denial: Denial | RememberedDenial): string {
  return `${denialKey(denial)}|${denial.firewall}`;
}

/** Whether a read replaces what is known of a span: one of the last hour alone, a summed one with its whole hour. */
function isReread(spanMs: number, fromMs: number, toMs: number, summedBeforeMs: number): boolean {
  if (spanMs < fromMs || spanMs >= toMs) return false;
  if (spanMs >= summedBeforeMs) return true;
  const hourMs = floorHour(spanMs);
  return fromMs <= hourMs && toMs >= Math.min(hourMs + HOUR_MS, summedBeforeMs);
}

/** A known denial without the counts that were read again. */
function draftWithout(known: RememberedDenial, reread: (spanMs: number) => boolean): Draft {
  return {
    latest: known,
    recent: new Map(known.recent.filter(([spanMs]) => !reread(spanMs))),
    day: new Map(known.day.filter(([hourMs]) => !reread(hourMs))),
  };
}

function withDenial(draft: Draft | undefined, denial: Denial): Draft {
  const { spanMs: _, count: __, ...seen } = denial;
  if (draft === undefined) {
    return { latest: { ...seen, recent: [], day: [] }, recent: new Map(), day: new Map() };
  }
  const known = draft.latest;
  const sources = [...new Set([...known.sources, ...denial.sources])];
  const newest = denial.lastSeenMs >= known.lastSeenMs ? denial : known;
  return {
    ...draft,
    latest: {
      ...known,
      reason: newest.reason,
      sources: sources.slice(0, MOST_SOURCES),
      sourceCount: Math.max(sources.length, known.sourceCount, denial.sourceCount),
      firstSeenMs: Math.min(known.firstSeenMs, denial.firstSeenMs),
      lastSeenMs: newest.lastSeenMs,
    },
  };
}

function add(counts: Counts, startMs: number, count: number): void {
  counts.set(startMs, (counts.get(startMs) ?? 0) + count);
}

/** Moves what has left the last hour into its hours, and forgets what is more than a day older than that. */
function aged({ latest, recent, day }: Draft, recentFromMs: number): RememberedDenial {
  for (const [spanMs, count] of recent) {
    if (spanMs >= recentFromMs) continue;
    recent.delete(spanMs);
    add(day, floorHour(spanMs), count);
  }
  for (const hourMs of day.keys()) if (hourMs < recentFromMs - DAY_MS) day.delete(hourMs);
  return { ...latest, recent: inOrder(recent), day: inOrder(day) };
}

function inOrder(counts: Counts): RememberedDenial["recent"] {
  return [...counts].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b);
}

function totalOf({ recent, day }: RememberedDenial): number {
  return [...recent, ...day].reduce((sum, [, count]) => sum + count, 0);
}

type Ranked = { readonly total: number; readonly key: string };

/** Ties are broken by name: the same read twice must keep the same ones. */
function byFrequency(a: Ranked, b: Ranked): number {
  if (a.total !== b.total) return b.total - a.total;
  return a.key < b.key ? -1 : Number(a.key > b.key);
}
