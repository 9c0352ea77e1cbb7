// Puts base series together: over the dimensions not asked for, and over the minutes of a longer interval.

import type { Aggregation } from "./definitions.ts";
import type { Grid } from "./grid.ts";
import type { BaseSeries } from "./source.ts";

type Value = BaseSeries["value"];

/** Sum, number and extremes of the values that are there. A null is skipped, never taken for a zero. */
class Tally {
  #total = 0;
  #count = 0;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#total += value;
    this.#count += 1;
    if (value < this.#minimum) this.#minimum = value;
    if (value > this.#maximum) this.#maximum = value;
  }

  get empty(): boolean {
    return this.#count === 0;
  }

  read(aggregation: Aggregation): number {
    switch (aggregation) {
      case "average":
        return this.#total / this.#count;
      case "total":
        return this.#total;
      case "count":
        return this.#count;
      case "minimum":
        return this.#minimum;
      case "maximum":
        return this.#maximum;
    }
  }
}

function tally(values: readonly Value[], start: number, end: number): Tally {
  const result = new Tally();
  for (const value of values) for (let index = start; index < end; index += 1) result.add(value(index));
  return result;
}

/** Writes the points of one answered series as JSON; a point without a value is its time alone. */
export function writePoints(
  values: readonly Value[],
  grid: Grid,
  aggregations: readonly Aggregation[],
): string {
  const [only] = values;
  const plain = values.length === 1 && grid.bucketMinutes === 1 && !aggregations.includes("count");
  const points = grid.heads.map((head, bucket) => {
    if (plain && only) return writePlain(head, only(bucket), aggregations);
    const start = bucket * grid.bucketMinutes;
    const sum = tally(values, start, Math.min(grid.minutes, start + grid.bucketMinutes));
    if (sum.empty) return `${head}}`;
    return `${head}${aggregations.map((name) => `,"${name}":${sum.read(name)}`).join("")}}`;
  });
  return `[${points.join(",")}]`;
}

/** One series at its own grain: all aggregations are the value itself. This is nearly every point of a benchmark. */
function writePlain(head: string, value: number, aggregations: readonly Aggregation[]): string {
  if (Number.isNaN(value)) return `${head}}`;
  let text = head;
  for (const name of aggregations) text += `,"${name}":${value}`;
  return `${text}}`;
}

/** The figure of the whole span, by which `orderby` sorts; series without one come last. */
export function spanValue(values: readonly Value[], grid: Grid, aggregation: Aggregation): number {
  const sum = tally(values, 0, grid.minutes);
  return sum.empty ? Number.NEGATIVE_INFINITY : sum.read(aggregation);
}
