import type { Detector, Exhaustion, Levels, WorldCluster } from "./world.ts";

/** Alarms closer to each other than this, in minutes, are one. */
const ALARM_MERGE = 15;

/** An alarm counts for an exhaustion that comes within so many minutes of its end. */
const HORIZON = 60;

/** So many minutes before the first failed connection count as early, and so many after it as in time. */
const EARLY = 5;

type Span = readonly [from: number, to: number];

/** Figures of one detector at one level. Ratios 0..1. */
export interface Score {
  readonly detector: string;
  readonly level: "critical" | "any";
  /** Told before or during, at latest within five minutes. */
  readonly recall: number;
  readonly slowEarly: number;
  readonly precision: number;
  readonly falsePerNodeDay: number;
  /** Times that an alarm opened for one event. */
  readonly spans: number;
  readonly events: number;
  readonly slowEvents: number;
}

class Tally {
  events = 0;
  told = 0;
  slow = 0;
  early = 0;
  right = 0;
  wrong = 0;
  spans = 0;

  add(levels: Levels, least: number, events: readonly Exhaustion[]): void {
    const alarms = spansOf(levels, least, ALARM_MERGE);
    const openings = spansOf(levels, least, 1);
    for (const event of events) {
      this.events += 1;
      if (event.slow) this.slow += 1;
      const first = alarms.find((alarm) => concerns(alarm, event));
      if (first === undefined) continue;
      if (first[0] <= event.start + EARLY) this.told += 1;
      if (event.slow && event.start - first[0] >= EARLY) this.early += 1;
      this.spans += openings.filter((opening) => concerns(opening, event)).length;
    }
    for (const [from, to] of alarms) {
      if (events.some(({ start, end }) => start <= to + HORIZON && end >= from)) this.right += 1;
      else this.wrong += 1;
    }
  }
}

/** Firing within the hour before the event, or in it. */
function concerns([from, to]: Span, { start, end }: Exhaustion): boolean {
  return to >= start - HORIZON && from <= Math.max(end, start + EARLY);
}

function spansOf(levels: Levels, least: number, gap: number): Span[] {
  const spans: [number, number][] = [];
  for (let at = 0; at < levels.length; at += 1) {
    if ((levels[at] ?? 0) < least) continue;
    const last = spans.at(-1);
    if (last !== undefined && at - last[1] <= gap) last[1] = at;
    else spans.push([at, at]);
  }
  return spans;
}

/** Scores detectors on one world, both levels, by the definitions of the baselines' scorer. */
export function score(world: Iterable<WorldCluster>, detectors: Readonly<Record<string, Detector>>): Score[] {
  const tallies = Object.keys(detectors).map((name) => ({ name, critical: new Tally(), any: new Tally() }));
  let nodeDays = 0;
  for (const cluster of world) {
    nodeDays += (cluster.nodes.length * cluster.minutes) / 1_440;
    for (const { name, critical, any } of tallies) {
      for (const [index, levels] of (detectors[name]?.(cluster) ?? []).entries()) {
        const events = cluster.nodes[index]?.events ?? [];
        critical.add(levels, 2, events);
        any.add(levels, 1, events);
      }
    }
  }
  return tallies.flatMap(({ name, critical, any }) => [
    figuresOf(name, "critical", critical, nodeDays),
    figuresOf(name, "any", any, nodeDays),
  ]);
}

function figuresOf(detector: string, level: Score["level"], tally: Tally, nodeDays: number): Score {
  const { events, told, slow, early, right, wrong, spans } = tally;
  return {
    detector,
    level,
    recall: told / events,
    slowEarly: early / slow,
    precision: right / (right + wrong),
    falsePerNodeDay: wrong / nodeDays,
    spans: spans / told,
    events,
    slowEvents: slow,
  };
}
