import type { InventoryEntry } from "./inventory.ts";
import type { ClusterRef } from "./topology.ts";

/** Start of the names of all shards of a subscription and region, `-` included. */
function shardPrefix({ subscriptionId, location }: ClusterRef): string {
  // The name is a partition key and part of a queue message: nothing but these characters may get in.
  const clean = (text: string) => text.toLowerCase().replace(/[^a-z0-9-]/g, "");
  return `${clean(subscriptionId)}-${clean(location)}-`;
}

/** Seats in shards: how many present clusters each has. */
export class ShardSeats {
  readonly #size: number;
  readonly #taken = new Map<string, number>();

  /** @param present entries that keep the shard that they have, also one that is full or beyond */
  constructor(size: number, present: readonly InventoryEntry[]) {
    this.#size = size;
    for (const entry of present) this.#take(entry.shard);
  }

  /** Takes a seat in the first shard of the cluster's subscription and region that has one. */
  join(ref: ClusterRef): string {
    const prefix = shardPrefix(ref);
    for (let number = 1; ; number += 1) {
      const shard = `${prefix}${number}`;
      if ((this.#taken.get(shard) ?? 0) >= this.#size) continue;
      this.#take(shard);
      return shard;
    }
  }

  #take(shard: string): void {
    this.#taken.set(shard, (this.#taken.get(shard) ?? 0) + 1);
  }
}
