import { errorText } from "#core/error-text.ts";
import type { ClusterEvent } from "#core/events/event.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { EventStore, EventsWrite } from "#ports/event-store.ts";
import type { Logger } from "#ports/logger.ts";

/** Events of one cluster that wait for their store, at most; a thousand nodes at their limits make so many in an hour. */
const MOST_WAITING = 2_000;

/**
 * Gives events to their store; repeating it is safe. Where the store fails, that is logged and no more: whoever holds the events
 * keeps them for the next time (`withUntold`), and goes on with what matters more than the record of it.
 *
 * @returns whether all of them are stored
 */
export async function writeEvents(
  { events: store, logger }: { readonly events: Pick<EventStore, "write">; readonly logger: Logger },
  held: readonly EventsWrite[],
): Promise<boolean> {
  const writes = held
    .filter(({ events }) => events.length > 0)
    .map(({ clusterKey, events }) => ({ clusterKey, events }));
  if (writes.length === 0) return true;
  try {
    await store.write(writes);
    return true;
  } catch (error) {
    const reason = error instanceof AdapterError ? error.reason : "malformed";
    const message = errorText(error);
    logger.error("events.unwritten", { clusters: writes.length, reason, message });
    return false;
  }
}

/** Events that are still to be written, older ones first; of too many the newest. */
export function withUntold<E extends ClusterEvent>(untold: readonly E[], events: readonly E[]): readonly E[] {
  return untold.length === 0 ? events : [...untold, ...events].slice(-MOST_WAITING);
}
