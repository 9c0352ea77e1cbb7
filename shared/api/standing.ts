import { MINUTE_MS } from "#core/time.ts";
import type { Status } from "#core/verdict/verdict.ts";
import { toWireTime } from "./wire-time.ts";

/** Status and headline of a cluster as we may still tell them. */
export interface Standing {
  readonly status: Status;
  readonly headline: string;
}

/** A verdict older than this says how the cluster was, not how it is. */
const VERDICT_LASTS_MS = 30 * MINUTE_MS;

/** True for a verdict that still speaks of now. */
export function isCurrent(evaluatedAtMs: number | null, nowMs: number): boolean {
  return evaluatedAtMs !== null && nowMs - evaluatedAtMs <= VERDICT_LASTS_MS;
}

/**
 * What a stored verdict is worth at `nowMs`. One that nobody has renewed is `unknown`: old data is never healthy. Only
 * `critical` stays, since silence does not make a known failure better.
 */
export function standingOf(
  verdict: (Standing & { readonly evaluatedAtMs: number | null }) | undefined,
  nowMs: number,
): Standing {
  if (verdict === undefined || verdict.evaluatedAtMs === null) {
    return { status: "unknown", headline: "not evaluated yet" };
  }
  const { status, headline, evaluatedAtMs } = verdict;
  if (isCurrent(evaluatedAtMs, nowMs)) return { status, headline };
  return {
    status: status === "critical" ? "critical" : "unknown",
    headline: `not evaluated since ${toWireTime(evaluatedAtMs)}; then: ${headline}`,
  };
}
