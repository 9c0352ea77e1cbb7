import { MINUTE_MS } from "../time.ts";
import type { Alert, Severity } from "./alert.ts";
import { shortHash } from "./hash.ts";
import type { Incident, MessageKind } from "./incident.ts";
import type { Picture } from "./picture.ts";
import { worstSeverity } from "./picture.ts";

/** Why we speak now. A closed set: also the word in the message. */
export type TellingReason =
  | "first"
  | "severity-rose"
  | "severity-fell"
  | "new-alerts"
  | "cause-changed"
  | "silence-began"
  | "silence-ended"
  | "maintenance-ended"
  | "repeat-interval"
  | "all-resolved"
  | "cluster-stopped"
  | "cluster-gone";

/** Why we do not. `grouping`: there is news, and more of it may come within minutes. `hushed`: what was told fires on, unseen. */
export type SilentReason = "nothing-fires" | "nothing-new" | "grouping" | "hushed";

export interface NotificationPolicy {
  readonly repeatIntervalMs: number;
}

/** News within this of the last message waits for it to pass: nodes fall one after another, people read once. */
const GROUP_INTERVAL_MS = 5 * MINUTE_MS;

/** Of the messages that called for attention so many are remembered. */
const MOST_RAISES = 3;

/** What to tell: the incident is as it is with this message. */
export interface Telling {
  readonly kind: MessageKind;
  readonly reason: TellingReason;
  readonly incident: Incident;
}

export interface Decision {
  /** The incident after this minute; `null` when there is none (or it just ended). */
  readonly incident: Incident | null;
  readonly reason: TellingReason | SilentReason;
  /** `null` to keep silent. */
  readonly message: Telling | null;
}

/**
 * Decides whether this minute is told, and why. Pure.
 *
 * An incident lasts as long as something is to be told, or something that was told still fires: a mute that begins later does not
 * make it well, and does not swallow its end. That somebody has silenced all that was told and still fires is told once.
 */
export function decideNotification(
  incident: Incident | null,
  alerts: readonly Alert[],
  picture: Picture,
  clusterKey: string,
  minuteMs: number,
  policy: NotificationPolicy,
): Decision {
  if (incident === null) return openIncident(picture, clusterKey, minuteMs);
  const toldFiring = incident.toldAlerts.filter((key) => picture.firing.has(key));
  if (picture.severity === null) {
    if (toldFiring.length > 0) return hush(incident, alerts, toldFiring, minuteMs);
    return { incident: null, reason: "all-resolved", message: endingOf(incident, minuteMs, "all-resolved") };
  }
  const severity =
    picture.severity === "warning" && staysCritical(incident, alerts, toldFiring)
      ? "critical"
      : picture.severity;
  const news = newsOf(incident, picture, severity, minuteMs, policy);
  if (news.kind === null) return { incident, reason: news.reason, message: null };
  const told = tell(incident, picture, severity, minuteMs);
  return { incident: told, reason: news.reason, message: { ...news, incident: told } };
}

/** What was told as critical and fires on unseen keeps its incident critical; it cannot make one so. */
function staysCritical(incident: Incident, alerts: readonly Alert[], toldFiring: readonly string[]): boolean {
  const told = alerts.filter(({ key }) => toldFiring.includes(key));
  return incident.severity === "critical" && worstSeverity(told) === "critical";
}

/** A mute or a maintenance is our own doing, and nobody is on it; behind a silence is a person. */
function hush(
  incident: Incident,
  alerts: readonly Alert[],
  toldFiring: readonly string[],
  minuteMs: number,
): Decision {
  const told = alerts.filter(({ key }) => toldFiring.includes(key));
  const isNews = incident.silenced !== true && told.every(({ silencedBy }) => silencedBy !== undefined);
  if (!isNews) return { incident, reason: "hushed", message: null };
  const silenced: Incident = {
    ...incident,
    sequence: incident.sequence + 1,
    lastToldAtMs: minuteMs,
    silenced: true,
  };
  const reason = "silence-began";
  return { incident: silenced, reason, message: { kind: "silenced", reason, incident: silenced } };
}

