import type { InventoryEntry } from "#core/egress/inventory.ts";
import { deriveMinutes, type HistoryMetric, type HistoryScope } from "#core/series/aggregate-minutes.ts";
import type { DerivedLabels } from "#core/series/aggregate-series.ts";
import { type Aggregation, StepAccumulator, type StepGrid } from "#core/series/aggregate-steps.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import type { SeriesStore } from "#ports/series-store.ts";

export interface HistoryRequest {
  readonly metric: HistoryMetric;
  readonly by: HistoryScope;
  readonly aggregation: Aggregation;
  readonly grid: StepGrid;
  /** Nothing outside these instants is stored. */
  readonly storedFromMs: number;
  readonly storedToMs: number;
  /** The most values (series x steps) to answer with. */
  readonly mostValues: number;
}

export type HistoryResult =
  | { readonly kind: "series"; readonly series: readonly HistorySeries[]; readonly faults: readonly string[] }
  | { readonly kind: "tooMany"; readonly seriesCount: number };

export interface HistorySeries {
  readonly labels: DerivedLabels;
  readonly values: readonly (number | null)[];
}

/** Samples of one window in memory: about 32 MB. */
const WINDOW_VALUES = 4_000_000;
const LONGEST_WINDOW_DAYS = 7;
/** Metrics, protocols and frontends together: stored series of one node. */
const SERIES_PER_NODE = 10;

/** Reads a history window by window, so that memory does not grow with the span. */
export async function readHistory(
  series: SeriesStore,
  { shard, cluster }: InventoryEntry,
  request: HistoryRequest,
): Promise<HistoryResult> {
  const { grid } = request;
  const gridEndMs = grid.startMs + grid.steps * grid.stepMs;
  const fromMs = Math.max(grid.startMs, floorTo(request.storedFromMs, grid.stepMs));
  const toMs = Math.min(gridEndMs, floorTo(request.storedToMs, MINUTE_MS) + MINUTE_MS);
  const windowMs = windowDays(cluster.loadBalancer?.members.length ?? 0) * DAY_MS;

  const collected = new Map<string, { readonly labels: DerivedLabels; readonly steps: StepAccumulator }>();
  const faults: string[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs = floorTo(startMs, DAY_MS) + windowMs) {
    const endMs = Math.min(toMs, floorTo(startMs, DAY_MS) + windowMs);
    const stored = await series.read(shard, cluster.ref.key, startMs, endMs);
    faults.push(...stored.faults);
    for (const { key, labels, values } of deriveMinutes(stored.block, request.metric, request.by)) {
      const known = collected.get(key) ?? { labels, steps: new StepAccumulator(grid, request.aggregation) };
      known.steps.add(values, stored.block.startMs);
      collected.set(key, known);
      if (collected.size * grid.steps > request.mostValues) {
        return { kind: "tooMany", seriesCount: collected.size };
      }
    }
  }
  const result = [...collected.values()].map(({ labels, steps }) => ({ labels, values: steps.toValues() }));
  return { kind: "series", series: result, faults };
}

function windowDays(nodes: number): number {
  const valuesPerDay = Math.max(nodes, 1) * SERIES_PER_NODE * (DAY_MS / MINUTE_MS);
  return Math.min(Math.max(Math.floor(WINDOW_VALUES / valuesPerDay), 1), LONGEST_WINDOW_DAYS);
}

function floorTo(ms: number, unitMs: number): number {
  return Math.floor(ms / unitMs) * unitMs;
}
