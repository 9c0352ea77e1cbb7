import type { EventsAnswer } from "#api/answers/events.ts";

export type ClusterEvent = EventsAnswer["events"][number];
export type EventKind = ClusterEvent["kind"];
export type EventSeverity = ClusterEvent["severity"];

/** What the page looks at of the time line. */
export type Happened = Pick<EventsAnswer, "events" | "incomplete" | "faults">;

/** The page asks for a key then. */
const NO_KEY = 401;

/**
 * What stands for a time line that cannot be had. Nothing where the service has none; chart and heat map are worth seeing without it,
 * so whatever else the service answers is a note.
 *
 * @returns `null` where the page cannot go on without an answer
 */
export function withoutEvents(status: number, reason: string): Happened | null {
  if (status === NO_KEY) return null;
  return status === 404
    ? { events: [], incomplete: false, faults: [] }
    : { events: [], incomplete: true, faults: [reason] };
}

/** The lanes of the time line, from above. */
export const EVENT_KINDS: readonly (readonly [kind: EventKind, lane: string, one: string])[] = [
  ["verdict", "verdict", "verdict"],
  ["alert", "alerts", "alert"],
  ["topology", "topology", "topology"],
  ["notification", "messages", "message"],
];
