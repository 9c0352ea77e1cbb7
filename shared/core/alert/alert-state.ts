import type { Subject } from "../checks/check.ts";
import type { Alert, Severity } from "./alert.ts";

/** How long things must hold. All lengths in ms of data time. */
export interface AlertPolicy {
  /** A breach must last so long before its alert fires. */
  readonly forMs: number;
  /** A firing alert must be clear for so long before it resolves; a critical one this long before it is a warning again. */
  readonly keepFiringForMs: number;
  /** Resolved alerts stay in the list for so long. */
  readonly resolvedRetentionMs: number;
}

interface Breach {
  readonly kind: "breach";
  readonly severity: Severity;
  readonly summary: string;
  readonly explainedBy: string | null;
}

/**
 * What one minute said of one alert. `gap`: nobody can tell; it neither raises nor resolves. `ended`: what it speaks of does not
 * run any more, so that there is nothing left to hold.
 */
export type Signal =
  | Breach
  | { readonly kind: "clear" }
  | { readonly kind: "gap" }
  | { readonly kind: "ended" };

/** Who the alert is about; the identity of its life. */
export interface AlertIdentity {
  readonly key: string;
  readonly check: string;
  readonly subject: Subject;
}

/** Why an alert is as it is after a minute. A closed set. */
export type AlertReason =
  | "inactive"
  | "no-judgement"
  | "breach-began"
  | "breach-not-held"
  | "breach-held"
  | "breach-continues"
  | "severity-rose"
  | "fall-not-held"
  | "severity-fell"
  | "breach-not-lasting"
  | "clear-not-held"
  | "clear-held"
  | "ended"
  | "recently-resolved"
  | "forgotten";

export interface AlertStep {
  /** `undefined` for inactive. */
  readonly alert: Alert | undefined;
  readonly reason: AlertReason;
}

/**
 * Advances one alert by one judged minute. Pure: equal arguments, equal result; the same minute again changes nothing.
 *
 * Time is data time. Minutes without a judgement count toward `for` and `keepFiringFor` only once a judged minute follows, as
 * in Prometheus: a gap keeps the state, it does not stop the clock.
 *
 * @param alert `undefined` for an inactive one
 */
export function stepAlert(
  alert: Alert | undefined,
  identity: AlertIdentity,
  signal: Signal,
  minuteMs: number,
  policy: AlertPolicy,
): AlertStep {
  switch (signal.kind) {
    case "gap":
      return { alert, reason: alert === undefined ? "inactive" : "no-judgement" };
    case "breach":
      return raise(alert, identity, signal, minuteMs, policy);
    case "clear":
      return settle(alert, minuteMs, policy, policy.keepFiringForMs);
    case "ended":
      return settle(alert, minuteMs, policy, null);
  }
}

function raise(
  alert: Alert | undefined,
  identity: AlertIdentity,
  breach: Breach,
  minuteMs: number,
  policy: AlertPolicy,
): AlertStep {
  if (alert === undefined || alert.phase === "resolved") return begin(identity, breach, minuteMs, policy);
  const { severity, summary, explainedBy } = breach;
  const current: Alert = { ...alert, ...identity, summary, explainedBy, clearSinceMs: null };
  if (alert.phase === "pending") {
    return minuteMs - alert.activeAtMs >= policy.forMs
      ? { alert: { ...current, severity, phase: "firing", firedAtMs: minuteMs }, reason: "breach-held" }
      : { alert: { ...current, severity }, reason: "breach-not-held" };
  }
  const rises = severity === "critical" && alert.severity === "warning";
  if (severity === "critical" || alert.severity === severity) {
    const reason = rises ? "severity-rose" : "breach-continues";
    return { alert: { ...current, severity, lowerSinceMs: null }, reason };
  }
  // Critical before, a warning now: the fall is held like a resolution, so that a level at the limit does not flap.
  const lowerSinceMs = alert.lowerSinceMs ?? minuteMs;
  return minuteMs - lowerSinceMs >= policy.keepFiringForMs
    ? { alert: { ...current, severity, lowerSinceMs: null }, reason: "severity-fell" }
    : { alert: { ...current, severity: "critical", lowerSinceMs }, reason: "fall-not-held" };
}

function begin(
  identity: AlertIdentity,
  { severity, summary, explainedBy }: Breach,
  minuteMs: number,
  policy: AlertPolicy,
): AlertStep {
  const fires = policy.forMs <= 0;
  const alert: Alert = {
    ...identity,
    phase: fires ? "firing" : "pending",
    severity,
    activeAtMs: minuteMs,
    firedAtMs: fires ? minuteMs : null,
    clearSinceMs: null,
    lowerSinceMs: null,
    resolvedAtMs: null,
    summary,
    explainedBy,
  };
  return { alert, reason: fires ? "breach-held" : "breach-began" };
}

/** @param holdMs how long the clear must last; `null`: there is nothing left that could breach again */
function settle(
  alert: Alert | undefined,
  minuteMs: number,
  policy: AlertPolicy,
  holdMs: number | null,
): AlertStep {
  if (alert === undefined) return { alert, reason: "inactive" };
  if (alert.phase === "pending") return { alert: undefined, reason: "breach-not-lasting" };
  if (alert.phase === "resolved") {
    const forgotten = minuteMs - (alert.resolvedAtMs ?? minuteMs) >= policy.resolvedRetentionMs;
    return forgotten ? { alert: undefined, reason: "forgotten" } : { alert, reason: "recently-resolved" };
  }
  const clearSinceMs = alert.clearSinceMs ?? minuteMs;
  if (holdMs !== null && minuteMs - clearSinceMs < holdMs) {
    return { alert: { ...alert, clearSinceMs }, reason: "clear-not-held" };
  }
  const resolved: Alert = { ...alert, phase: "resolved", clearSinceMs, resolvedAtMs: minuteMs };
  return { alert: resolved, reason: holdMs === null ? "ended" : "clear-held" };
}
