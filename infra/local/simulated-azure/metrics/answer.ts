// The series of one resource, picked, cut to `top` and written as Azure writes them.

import type { Moment } from "../world/moment.ts";
import { hashText } from "../world/random.ts";
import { spanValue, writePoints } from "./aggregate.ts";
import { asSeen, phasesOf } from "./lateness.ts";
import type { MetricsQuery, Selection } from "./query.ts";
import type { BaseSeries, MetricSource } from "./source.ts";

/** An answered series: the dimension values that name it and the base series in it. */
interface Group {
  readonly values: readonly string[];
  readonly members: BaseSeries[];
}

/** What one metric of one resource will be answered with. Made before any value is worked out, to be counted. */
export interface PickedMetric {
  readonly selection: Selection;
  readonly groups: readonly Group[];
}

export interface Seeing {
  readonly nowMs: number;
  readonly extraLateMinutes: number;
}

/** Picks the series of a resource that the query asks for. */
export function pick(source: MetricSource, query: MetricsQuery, moments: readonly Moment[]): PickedMetric[] {
  return query.selections.map((selection) => {
    const all = source
      .series(selection.definition.name, moments)
      .filter((series) => matches(series, selection));
    return { selection, groups: cut(group(all, selection), query) };
  });
}

function matches(series: BaseSeries, { allowed }: Selection): boolean {
  return allowed.every(
    (values, place) => values?.has((series.dimensions[place] ?? "").toLowerCase()) ?? true,
  );
}

function group(all: readonly BaseSeries[], { keys }: Selection): Group[] {
  const groups = new Map<string, Group>();
  for (const series of all) {
    const values = keys.map((place) => series.dimensions[place] ?? "");
    const key = values.join("\n");
    const found = groups.get(key);
    if (found) found.members.push(series);
    else groups.set(key, { values, members: [series] });
  }
  return [...groups.values()];
}

/**
 * Cuts to `top`, silently, as Azure does. Which ones stay without an `orderby` is nobody's promise: here a hash
 * decides, so that no caller comes to rely on an order.
 */
function cut(groups: readonly Group[], { top, order, grid }: MetricsQuery): readonly Group[] {
  if (top === undefined) return groups;
  const rank = order
    ? (item: Group) => {
        const values = item.members.map((series) => series.value);
        return spanValue(values, grid, order.aggregation) * (order.descending ? -1 : 1);
      }
    : (item: Group) => hashText(item.values.join("|"));
  return groups
    .map((item) => ({ item, rank: rank(item) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, top)
    .map(({ item }) => item);
}

/** Writes the `value` array of one resource. */
export function writeMetrics(
  source: MetricSource,
  resourceId: string,
  picked: readonly PickedMetric[],
  query: MetricsQuery,
  seeing: Seeing,
): string {
  const { firstMinute, minutes } = query.grid;
  const phases = phasesOf(source, firstMinute, minutes, seeing.nowMs, seeing.extraLateMinutes);
  const metrics = picked.map(({ selection, groups }) => {
    const { definition, aggregations } = selection;
    const series = groups.map(({ values, members }) => {
      const seen = members.map((member) => asSeen(member, phases));
      const data = query.metadataOnly ? "[]" : writePoints(seen, query.grid, aggregations);
      return `{"metadatavalues":${writeNames(selection, values)},"data":${data}}`;
    });
    const head = JSON.stringify({
      id: `${resourceId}/providers/Microsoft.Insights/metrics/${definition.name}`,
      type: "Microsoft.Insights/metrics",
      name: { value: definition.name, localizedValue: definition.displayName },
      displayDescription: definition.description,
      unit: definition.unit,
    });
    return `${head.slice(0, -1)},"timeseries":[${series.join(",")}],"errorCode":"Success"}`;
  });
  return `[${metrics.join(",")}]`;
}

/** Dimension names come back in lower case, whatever the caller wrote. */
function writeNames({ definition, keys }: Selection, values: readonly string[]): string {
  return JSON.stringify(
    keys.map((place, index) => {
      const name = (definition.dimensions[place] ?? "").toLowerCase();
      return { name: { value: name, localizedValue: name }, value: values[index] };
    }),
  );
}
