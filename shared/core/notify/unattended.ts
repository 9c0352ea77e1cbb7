import { MINUTE_MS } from "../time.ts";

/**
 * How long a delivery may be due before we hold that nobody carries it. A queue message is there within seconds;
 * sweeping sooner would only double the messages of a queue that is slow already.
 */
export const GRACE_MS = MINUTE_MS;

/** What the order of deliveries depends on. */
export interface QueuedDelivery {
  readonly channel: string;
  readonly incidentId: string;
  readonly sequence: number;
}

/** The first of each incident and channel: the others wait for it. The order stays. */
export function heads<T extends QueuedDelivery>(deliveries: readonly T[]): readonly T[] {
  const first = new Map<string, T>();
  for (const delivery of deliveries) {
    const line = JSON.stringify([delivery.incidentId, delivery.channel]);
    const head = first.get(line);
    if (head === undefined || delivery.sequence < head.sequence) first.set(line, delivery);
  }
  return [...first.values()];
}
