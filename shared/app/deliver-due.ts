import { wakeUps } from "#core/notify/pacing.ts";
import { NEW_GATE, type RateLimit } from "#core/notify/rate-limits.ts";
import { GRACE_MS, heads } from "#core/notify/unattended.ts";
import type { Clock } from "#ports/clock.ts";
import type { DeliveryOutbox } from "#ports/outbox.ts";
import type { WorkQueue } from "#ports/work-queue.ts";

export interface DeliverDueParts {
  readonly outbox: DeliveryOutbox;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly limitsOf: (channel: string) => readonly RateLimit[];
}

/** Messages of a channel that one run looks at; the next run, a minute later, goes on. */
const MOST_OF_A_CHANNEL = 1_000;

/**
 * Puts messages on the queue that are due and that nobody carries: the worker died, the queue's message was lost, or
 * there was no room in the channel's rate. As many of each channel as it takes until the next run, the oldest first.
 *
 * @returns how many it found
 */
export async function deliverDue(parts: DeliverDueParts): Promise<number> {
  let found = 0;
  for (const channel of await parts.outbox.openChannels()) found += await wakeChannel(parts, channel);
  return found;
}

async function wakeChannel({ outbox, queue, clock, limitsOf }: DeliverDueParts, channel: string) {
  const nowMs = clock.nowMs();
  const found = await outbox.loadGate(channel);
  const gate = found?.value ?? NEW_GATE;
  if (wakeUps(gate, limitsOf(channel), nowMs, 1).length === 0) return 0;
  const due = heads(await outbox.listDue(channel, nowMs - GRACE_MS, MOST_OF_A_CHANNEL));
  const times = wakeUps(gate, limitsOf(channel), nowMs, due.length);
  const last = times.at(-1);
  if (last === undefined) return 0;
  // Promised first: what asks meanwhile comes after. A lost race only means that some ask in vain.
  await outbox.saveGate(channel, { ...gate, promisedUntilMs: last }, found?.tag);
  for (const [index, key] of due.slice(0, times.length).entries()) {
    await queue.deliver(key, Math.max(0, (times[index] ?? nowMs) - nowMs));
  }
  return times.length;
}
