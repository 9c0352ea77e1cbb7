import type { Alert } from "../alert/alert.ts";
import { type AlertTurn, alertTurns } from "../alert/alert-turns.ts";
import { isHushed } from "../alert/hush-alerts.ts";
import type { Subject } from "../checks/check.ts";
import { nameOf } from "../egress/resource-id.ts";
import { cut } from "../notify/plain-text.ts";
import { type AlertEvent, DETAIL_MAX, TITLE_MAX } from "./event.ts";

const WORDS: Readonly<Record<AlertEvent["alert"]["state"], string>> = {
  firing: "fires",
  escalated: "has become critical",
  eased: "is a warning again",
  resolved: "is over",
};

/**
 * What one minute changed in the alerts of a cluster, as events. A breach that has not held long enough to fire is none.
 *
 * @param incident id of the incident of the minute, or of the one that ended with it
 */
export function alertEvents(
  before: readonly Alert[],
  after: readonly Alert[],
  minuteMs: number,
  incident: string | null,
): AlertEvent[] {
  return alertTurns(before, after).flatMap(({ alert, state }) =>
    state === "pending" ? [] : [eventOf(alert, state, minuteMs, incident)],
  );
}

/** The end of all that fires: the cluster is not there any more. */
export function endAlerts(alerts: readonly Alert[], minuteMs: number, incident: string | null): AlertEvent[] {
  const firing = alerts.filter(({ phase }) => phase === "firing");
  return firing.map((alert) => eventOf(alert, "resolved", minuteMs, incident));
}

function eventOf(
  alert: Alert,
  state: Exclude<AlertTurn["state"], "pending">,
  minuteMs: number,
  incident: string | null,
): AlertEvent {
  const { key, check, severity, subject, activeAtMs, explainedBy } = alert;
  return {
    kind: "alert",
    atMs: minuteMs,
    id: `${state}|${key}`,
    title: cut(
      [check, subjectText(subject), WORDS[state]].filter((part) => part !== "").join(" "),
      TITLE_MAX,
    ),
    // The latest finding speaks as if it still held.
    detail: cut(state === "resolved" ? `last seen: ${alert.summary}` : alert.summary, DETAIL_MAX),
    severity: state === "resolved" ? "ok" : severity,
    check,
    incident,
    channel: null,
    alert: { state, severity, subject, activeAtMs, explainedBy, hushed: isHushed(alert) },
  };
}

/** `of NODE tcp`; empty for an alert of the whole cluster. */
function subjectText({ node, backendIp, frontendIp, protocol, resourceId, destination }: Subject): string {
  const device = resourceId === undefined ? undefined : nameOf(resourceId);
  const whom = node ?? backendIp ?? destination ?? device ?? frontendIp;
  return [whom === undefined ? "" : `of ${whom}`, protocol ?? ""].filter((part) => part !== "").join(" ");
}
