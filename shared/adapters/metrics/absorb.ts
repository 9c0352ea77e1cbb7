import { ensureNamed, type SampleBlock, type Series } from "#core/series/sample-block.ts";
import type { ValueRows } from "#core/series/value-rows.ts";
import type { DimensionReader } from "./dimensions.ts";
import type { JsonBytes } from "./json-bytes.ts";
import type { AzureMetric, MetricQuery } from "./metric-query.ts";
import type { PointReader } from "./point-reader.ts";
import type { NameList, SeriesNames } from "./series-names.ts";
import { OUTSIDE } from "./timeline.ts";

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

/** Where the values of one resource go, and how they are read. */
export interface Sink {
  readonly query: MetricQuery;
  /** Key of the resource's id. */
  readonly resource: string;
  readonly block: SampleBlock;
  readonly rows: ValueRows;
  readonly names: SeriesNames;
  readonly points: PointReader;
  readonly reader: DimensionReader;
}

/**
 * Writes the metrics of one resource into its block, in one pass.
 *
 * @param json stands before the list of metrics; is moved past it
 * @returns by Azure's documented name; metrics that were not asked for are passed over
 * @throws AdapterError `malformed`; what was read before stays in the block
 */
export function absorbMetrics(json: JsonBytes, sink: Sink): Map<string, MetricTally> {
  const tallies = new Map<string, MetricTally>();
  if (!json.list()) return tallies;
  while (json.nextItem()) absorbMetric(json, sink, tallies);
  return tallies;
}

function absorbMetric(json: JsonBytes, sink: Sink, tallies: Map<string, MetricTally>): void {
  if (!json.object()) return;
  let asked: AzureMetric | undefined;
  let seriesAt: number | undefined;
  let tally = { series: 0, unreadable: 0 };
  let errorCode: string | undefined;
  let errorMessage: string | undefined;
  while (json.nextKey()) {
    if (json.isKey("name")) {
      const name = nameOf(json)?.toLowerCase();
      asked = sink.query.metrics.find((one) => one.name.toLowerCase() === name);
    } else if (json.isKey("errorCode")) errorCode = json.optionalText();
    else if (json.isKey("errorMessage")) errorMessage = json.optionalText();
    else if (!json.isKey("timeseries")) json.skip();
    else if (asked !== undefined) tally = absorbSeries(json, asked, sink);
    else {
      // The name may still come.
      seriesAt = json.position;
      json.skip();
    }
  }
  if (asked === undefined) return;
  if (seriesAt !== undefined) {
    const end = json.position;
    json.moveTo(seriesAt);
    tally = absorbSeries(json, asked, sink);
    json.moveTo(end);
  }
  tallies.set(asked.name, { ...tally, errorCode: errorCode ?? "Success", errorMessage });
}

/** A name as `{value}` (REST) or as plain text (the newer clients). */
function nameOf(json: JsonBytes): string | undefined {
  if (json.isString()) return json.optionalText();
  let name: string | undefined;
  if (!json.object()) return undefined;
  while (json.nextKey()) {
    if (json.isKey("value")) name = json.optionalText();
    else json.skip();
  }
  return name;
}

/** @returns how many series there were, and how many of them could not be read */
function absorbSeries(
  json: JsonBytes,
  asked: AzureMetric,
  sink: Sink,
): { series: number; unreadable: number } {
  let series = 0;
  let unreadable = 0;
  if (!json.list()) return { series, unreadable };
  const names = sink.names.list(asked.name);
  while (json.nextItem()) {
    series += 1;
    if (!absorbOne(json, asked, sink, names)) unreadable += 1;
  }
  return { series, unreadable };
}

/** @returns whether it could be read */
function absorbOne(json: JsonBytes, asked: AzureMetric, sink: Sink, names: NameList): boolean {
  const { block, rows, reader, resource } = sink;
  if (!json.object()) return false;
  let dataAt: number | undefined;
  let series: Series | undefined;
  reader.clear();
  while (json.nextKey()) {
    if (json.isKey("metadatavalues")) {
      reader.read(json);
      const identity = asked.seriesOf(reader.dimensions, resource);
      if (identity) series = ensureNamed(block, names.name(identity.metric, identity.labels), rows);
    } else if (!json.isKey("data")) json.skip();
    else if (series !== undefined) absorbPoints(json, series, asked, sink);
    else {
      dataAt = json.position;
      json.skip();
    }
  }
  if (series === undefined) {
    // A series without dimensions is one that was not split.
    const identity = asked.seriesOf(reader.dimensions, resource);
    // One that we do not keep is no fault.
    if (!identity) return identity === null;
    series = ensureNamed(block, names.name(identity.metric, identity.labels), rows);
  }
  if (dataAt !== undefined) {
    const end = json.position;
    json.moveTo(dataAt);
    absorbPoints(json, series, asked, sink);
    json.moveTo(end);
  }
  return true;
}

function absorbPoints(
  json: JsonBytes,
  series: Series,
  { divisor, combine }: AzureMetric,
  { points }: Sink,
): void {
  if (!json.list()) return;
  for (let position = 0; json.nextItem(); position += 1) {
    points.read(json, position);
    const { minute, value } = points;
    // None of these metrics can be negative.
    if (minute === OUTSIDE || !(value >= 0) || value === Number.POSITIVE_INFINITY) continue;
    const before = series.at(minute);
    series.set(minute, Number.isNaN(before) ? value / divisor : combine(before, value / divisor));
  }
}
