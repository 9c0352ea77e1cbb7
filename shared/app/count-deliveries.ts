import { DAY_MS } from "#core/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { MonitorStore } from "#ports/monitor-store.ts";
import type { DeliveryOutbox } from "#ports/outbox.ts";

/** For so long a message that was given up is a fault of the monitor. */
const FAULT_LASTS_MS = DAY_MS;

/**
 * Notes how deliveries stand where a health probe reads anyway. Counted anew each time: a run that dies leaves the count before it,
 * with its own time, and the next one mends it.
 */
export async function countDeliveries(parts: {
  readonly outbox: Pick<DeliveryOutbox, "countDead">;
  readonly monitor: Pick<MonitorStore, "saveDeliveries">;
  readonly clock: Clock;
}): Promise<void> {
  const countedAtMs = parts.clock.nowMs();
  const dead = await parts.outbox.countDead(countedAtMs - FAULT_LASTS_MS);
  await parts.monitor.saveDeliveries({ countedAtMs, dead });
}
