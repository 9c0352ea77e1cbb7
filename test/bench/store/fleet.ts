import type { InventoryEntry } from "#core/egress/inventory.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import { cluster, entry, member, SUBSCRIPTION } from "../../api/fakes.ts";
import { backendIpOf } from "../day-block.ts";

export interface FleetSize {
  readonly clusters: number;
  readonly nodes: number;
  readonly days: number;
}

/** Where the generator's fleets begin: a Monday. */
export const START_MS = 29_348_640 * MINUTE_MS;

/** Two minutes to midnight of the last day: two of its hours are hot, and those before are sealed. */
export function nowOf({ days }: FleetSize): number {
  return START_MS + days * DAY_MS - 2 * MINUTE_MS;
}

/** The end of the data: the collection is so far behind the clock. */
export function throughOf(size: FleetSize): number {
  return nowOf(size) - 3 * MINUTE_MS;
}

/** What discovery would have found of a cluster. */
export function entryOf(name: string, nodes: number): InventoryEntry {
  const shard = `${SUBSCRIPTION}-westeurope-1`;
  const known = cluster(name);
  const members = Array.from({ length: nodes }, (_, node) =>
    member(`aks-system-1-vmss${node.toString(36).padStart(6, "0")}`, backendIpOf(node)),
  );
  const loadBalancer = known.loadBalancer && { ...known.loadBalancer, members };
  return entry(name, { shard, cluster: { ...known, loadBalancer } });
}
