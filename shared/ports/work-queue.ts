import type { OutboxKey } from "./outbox.ts";

/** Work handed to other instances. Queues deliver at least once: every handler is idempotent. */
export interface WorkQueue {
  collectShard(shard: string): Promise<void>;
  /** @param delayMs time of the app's clock before the message becomes visible, at most 7 days */
  deliver(key: OutboxKey, delayMs?: number): Promise<void>;
}
