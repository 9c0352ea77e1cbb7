import { unattended } from "#core/notify/unattended.ts";
import type { Clock } from "#ports/clock.ts";
import type { Logger } from "#ports/logger.ts";
import type { Outbox } from "#ports/outbox.ts";
import type { WorkQueue } from "#ports/work-queue.ts";

export interface SweepParts {
  readonly outbox: Outbox;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Puts deliveries back on the queue that are due and that nobody carries: the worker died, or the queue's message
 * was lost.
 *
 * @returns how many it found
 */
export async function sweep({ outbox, queue, clock, logger }: SweepParts): Promise<number> {
  const open = await outbox.listOpen();
  const found = unattended(open, clock.nowMs());
  for (const { channel, incidentId, sequence } of found) {
    await queue.deliver({ channel, incidentId, sequence });
  }
  if (found.length > 0) logger.warn("sweep", { open: open.length, requeued: found.length });
  return found.length;
}
