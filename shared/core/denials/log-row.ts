import type { DenialKind } from "./denial.ts";

/** One row of an answer: a line of a log, or many that a query has folded into one. All that is said of it denies. */
export interface LogRow {
  readonly kind: DenialKind;
  /** Key of the firewall's ARM id. */
  readonly firewall: string;
  readonly destination: string;
  readonly port: number | null;
  readonly protocol: string;
  readonly rule: string | null;
  readonly reason: string | null;
  /** How many lines the row stands for. */
  readonly count: number;
  /** Some of the sources; all of them for a single line. */
  readonly sources: readonly string[];
  /** At least the length of `sources`. */
  readonly sourceCount: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

/** Reason of the row that stands for denials which are counted and not listed one by one. */
export const REST_REASON = "Further denials, counted and not listed one by one";
