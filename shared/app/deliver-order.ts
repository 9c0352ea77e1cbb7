import { isOpen } from "#core/notify/delivery-state.ts";
import type { Outbox, OutboxKey, OutboxRow } from "#ports/outbox.ts";

/**
 * The latest earlier message of the same incident and channel that is still to be delivered.
 *
 * One read as a rule: a settled message was itself let go only after all before it, so the walk back ends there.
 */
export async function earlierOpen(outbox: Outbox, key: OutboxKey): Promise<OutboxRow | undefined> {
  const earlier = await earlierRow(outbox, key);
  return earlier !== undefined && isOpen(earlier) ? earlier : undefined;
}

/** The latest earlier message of the same incident that the channel was given; `undefined` if none was. */
export async function earlierRow(outbox: Outbox, key: OutboxKey): Promise<OutboxRow | undefined> {
  for (let sequence = key.sequence - 1; sequence >= 1; sequence -= 1) {
    const found = await outbox.load({ ...key, sequence });
    if (found !== undefined) return found.value;
  }
  return undefined;
}
