import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { ClusterSummary } from "#ports/cluster-state-store.ts";
import type { ApiContext } from "./route.ts";
import { type Standing, standingOf } from "./standing.ts";

/** A cluster that is there, with what is known of it. */
export interface FleetMember {
  readonly entry: InventoryEntry;
  /** `undefined` before its first verdict. */
  readonly summary: ClusterSummary | undefined;
  readonly standing: Standing;
}

/** All clusters that are there, by name. Those that are gone are left out. */
export async function loadFleet({ inventory, states, nowMs }: ApiContext): Promise<readonly FleetMember[]> {
  const [entries, summaries] = await Promise.all([inventory.list(), states.summaries()]);
  const inFleet = standingIn(summaries, nowMs);
  return entries
    .filter(({ goneSinceMs }) => goneSinceMs === null)
    .map((entry) => ({ entry, ...inFleet(entry.cluster.ref.key) }))
    .sort((a, b) => compareText(sortKeyOf(a.entry.cluster.ref.key), sortKeyOf(b.entry.cluster.ref.key)));
}

/** What is known of the cluster with a key, and what that is worth at `nowMs`. */
export function standingIn(
  summaries: readonly ClusterSummary[],
  nowMs: number,
): (clusterKey: string) => Pick<FleetMember, "summary" | "standing"> {
  const byKey = new Map(summaries.map((summary) => [summary.clusterKey, summary]));
  return (clusterKey) => {
    const summary = byKey.get(clusterKey);
    return { summary, standing: standingOf(summary, nowMs) };
  };
}

/** Orders clusters by name, then by the rest of their key: unique, and the same whatever their verdicts are. */
export function sortKeyOf(clusterKey: string): string {
  return `${clusterKey.slice(clusterKey.lastIndexOf("/") + 1)}\n${clusterKey}`;
}

/** Order of characters, the same on every machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
