import type { IncidentMessage } from "#core/alert/incident.ts";
import type { Clock } from "#ports/clock.ts";
import type { Notifier } from "#ports/notifier.ts";
import type { Outbox, OutboxRow } from "#ports/outbox.ts";
import type { WorkQueue } from "#ports/work-queue.ts";
import { earlierRow } from "./deliver-order.ts";

export interface HandOffParts {
  readonly outbox: Outbox;
  readonly notifier: Notifier;
  readonly queue: WorkQueue;
  readonly clock: Clock;
}

/**
 * Gives messages to the channels that are to be told. Rows are stored before the queue hears of them: what is lost
 * after that, the sweep finds. Handing off the same messages again changes nothing.
 *
 * @param messages those of one incident in their order
 * @returns how many deliveries it made
 */
export async function handOff(parts: HandOffParts, messages: readonly IncidentMessage[]): Promise<number> {
  let made = 0;
  for (const message of messages) {
    const rows = await rowsFor(parts, message);
    if (rows.length === 0) continue;
    // One message after the other: whether a channel was told of the first decides on the second.
    await parts.outbox.put(rows);
    for (const { channel, incidentId, sequence } of rows) {
      await parts.queue.deliver({ channel, incidentId, sequence });
    }
    made += rows.length;
  }
  return made;
}

async function rowsFor(parts: HandOffParts, message: IncidentMessage): Promise<readonly OutboxRow[]> {
  const nowMs = parts.clock.nowMs();
  const rows: OutboxRow[] = [];
  for (const channel of parts.notifier.channels) {
    if (await isToBeTold(parts, channel, message)) rows.push(newRow(channel, message, nowMs));
  }
  return rows;
}

/**
 * A filter chooses what a channel begins to hear of, and never swallows the end of what it was told. A silence is news only to
 * those who heard of the incident.
 */
async function isToBeTold(
  { notifier, outbox }: HandOffParts,
  channel: string,
  message: IncidentMessage,
): Promise<boolean> {
  if (message.kind !== "silenced" && notifier.wants(channel, message)) return true;
  const { incidentId, sequence } = message;
  return (await earlierRow(outbox, { channel, incidentId, sequence })) !== undefined;
}

function newRow(channel: string, message: IncidentMessage, nowMs: number): OutboxRow {
  return {
    channel,
    incidentId: message.incidentId,
    sequence: message.sequence,
    message,
    state: "pending",
    createdAtMs: nowMs,
    attempts: 0,
    nextAttemptAtMs: nowMs,
    leaseUntilMs: null,
    settledAtMs: null,
    lastError: null,
  };
}