/** The last message of an incident. */
export function endingOf(incident: Incident, minuteMs: number, reason: TellingReason): Telling {
  const ended = { ...incident, sequence: incident.sequence + 1, lastToldAtMs: minuteMs };
  return { kind: "resolved", reason, incident: ended };
}

function openIncident(picture: Picture, clusterKey: string, minuteMs: number): Decision {
  const { severity, visible, unsilenced, unheld } = picture;
  if (severity === null) {
    return { incident: null, reason: picture.firing.size > 0 ? "hushed" : "nothing-fires", message: null };
  }
  const incident: Incident = {
    id: `${shortHash(clusterKey)}-${(minuteMs / MINUTE_MS).toString(36)}`,
    openedAtMs: minuteMs,
    severity,
    sequence: 1,
    lastToldAtMs: minuteMs,
    toldAlerts: visible.map(({ key }) => key).sort(),
  };
  const reason = unsilenced.size > 0 ? "silence-ended" : unheld.size > 0 ? "maintenance-ended" : "first";
  return { incident, reason, message: { kind: "opened", reason, incident } };
}

type News =
  | { readonly kind: MessageKind; readonly reason: TellingReason }
  | { readonly kind: null; readonly reason: SilentReason };

function newsOf(
  incident: Incident,
  picture: Picture,
  severity: Severity,
  minuteMs: number,
  policy: NotificationPolicy,
): News {
  const silentMs = minuteMs - incident.lastToldAtMs;
  const told = new Set(incident.toldAlerts);
  if (picture.severity === "critical" && incident.severity === "warning") {
    return { kind: "escalated", reason: "severity-rose" };
  }
  // Also where something else kept it back when the silence ended, or it fires again beside what is still silenced.
  const isBack = incident.silenced === true && picture.visible.some(({ key }) => told.has(key));
  if (picture.unsilenced.size > 0 || isBack) return { kind: "updated", reason: "silence-ended" };
  if ([...picture.unheld].some((key) => !told.has(key)))
    return { kind: "updated", reason: "maintenance-ended" };

  const change = materialChange(incident, picture, severity);
  if (change !== null && silentMs >= GROUP_INTERVAL_MS) return { kind: "updated", reason: change };
  if (silentMs >= policy.repeatIntervalMs) return { kind: "reminded", reason: "repeat-interval" };
  return { kind: null, reason: change === null ? "nothing-new" : "grouping" };
}

/** What is different enough to be told between two reminders. */
function materialChange(
  incident: Incident,
  { visible, causes }: Picture,
  severity: Severity,
): TellingReason | null {
  const told = new Set(incident.toldAlerts);
  const isFresh = ({ key }: Alert) => !told.has(key);
  // A cause of what the reader knows already, unless the reader knows it, too.
  const isNewCause = ({ check }: Alert) => causes.includes(check) && toldOf(incident, check) === 0;
  if (visible.some(isNewCause)) return "cause-changed";
  for (const [check, alerts] of Map.groupBy(visible, (alert) => alert.check)) {
    const fresh = alerts.filter(isFresh);
    if (fresh.some((alert) => !isOfNode(alert))) return "new-alerts";
    // One node after another joins: told when they are twice as many, not one by one.
    if (fresh.length > 0 && fresh.length >= toldOf(incident, check)) return "new-alerts";
  }
  return severity === "warning" && incident.severity === "critical" ? "severity-fell" : null;
}

function toldOf({ toldAlerts }: Incident, check: string): number {
  return toldAlerts.filter((key) => key.startsWith(`${check}|`)).length;
}

function isOfNode({ subject }: Alert): boolean {
  return subject.backendIp !== undefined || subject.node !== undefined;
}

function tell(incident: Incident, picture: Picture, severity: Severity, minuteMs: number): Incident {
  const { silenced, raisedAt = [1], ...rest } = incident;
  const keys = picture.visible.map(({ key }) => key);
  const sequence = incident.sequence + 1;
  const raises = silenced === true ? [...raisedAt, sequence].slice(-MOST_RAISES) : incident.raisedAt;
  return {
    ...rest,
    severity,
    sequence,
    lastToldAtMs: minuteMs,
    toldAlerts: [...new Set([...incident.toldAlerts, ...keys])].sort(),
    ...(raises === undefined ? {} : { raisedAt: raises }),
  };
}
