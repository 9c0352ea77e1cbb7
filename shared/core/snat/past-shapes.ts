import type { StepGrid } from "../series/aggregate-steps.ts";
import type { CollectedSeries } from "../series/step-collector.ts";
import { floorHour, HOUR_MS } from "../time.ts";
import { MOST_OVER } from "./node-ports-sense.ts";
import { addHours, type HighHour, LEAST_KEPT, type NodeShape } from "./shapes.ts";

/** One series for each node (and protocol, where they have one), and the steps that their values are of. */
export interface PastSeries {
  readonly grid: StepGrid;
  readonly series: readonly CollectedSeries[];
}

/** A span of stored history. */
export interface PastUse {
  /** Means of used / allocated, in steps of minutes. */
  readonly ratios: PastSeries;
  /** The most failed connections of a minute, in steps of an hour. */
  readonly failures: PastSeries;
}

/**
 * Adds a span of stored history to the shapes: the level of an hour is its highest mean, and an hour fails if a connection did in any
 * of its minutes, whether the node was high by then or not.
 *
 * @returns `shapes` itself where that changes nothing
 */
export function addPast(shapes: readonly NodeShape[], { ratios, failures }: PastUse): readonly NodeShape[] {
  const failed = failedHours(failures);
  return ratios.series.reduce((known, { labels: { backendIp, protocol }, values }) => {
    if (backendIp === undefined || protocol === undefined) return known;
    const hours = highHours(ratios.grid, values, failed.get(backendIp));
    return hours.length === 0 ? known : addHours(known, { backendIp, protocol }, hours);
  }, shapes);
}

function failedHours({ grid, series }: PastSeries): ReadonlyMap<string | undefined, ReadonlySet<number>> {
  return new Map(
    series.map(({ labels, values }) => {
      const hours = values.flatMap((value, step) =>
        (value ?? 0) > 0 ? [grid.startMs + step * HOUR_MS] : [],
      );
      return [labels.backendIp, new Set(hours)];
    }),
  );
}

function highHours(
  { startMs, stepMs }: StepGrid,
  ratios: readonly (number | null)[],
  failed: ReadonlySet<number> | undefined,
): HighHour[] {
  const levels = new Map<number, number>();
  for (const [step, ratio] of ratios.entries()) {
    // Far above what is lent is no figure.
    if (ratio === null || ratio < LEAST_KEPT || ratio > MOST_OVER) continue;
    const hourMs = floorHour(startMs + step * stepMs);
    levels.set(hourMs, Math.max(levels.get(hourMs) ?? 0, ratio));
  }
  return Array.from(levels, ([atMs, level]) => ({ atMs, level, failed: failed?.has(atMs) ?? false }));
}
