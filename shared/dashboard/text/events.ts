import type { EventsAnswer } from "#api/answers/events.ts";

export type ClusterEvent = EventsAnswer["events"][number];
export type EventKind = ClusterEvent["kind"];
export type EventSeverity = ClusterEvent["severity"];

/** What the page looks at of the time line. */
export type Happened = Pick<EventsAnswer, "events" | "incomplete" | "faults">;

/** The lanes of the time line, from above. */
export const EVENT_KINDS: readonly (readonly [kind: EventKind, lane: string, one: string])[] = [
  ["verdict", "verdict", "verdict"],
  ["alert", "alerts", "alert"],
  ["topology", "topology", "topology"],
  ["notification", "messages", "message"],
];
