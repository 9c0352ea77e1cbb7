import { MINUTE_MS } from "#core/time.ts";
import type { HistoryMetric } from "../aggregate-minutes.ts";
import { hasValue } from "../aggregate-series.ts";
import type { PackedPart, PartSource, PlainPart } from "./parts.ts";
import type { StepValues } from "./step-values.ts";

/** The parts that a part is read from: those left out are told by the others. */
export const NEEDED_PARTS: Readonly<Record<PlainPart, readonly PlainPart[]>> = {
  max: ["max"],
  min: ["max", "min"],
  count: ["max", "count"],
  sum: ["max", "count", "sum"],
};

/**
 * A step's values as parts, without those that follow from the others, as they do in most series: `min` that equals `max`, `count` of
 * all minutes wherever there is a value, `sum` that is `max` times `count`. Equal means to the bit, so nothing is lost.
 */
export function packSteps({ min, max, sum, count }: StepValues, stepMs: number): PackedPart[] {
  const parts: PackedPart[] = [];
  if (hasValue(max)) parts.push(["max", max]);
  if (!sameValues(min, max)) parts.push(["min", min]);
  const whole = stepMs / MINUTE_MS;
  if (!everyStep(count, (i, known) => known === wholeCount(max, i, whole))) parts.push(["count", count]);
  if (!everyStep(sum, (i, known) => Object.is(known, evenSum(max, count, i)))) parts.push(["sum", sum]);
  return parts;
}

/** One part of what `packSteps` packed: not to be written, it may be the chunk's own. */
export function unpackSteps(source: PartSource, metric: HistoryMetric, part: PlainPart): Float64Array {
  const known = source.find(metric, part);
  if (known !== undefined) return known;
  if (part === "max") return source.rows.next();
  const max = unpackSteps(source, metric, "max");
  if (part === "min") return max;
  const values = source.rows.next();
  if (part === "count") {
    const whole = source.stepMs / MINUTE_MS;
    for (let i = 0; i < values.length; i += 1) values[i] = wholeCount(max, i, whole);
  } else {
    const count = unpackSteps(source, metric, "count");
    for (let i = 0; i < values.length; i += 1) values[i] = evenSum(max, count, i);
  }
  return values;
}

/** To the bit: -0 is not 0. */
export function sameValues(a: Float64Array, b: Float64Array): boolean {
  return everyStep(a, (i, value) => Object.is(value, b[i]));
}

function everyStep(values: Float64Array, holds: (step: number, value: number) => boolean): boolean {
  for (let i = 0; i < values.length; i += 1) {
    if (!holds(i, values[i] ?? Number.NaN)) return false;
  }
  return true;
}

function wholeCount(max: Float64Array, step: number, minutes: number): number {
  return Number.isNaN(max[step] ?? Number.NaN) ? 0 : minutes;
}

function evenSum(max: Float64Array, count: Float64Array, step: number): number {
  return (max[step] ?? Number.NaN) * (count[step] ?? 0);
}
