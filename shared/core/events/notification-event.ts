import type { IncidentMessage, MessageKind } from "../alert/incident.ts";
import type { Delivery } from "../notify/delivery-state.ts";
import { cut } from "../notify/plain-text.ts";
import { DETAIL_MAX, type NotificationEvent, TITLE_MAX } from "./event.ts";

/** A message of one channel and how its delivery stands. */
export interface Told extends Delivery {
  readonly channel: string;
  readonly message: IncidentMessage;
}

const OUTCOMES: Readonly<Record<NotificationEvent["notification"]["outcome"], string>> = {
  delivered: "was told",
  dead: "could not be told",
  superseded: "was spared an older message",
};

/** What became of a message in one channel; `null` while it is on its way. */
export function notificationEvent(told: Told): NotificationEvent | null {
  const { channel, message, state, settledAtMs, attempts } = told;
  if (state === "pending" || state === "sending" || settledAtMs === null) return null;
  const { incidentId, sequence, kind, severity } = message;
  return {
    kind: "notification",
    atMs: settledAtMs,
    id: `${incidentId}|${sequence}|${channel}`,
    title: cut(`${channel} ${OUTCOMES[state]}: ${MESSAGES[kind]}`, TITLE_MAX),
    detail: cut(detailOf(told), DETAIL_MAX),
    // One that nobody got matters as much as what it says.
    severity: state === "dead" ? severity : "info",
    check: message.leadingCheck,
    incident: incidentId,
    channel,
    notification: { message: kind, sequence, outcome: state, tries: attempts },
  };
}

const MESSAGES: Readonly<Record<MessageKind, string>> = {
  opened: "an incident has opened",
  escalated: "the incident has become critical",
  updated: "the incident has changed",
  reminded: "the incident goes on",
  resolved: "the incident is over",
  silenced: "the incident is silenced",
};

/** Reasons of failures hold no address. */
function detailOf({ state, message, lastError }: Told): string {
  return state === "dead" && lastError !== null ? `${message.headline} (${lastError})` : message.headline;
}
