import type { SharedClock } from "./clock.ts";

/** A cluster and the minutes since the start in which a node of it has no ports left, `[from, to)`. */
export interface PlannedCluster {
  readonly name: string;
  readonly episodes: readonly (readonly [from: number, to: number])[];
  /** The episodes come again after so many minutes; absent: once. */
  readonly every?: number;
}

export interface FleetPlan {
  readonly clock: SharedClock;
  readonly clusters: readonly PlannedCluster[];
  /** Nodes of each cluster; default 2. */
  readonly nodes?: number;
  /** Minutes for which Azure has nothing at all. */
  readonly gone?: readonly [from: number, to: number];
}

export function isExhausted({ episodes, every }: PlannedCluster, minute: number): boolean {
  const at = every === undefined ? minute : ((minute % every) + every) % every;
  return (every === undefined || minute >= 0) && episodes.some(([from, to]) => at >= from && at < to);
}

/** How many episodes of a cluster are over by a minute. */
export function episodesBefore({ episodes, every }: PlannedCluster, minute: number): number {
  if (every === undefined) return episodes.filter(([, to]) => to <= minute).length;
  const rounds = Math.ceil(minute / every) + 1;
  return Array.from(
    { length: rounds },
    (_, round) => episodes.filter(([, to]) => round * every + to <= minute).length,
  ).reduce((sum, count) => sum + count, 0);
}
