import type { TopologyEvent } from "../events/event.ts";
import type { Cluster } from "./topology.ts";

/** A cluster as we keep it: what discovery saw last, and where its data lives. */
export interface InventoryEntry {
  readonly cluster: Cluster;
  /**
   * The shard that collects this cluster and the partition that holds its state and samples.
   * Given once and never changed: `<subscription>-<region>-<number>`, characters `a-z 0-9 -` only.
   */
  readonly shard: string;
  readonly firstSeenMs: number;
  /** When a discovery last saw it. */
  readonly lastSeenMs: number;
  /** Since when a discovery that could read its subscription has not found it; `null` while it is there. */
  readonly goneSinceMs: number | null;
  /**
   * What the last discovery changed in it, which may not be in the store of events yet: saved in the same write as the change,
   * and moved there after it. Absent: nothing.
   */
  readonly events?: readonly TopologyEvent[];
}
