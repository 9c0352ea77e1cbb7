import type { Protocol } from "./sample-block.ts";

/** Labels of a derived series. Ports are split by protocol, since each protocol has its own; connections are not. */
export interface DerivedLabels {
  readonly backendIp?: string;
  readonly protocol?: Protocol;
  /** Key of a device's ARM id. */
  readonly resourceId?: string;
}

/** One value for each minute of the block it was derived from; `NaN` where there is none. */
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

/** Puts series of equal group together, minute by minute, of those values that are there. */
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

function mergeInto(into: Float64Array, from: Float64Array, merge: (a: number, b: number) => number): void {
  for (let i = 0; i < into.length; i += 1) {
    const value = from[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const before = into[i] ?? Number.NaN;
    into[i] = Number.isNaN(before) ? value : merge(before, value);
  }
}
