import { type Denial, denialKey, MOST_SOURCES } from "./denial.ts";

/** Denials that are alike over any number of spans. */
export type DenialTotal = Omit<Denial, "spanMs">;

/**
 * Sums denials of many spans: one for each firewall and kind, in the order they first come.
 * Of sources that were not listed one by one the most that one span had is known, so `sourceCount` is at least what it says.
 */
export function mergeSpans(denials: readonly Denial[]): readonly DenialTotal[] {
  const totals = new Map<string, { total: DenialTotal; sources: Set<string> }>();
  for (const { spanMs: _, ...denial } of denials) {
    const key = `${denialKey(denial)}|${denial.firewall}`;
    const known = totals.get(key);
    if (known === undefined) {
      totals.set(key, { total: denial, sources: new Set(denial.sources) });
      continue;
    }
    for (const source of denial.sources) known.sources.add(source);
    known.total = sum(known.total, denial);
  }
  return [...totals.values()].map(({ total, sources }) => ({
    ...total,
    sources: [...sources].slice(0, MOST_SOURCES),
    sourceCount: Math.max(total.sourceCount, sources.size),
  }));
}

function sum(a: DenialTotal, b: DenialTotal): DenialTotal {
  return {
    ...a,
    count: a.count + b.count,
    reason: b.lastSeenMs >= a.lastSeenMs ? b.reason : a.reason,
    sourceCount: Math.max(a.sourceCount, b.sourceCount),
    firstSeenMs: Math.min(a.firstSeenMs, b.firstSeenMs),
    lastSeenMs: Math.max(a.lastSeenMs, b.lastSeenMs),
  };
}
