import { isOpen } from "#core/notify/delivery-state.ts";
import type { Outbox, OutboxKey, OutboxRow } from "#ports/outbox.ts";

/**
 * The latest earlier message of the same incident and channel that is still to be delivered.
 *
 * One read as a rule: a message was delivered or given up only after all before it, so the walk back ends there. A
 * superseded one says nothing about those before it.
 */
export async function earlierOpen(outbox: Outbox, key: OutboxKey): Promise<OutboxRow | undefined> {
  for (let sequence = key.sequence - 1; sequence >= 1; sequence -= 1) {
    const earlier = (await outbox.load({ ...key, sequence }))?.value;
    if (earlier === undefined || earlier.state === "superseded") continue;
    return isOpen(earlier) ? earlier : undefined;
  }
  return undefined;
}

/** The latest earlier message of the same incident that the channel was given; `undefined` if none was. */
export async function earlierRow(outbox: Outbox, key: OutboxKey): Promise<OutboxRow | undefined> {
  for (let sequence = key.sequence - 1; sequence >= 1; sequence -= 1) {
    const found = await outbox.load({ ...key, sequence });
    if (found !== undefined) return found.value;
  }
  return undefined;
}

/** The next message of the line that is still to be delivered: a channel that hears of an incident hears every number. */
export async function laterOpen(outbox: Outbox, key: OutboxKey): Promise<OutboxKey | undefined> {
  for (let sequence = key.sequence + 1; ; sequence += 1) {
    const later = (await outbox.load({ ...key, sequence }))?.value;
    if (later === undefined) return undefined;
    if (isOpen(later)) return { ...key, sequence };
  }
}

/**
 * Whether a message is stale: a later one says how the incident stands now. The channel's first message is never stale,
 * else an incident could go untold, and neither is the last, the end.
 */
export async function isStale(outbox: Outbox, { message, ...row }: OutboxRow): Promise<boolean> {
  const { channel, incidentId, sequence } = row;
  const key = { channel, incidentId, sequence };
  if (message.kind === "resolved" || sequence === 1) return false;
  if ((await outbox.load({ ...key, sequence: sequence + 1 })) === undefined) return false;
  return (await earlierRow(outbox, key)) !== undefined;
}
