import { DENIAL_SPAN_MS, type Denial, denialKey, MOST_SOURCES } from "./denial.ts";
import { type LogRow, REST_REASON } from "./log-row.ts";

/** Kinds of denials of one cluster that are listed one by one within a span; the rest is one for each firewall and kind of log. */
export const MOST_DETAILED = 2_000;

interface Line {
  readonly row: LogRow;
  readonly sources: Set<string>;
  count: number;
  /** What the rows say themselves, where they list only some sources. */
  sourceCount: number;
  firstSeenMs: number;
  lastSeenMs: number;
}

/** Counts the rows of one cluster: alike within a span they become one denial, and no row is lost to the bound. */
export class DenialTally {
  readonly #spans = new Map<number, Map<string, Line>>();

  add(row: LogRow): void {
    const spanMs = Math.floor(row.firstSeenMs / DENIAL_SPAN_MS) * DENIAL_SPAN_MS;
    const lines = this.#spans.get(spanMs) ?? new Map<string, Line>();
    this.#spans.set(spanMs, lines);
    addTo(lines, row);
  }

  /** Oldest span first, within a span the most frequent first. */
  denials(): Denial[] {
    return [...this.#spans]
      .sort(([a], [b]) => a - b)
      .flatMap(([spanMs, lines]) => bounded(lines).map((line) => toDenial(spanMs, line)));
  }
}

function addTo(lines: Map<string, Line>, row: LogRow): void {
  const key = `${row.firewall}|${denialKey(row)}`;
  const line = lines.get(key);
  if (line === undefined) {
    const { count, sourceCount, firstSeenMs, lastSeenMs } = row;
    lines.set(key, { row, sources: new Set(row.sources), count, sourceCount, firstSeenMs, lastSeenMs });
    return;
  }
  line.count += row.count;
  for (const source of row.sources) line.sources.add(source);
  line.sourceCount = Math.max(line.sourceCount, row.sourceCount);
  line.firstSeenMs = Math.min(line.firstSeenMs, row.firstSeenMs);
  line.lastSeenMs = Math.max(line.lastSeenMs, row.lastSeenMs);
}

function bounded(lines: ReadonlyMap<string, Line>): Line[] {
  const sorted = [...lines.values()].sort((a, b) => b.count - a.count);
  if (sorted.length <= MOST_DETAILED) return sorted;
  const kept = new Map<string, Line>();
  for (const [place, line] of sorted.entries()) {
    const { row, sources, count, firstSeenMs, lastSeenMs } = line;
    const sourceCount = Math.max(line.sourceCount, sources.size);
    const whole = { ...row, sources: [...sources], sourceCount, count, firstSeenMs, lastSeenMs };
    addTo(kept, place < MOST_DETAILED ? whole : restOf(whole));
  }
  return [...kept.values()];
}

function restOf(row: LogRow): LogRow {
  return { ...row, destination: "", port: null, protocol: "", rule: null, reason: REST_REASON };
}

function toDenial(spanMs: number, line: Line): Denial {
  const { row, sources, count, sourceCount, firstSeenMs, lastSeenMs } = line;
  return {
    ...row,
    spanMs,
    count,
    sources: [...sources].slice(0, MOST_SOURCES).sort(),
    sourceCount: Math.max(sourceCount, sources.size),
    firstSeenMs,
    lastSeenMs,
  };
}
