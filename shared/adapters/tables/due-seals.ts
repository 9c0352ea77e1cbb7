import { DAY_MS, floorDay, HOUR_MS } from "#core/time.ts";
import type { OpenCluster } from "./list-minutes.ts";

/** Late minutes come within ten; an outage's come whenever it ends, and are sealed again. */
const HOUR_SETTLES_MS = HOUR_MS;
const DAY_SETTLES_MS = 2 * HOUR_MS;

/** An hour or a day to be sealed. */
export interface DueSeal {
  readonly kind: "hour" | "day";
  readonly atMs: number;
}

/** Days that have settled, whatever is left of them; of others the settled hours that are hot. */
export function dueOf({ hours }: OpenCluster, nowMs: number): DueSeal[] {
  const due: DueSeal[] = [];
  for (const [hourMs, { hot }] of hours) {
    const dayMs = floorDay(hourMs);
    if (dayMs + DAY_MS + DAY_SETTLES_MS <= nowMs) {
      if (due.at(-1)?.atMs !== dayMs) due.push({ kind: "day", atMs: dayMs });
    } else if (hot && hourMs + HOUR_MS + HOUR_SETTLES_MS <= nowMs) {
      due.push({ kind: "hour", atMs: hourMs });
    }
  }
  return due;
}
