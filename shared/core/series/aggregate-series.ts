import type { MetricName, Protocol, SampleBlock, Series } from "./sample-block.ts";

/** Labels of a derived series. Ports are split by protocol, since each protocol has its own; connections are not. */
export interface DerivedLabels {
  readonly backendIp?: string;
  readonly protocol?: Protocol;
  /** Key of a device's ARM id. */
  readonly resourceId?: string;
}

/**
 * One value for each minute of the block it was derived from, or for each step of the roll-up; `NaN` where there is none. They may be
 * the block's own: not to be written.
 */
export interface DerivedSeries {
  /** Equal for equal labels, over blocks. */
  readonly key: string;
  readonly labels: DerivedLabels;
  readonly values: Float64Array;
}

export type SeriesMap = Map<string, DerivedSeries>;

/** The name of a derived series: equal for equal labels. */
export function derivedKey({ backendIp, protocol, resourceId }: DerivedLabels): string {
  return `${backendIp ?? ""}|${protocol ?? ""}|${resourceId ?? ""}`;
}

/** Labels without those that are absent. */
export function derivedLabels(backendIp: string | undefined, protocol?: Protocol): DerivedLabels {
  return {
    ...(backendIp === undefined ? {} : { backendIp }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}

/**
 * Stored series of the metrics, in the order of their names: which series a block saw first is chance, and the last bits of a sum of
 * decimals depend on the order of its parts.
 */
export function storedSeries(block: SampleBlock, metrics: readonly MetricName[]): Series[] {
  const wanted = [...block.series].filter(([, { metric }]) => metrics.includes(metric));
  return wanted.sort(([a], [b]) => compareKeys(a, b)).map(([, series]) => series);
}

/** Whether any value is there. */
export function hasValue(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i += 1) if (!Number.isNaN(values[i] ?? Number.NaN)) return true;
  return false;
}

/** By code units, whatever the locale. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Puts series of equal group together in the order given, minute by minute, of those values that are there. */
export function combineSeries<L>(
  series: Iterable<{ readonly labels: L; readonly values: Float64Array }>,
  group: (labels: L) => DerivedLabels,
  merge: (a: number, b: number) => number,
): SeriesMap {
  const groups: SeriesMap = new Map();
  for (const { labels, values } of series) {
    const groupLabels = group(labels);
    const key = derivedKey(groupLabels);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { key, labels: groupLabels, values: values.slice() });
    else mergeInto(known.values, values, merge);
  }
  return groups;
}

/** Merges each value that is there into that of the same minute; where none is there yet it becomes it. */
export function mergeInto(
  into: Float64Array,
  from: Float64Array,
  merge: (a: number, b: number) => number,
): void {
  for (let i = 0; i < into.length; i += 1) {
    const value = from[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const before = into[i] ?? Number.NaN;
    into[i] = Number.isNaN(before) ? value : merge(before, value);
  }
}
