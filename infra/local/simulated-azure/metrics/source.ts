// What a resource offers the metrics API: base series, one for each full set of dimension values.

import type { Moment } from "../world/moment.ts";

/** One series at the finest grain there is. */
export interface BaseSeries {
  /** Values in the order of the metric's dimensions. */
  readonly dimensions: readonly string[];
  /** The value in the n-th minute of the span; NaN where nothing was recorded. */
  readonly value: (index: number) => number;
  /** False: late minutes miss values but do not show wrong ones, as with a figure that hardly changes. */
  readonly mayBePartial: boolean;
}

export interface MetricSource {
  readonly id: string;
  readonly namespace: string;
  readonly subscriptionId: string;
  readonly location: string;
  readonly seed: number;
  /** Now and then some minutes come eight minutes late. */
  readonly lateBursts: boolean;
  /** The series of a metric that exist somewhere in the span. */
  readonly series: (metric: string, moments: readonly Moment[]) => BaseSeries[];
}

/** A series over a closed form of the moment. */
export function seriesOf(
  dimensions: readonly string[],
  moments: readonly Moment[],
  value: (at: Moment) => number,
  mayBePartial = true,
): BaseSeries {
  return {
    dimensions,
    mayBePartial,
    value: (index) => {
      const at = moments[index];
      return at === undefined ? Number.NaN : value(at);
    },
  };
}

/** Takes out the minutes for which nothing was recorded; a series without a value left is none. */
export function withAbsence(
  series: readonly BaseSeries[],
  moments: readonly Moment[],
  absent: ((rel: number) => boolean) | undefined,
): BaseSeries[] {
  if (absent === undefined) return [...series];
  return series
    .map((item): BaseSeries => {
      const value = (index: number): number =>
        absent(moments[index]?.rel ?? 0) ? Number.NaN : item.value(index);
      return { ...item, value };
    })
    .filter((item) => present(item, moments));
}

/** Keeps a series only if it has a value somewhere in the span. */
export function present(series: BaseSeries, moments: readonly Moment[]): boolean {
  return moments.some((_, index) => !Number.isNaN(series.value(index)));
}
