// The `timespan` of a request: ISO 8601, in the four forms that the API takes.

import type { Span } from "./kql/span.ts";
import { readDatetime } from "./kql/time.ts";

const DURATION =
  /^P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i;

const HOUR = 3_600_000;
const SIZES = [365 * 24 * HOUR, 30 * 24 * HOUR, 7 * 24 * HOUR, 24 * HOUR, HOUR, 60_000, 1000];

const ALL: Span = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/** Reads a timespan. @returns undefined if it is none; all of time if none was given */
export function readSpan(text: string | undefined, nowMs: number): Span | undefined {
  if (text === undefined || text === "") return ALL;
  const [first = "", second] = text.split("/");
  if (second === undefined) {
    const length = readDuration(first);
    return length === undefined ? undefined : { fromMs: nowMs - length, toMs: nowMs };
  }
  const [start, end] = [readDatetime(first), readDatetime(second)];
  const [before, after] = [readDuration(first), readDuration(second)];
  if (start !== null && end !== null) return { fromMs: start, toMs: end };
  if (start !== null && after !== undefined) return { fromMs: start, toMs: start + after };
  if (end !== null && before !== undefined) return { fromMs: end - before, toMs: end };
  return undefined;
}

function readDuration(text: string): number | undefined {
  const parts = DURATION.exec(text);
  if (parts === null || text.length < 3) return undefined;
  return SIZES.reduce((sum, size, at) => sum + size * Number(parts[at + 1] ?? 0), 0);
}
