import { MINUTE_MS } from "../time.ts";
import { type Delivery, isOpen, takeableAtMs } from "./delivery-state.ts";

/**
 * How long a delivery may be due before we hold that nobody carries it. A queue message is there within seconds;
 * sweeping sooner would only double the messages of a queue that is slow already.
 */
export const GRACE_MS = MINUTE_MS;

/** A delivery and what its order depends on. */
export interface QueuedDelivery extends Delivery {
  readonly channel: string;
  readonly incidentId: string;
  readonly sequence: number;
}

/** The deliveries that nobody carries, the first of each incident and channel alone: the others wait for it. */
export function unattended<T extends QueuedDelivery>(deliveries: readonly T[], nowMs: number): readonly T[] {
  const heads = new Map<string, T>();
  for (const delivery of deliveries) {
    if (!isOpen(delivery)) continue;
    const line = JSON.stringify([delivery.incidentId, delivery.channel]);
    const head = heads.get(line);
    if (head === undefined || delivery.sequence < head.sequence) heads.set(line, delivery);
  }
  return [...heads.values()].filter((delivery) => nowMs >= takeableAtMs(delivery) + GRACE_MS);
}
