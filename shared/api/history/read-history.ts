import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { Cluster } from "#core/egress/topology.ts";
import type { HistoryMetric, HistoryScope } from "#core/series/aggregate-minutes.ts";
import type { DerivedLabels } from "#core/series/aggregate-series.ts";
import type { Aggregation, StepGrid } from "#core/series/aggregate-steps.ts";
import { familyOfHistory } from "#core/series/sample-family.ts";
import { StepCollector } from "#core/series/step-collector.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { DayPart, SeriesStore } from "#ports/series-store.ts";

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
  readonly values: (number | null)[];
}

type HistoryStore = Pick<SeriesStore, "read" | "readDays">;

/** Samples of one window in memory: about 32 MB. */
const WINDOW_VALUES = 4_000_000;
const LONGEST_WINDOW_HOURS = 7 * 24;
/** Used and allocated ports by protocol: stored series of a node for each frontend. */
const SERIES_PER_FRONTEND = 4;

/** Reads a history part by part, so that memory does not grow with the span. */
export async function readHistory(
  series: HistoryStore,
  entry: InventoryEntry,
  request: HistoryRequest,
): Promise<HistoryResult> {
  const { metric, by, aggregation, grid, mostValues } = request;
  const mostSeries = Math.floor(mostValues / grid.steps);
  const collector = new StepCollector({ metric, by, aggregation, grid, mostSeries });
  const faults: string[] = [];
  const days =
    grid.stepMs === MINUTE_MS ? readWindows(series, entry, request) : readSteps(series, entry, request);
  for await (const day of days) {
    faults.push(...day.faults);
    if (day.part?.kind === "minutes") collector.addMinutes(day.part.block);
    else if (day.part?.kind === "rollup") collector.addRollup(day.part.chunk);
    if (collector.isOverfull) return { kind: "tooMany", seriesCount: collector.size + 1 };
  }
  return { kind: "series", series: collector.finish(), faults };
}

function readSteps(
  series: HistoryStore,
  { shard, cluster }: InventoryEntry,
  request: HistoryRequest,
): AsyncIterable<DayPart> {
  const { metric, by, aggregation, grid } = request;
  const { fromMs, toMs } = storedSpan(request);
  return series.readDays(shard, cluster.ref.key, {
    metric,
    by,
    aggregation,
    stepMs: grid.stepMs,
    fromMs,
    toMs,
  });
}

/** Minutes in windows of whole hours. */
async function* readWindows(
  series: HistoryStore,
  { shard, cluster }: InventoryEntry,
  request: HistoryRequest,
): AsyncGenerator<DayPart> {
  const { fromMs, toMs } = storedSpan(request);
  const windowMs = windowHours(cluster) * HOUR_MS;
  for (let startMs = fromMs; startMs < toMs; startMs = floorTo(startMs, HOUR_MS) + windowMs) {
    const endMs = Math.min(toMs, floorTo(startMs, HOUR_MS) + windowMs);
    const families = [familyOfHistory(request.metric)];
    const { block, faults } = await series.read(shard, cluster.ref.key, startMs, endMs, families);
    yield { part: { kind: "minutes", block }, faults };
  }
}

/** The part of the grid of which anything can be stored. */
function storedSpan({ grid, storedFromMs, storedToMs }: HistoryRequest) {
  const gridEndMs = grid.startMs + grid.steps * grid.stepMs;
  return {
    fromMs: Math.max(grid.startMs, floorTo(storedFromMs, grid.stepMs)),
    toMs: Math.min(gridEndMs, floorTo(storedToMs, MINUTE_MS) + MINUTE_MS),
  };
}

function windowHours({ loadBalancer, paths }: Cluster): number {
  const frontends = paths.reduce((sum, { publicIps }) => sum + publicIps.length, 0);
  const series =
    Math.max(loadBalancer?.members.length ?? 0, 1) * Math.max(frontends, 1) * SERIES_PER_FRONTEND;
  const valuesPerHour = series * (HOUR_MS / MINUTE_MS);
  return Math.min(Math.max(Math.floor(WINDOW_VALUES / valuesPerHour), 1), LONGEST_WINDOW_HOURS);
}

function floorTo(ms: number, unitMs: number): number {
  return Math.floor(ms / unitMs) * unitMs;
}
