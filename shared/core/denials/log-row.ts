import type { Denial } from "./denial.ts";

/**
 * One row of an answer: a line of a log, or many that a query has folded into one. All that is said of it denies.
 * A single line has all of its sources; `count` is how many lines the row stands for.
 */
export type LogRow = Omit<Denial, "spanMs">;

/** Reason of the row that stands for denials which are counted and not listed one by one. */
export const REST_REASON = "Further denials, counted and not listed one by one";
