import { ensureSeries, type SampleBlock } from "#core/series/sample-block.ts";
import type { ValueRows } from "#core/series/value-rows.ts";
import type { DimensionReader } from "./dimensions.ts";
import type { MetricQuery, SeriesOf } from "./metric-queries.ts";
import { rawItems, rawName, rawObject } from "./raw-answer.ts";
import { OUTSIDE, type Timeline } from "./timeline.ts";

/** What one metric of one resource's answer held. */
export interface MetricTally {
  /** Raw series, readable or not. */
  readonly series: number;
  /** Series without a dimension that was asked for, or with a value we do not know. */
  readonly unreadable: number;
  /** `Success`, or why Azure has no data for this metric. */
  readonly errorCode: string;
  readonly errorMessage: string | undefined;
}

/**
 * Writes the metrics of one resource (`value` of its part of the answer) into its block, in one pass.
 *
 * @returns by Azure's documented name; metrics that were not asked for are passed over
 */
export function absorbMetrics(
  metrics: unknown,
  query: MetricQuery,
  block: SampleBlock,
  rows: ValueRows,
  timeline: Timeline,
  reader: DimensionReader,
): Map<string, MetricTally> {
  const tallies = new Map<string, MetricTally>();
  for (const item of rawItems(metrics)) {
    const metric = rawObject(item);
    const name = rawName(metric?.name)?.toLowerCase();
    const asked = query.metrics.find((one) => one.name.toLowerCase() === name);
    if (metric === undefined || asked === undefined) continue;
    const series = rawItems(metric.timeseries);
    const unreadable = absorbSeries(series, asked.seriesOf, query, block, rows, timeline, reader);
    tallies.set(asked.name, {
      series: series.length,
      unreadable,
      errorCode: typeof metric.errorCode === "string" ? metric.errorCode : "Success",
      errorMessage: typeof metric.errorMessage === "string" ? metric.errorMessage : undefined,
    });
  }
  return tallies;
}

/** @returns how many series could not be read */
function absorbSeries(
  series: readonly unknown[],
  seriesOf: SeriesOf,
  query: MetricQuery,
  block: SampleBlock,
  rows: ValueRows,
  timeline: Timeline,
  reader: DimensionReader,
): number {
  let unreadable = 0;
  for (const item of series) {
    const raw = rawObject(item);
    const identity = seriesOf(reader.read(raw?.metadatavalues));
    if (raw === undefined || identity === undefined) {
      unreadable += 1;
      continue;
    }
    const { values } = ensureSeries(block, identity.metric, identity.labels, rows);
    absorbPoints(rawItems(raw.data), query, values, timeline);
  }
  return unreadable;
}

function absorbPoints(
  points: readonly unknown[],
  { aggregation, divisor, combine }: MetricQuery,
  values: Float64Array,
  timeline: Timeline,
): void {
  for (let position = 0; position < points.length; position += 1) {
    const point = rawObject(points[position]);
    if (point === undefined) continue;
    const value = aggregation === "average" ? point.average : point.total;
    // A point with a time stamp alone is "expected, not received". None of these metrics can be negative.
    if (typeof value !== "number" || !(value >= 0) || value === Number.POSITIVE_INFINITY) continue;
    const minute = timeline.minuteAt(position, point.timeStamp);
    if (minute === OUTSIDE) continue;
    const before = values[minute] ?? Number.NaN;
    values[minute] = Number.isNaN(before) ? value / divisor : combine(before, value / divisor);
  }
}
