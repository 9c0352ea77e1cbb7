import type { OutboxKey } from "#ports/outbox.ts";
import type { WorkQueue } from "#ports/work-queue.ts";

/** What was put on the queues, in order, for a test to look at and to carry out. */
export class MemoryWorkQueue implements WorkQueue {
  readonly shards: string[] = [];
  readonly deliveries: { readonly key: OutboxKey; readonly delayMs: number }[] = [];

  async collectShard(shard: string): Promise<void> {
    this.shards.push(shard);
  }

  async deliver({ channel, incidentId, sequence }: OutboxKey, delayMs = 0): Promise<void> {
    this.deliveries.push({ key: { channel, incidentId, sequence }, delayMs });
  }
}
