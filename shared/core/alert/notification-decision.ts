import { MINUTE_MS } from "../time.ts";
import type { Alert, Severity } from "./alert.ts";
import { shortHash } from "./hash.ts";
import type { Incident, MessageKind } from "./incident.ts";

/** Why we speak now. A closed set: also the word in the message and the log. */
export type NotificationReason =
  | "first"
  | "severity-rose"
  | "new-alerts"
  | "repeat-interval"
  | "all-resolved";

export interface NotificationPolicy {
  readonly repeatIntervalMs: number;
}

/** New alerts within this of the last message wait for it to pass: nodes fall one after another, people read once. */
const GROUP_INTERVAL_MS = 5 * MINUTE_MS;

export interface Decision {
  /** The incident after this minute; `null` when there is none (or it just ended). */
  readonly incident: Incident | null;
  /** What to tell; `null` to keep silent. */
  readonly message: {
    readonly kind: MessageKind;
    readonly reason: NotificationReason;
    readonly incident: Incident;
  } | null;
}

/**
 * Decides whether this minute is told, and why. Pure.
 *
 * @param firing alerts that fire now, those explained by another firing alert left out: a cause mutes its symptoms
 */
export function decideNotification(
  incident: Incident | null,
  firing: readonly Alert[],
  clusterKey: string,
  minuteMs: number,
  policy: NotificationPolicy,
): Decision {
  const severity = worstSeverity(firing);
  const keys = firing.map((alert) => alert.key).toSorted();

  if (severity === null) {
    if (incident === null) return { incident: null, message: null };
    const ended = { ...incident, sequence: incident.sequence + 1, lastToldAtMs: minuteMs };
    return { incident: null, message: { kind: "resolved", reason: "all-resolved", incident: ended } };
  }
  if (incident === null) {
    const opened: Incident = {
      id: `${shortHash(clusterKey)}-${(minuteMs / MINUTE_MS).toString(36)}`,
      openedAtMs: minuteMs,
      severity,
      sequence: 1,
      lastToldAtMs: minuteMs,
      toldAlerts: keys,
    };
    return { incident: opened, message: { kind: "opened", reason: "first", incident: opened } };
  }

  const told = new Set(incident.toldAlerts);
  const silentMs = minuteMs - incident.lastToldAtMs;
  const say = (kind: MessageKind, reason: NotificationReason): Decision => {
    const next: Incident = {
      ...incident,
      severity: kind === "escalated" ? severity : incident.severity,
      sequence: incident.sequence + 1,
      lastToldAtMs: minuteMs,
      toldAlerts: [...new Set([...incident.toldAlerts, ...keys])],
    };
    return { incident: next, message: { kind, reason, incident: next } };
  };
  if (severity === "critical" && incident.severity === "warning") return say("escalated", "severity-rose");
  if (keys.some((key) => !told.has(key)) && silentMs >= GROUP_INTERVAL_MS)
    return say("updated", "new-alerts");
  if (silentMs >= policy.repeatIntervalMs) return say("reminded", "repeat-interval");
  return { incident, message: null };
}

function worstSeverity(firing: readonly Alert[]): Severity | null {
  if (firing.length === 0) return null;
  return firing.some((alert) => alert.severity === "critical") ? "critical" : "warning";
}

/** Firing alerts that stand for themselves: those whose cause fires too, on the same cluster, are muted. */
export function unmutedFiring(alerts: readonly Alert[]): Alert[] {
  const firing = alerts.filter((alert) => alert.phase === "firing");
  const checks = new Set(firing.map((alert) => alert.check));
  return firing.filter((alert) => alert.explainedBy === null || !checks.has(alert.explainedBy));
}
