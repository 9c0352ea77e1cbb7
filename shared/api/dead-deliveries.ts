import { GIVE_UP_AFTER_MS } from "#core/notify/delivery-state.ts";
import { DAY_MS } from "#core/time.ts";
import type { Outbox } from "#ports/outbox.ts";

/** For so long a message that was given up is a fault of the monitor. */
const FAULT_LASTS_MS = DAY_MS;

/** Messages that were given up within a day; 0 without an outbox. */
export async function countDeadDeliveries(outbox: Outbox | undefined, nowMs: number): Promise<number> {
  if (outbox === undefined) return 0;
  // Tried for a day before it is given up: it was created so much earlier.
  const rows = await outbox.listSince(nowMs - FAULT_LASTS_MS - GIVE_UP_AFTER_MS);
  return rows.filter(
    ({ state, settledAtMs }) =>
      state === "dead" && settledAtMs !== null && settledAtMs > nowMs - FAULT_LASTS_MS,
  ).length;
}
