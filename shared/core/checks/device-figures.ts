import type { Series } from "../series/sample-block.ts";
import { valueAt } from "../series/sample-block.ts";
import { MINUTE_MS } from "../time.ts";
import type { Facts } from "./check.ts";

/** Minutes of a window with a failure before it counts as persistent: one bad minute is no outage. */
export const PERSISTENT_MINUTES = 3;

/** The values of a series in the last minutes that have one, newest first. */
export function recentValues(facts: Facts, series: Series, minutes: number): number[] {
  const values: number[] = [];
  for (let i = 0; i < minutes; i += 1) {
    const value = valueAt(facts.samples, series, facts.minuteMs - i * MINUTE_MS);
    if (value !== undefined) values.push(value);
  }
  return values;
}

/** The sum over series, each at its newest minute that is not stale; `undefined` where none has a value. */
export function newestSum(facts: Facts, list: readonly Series[]): number | undefined {
  let sum: number | undefined;
  for (const series of list) {
    const value = recentValues(facts, series, facts.limits.staleAfterMs / MINUTE_MS + 1)[0];
    if (value !== undefined) sum = (sum ?? 0) + value;
  }
  return sum;
}

/** A part of a whole over the last minutes. */
export interface Share {
  readonly part: number;
  readonly whole: number;
  /** part / whole, 0..1; 0 where there was nothing. */
  readonly ratio: number;
  /** Minutes in which there was any of the part. */
  readonly minutes: number;
}

/**
 * How much of what a device counts in the last minutes was bad.
 *
 * Minutes in which the whole has no value are left out. Where it has one and the part has none, there was none of it: Azure
 * leaves out a state that nothing was in.
 *
 * @returns `undefined` where the whole has no value in any of the minutes
 */
export function recentShare(
  facts: Facts,
  parts: readonly Series[],
  wholes: readonly Series[],
  windowMinutes: number,
): Share | undefined {
  let part = 0;
  let whole = 0;
  let minutes = 0;
  let measured = false;
  for (let i = 0; i < windowMinutes; i += 1) {
    const at = facts.minuteMs - i * MINUTE_MS;
    const wholeNow = sumAt(facts, wholes, at);
    if (wholeNow === undefined) continue;
    measured = true;
    const partNow = sumAt(facts, parts, at) ?? 0;
    part += partNow;
    // Azure does not say whether the whole includes the part.
    whole += Math.max(wholeNow, partNow);
    if (partNow > 0) minutes += 1;
  }
  if (!measured) return undefined;
  return { part, whole, minutes, ratio: whole > 0 ? part / whole : 0 };
}

function sumAt(facts: Facts, list: readonly Series[], minuteMs: number): number | undefined {
  let sum: number | undefined;
  for (const series of list) {
    const value = valueAt(facts.samples, series, minuteMs);
    if (value !== undefined) sum = (sum ?? 0) + value;
  }
  return sum;
}

/** Why a device has no figures, for `unknown`. */
export function whyNoFigures(facts: Facts, source: string, otherwise: string): string {
  const problem = facts.problems.find((each) => each.source === source);
  return `cannot tell: ${problem?.message ?? otherwise}`;
}
