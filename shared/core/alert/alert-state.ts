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

/** What one minute said of one alert. `gap`: nobody can tell; it neither raises nor resolves. */
export type Signal =
  | {
      readonly kind: "breach";
      readonly severity: Severity;
      readonly summary: string;
      readonly explainedBy: string | null;
    }
  | { readonly kind: "clear" }
  | { readonly kind: "gap" };

/** Who the alert is about; the identity of its life. */
export interface AlertIdentity {
  readonly key: string;
  readonly check: string;
  readonly subject: Subject;
}

/**
 * Advances one alert by one judged minute. Pure: equal arguments, equal result.
 *
 * Time is data time. Minutes without a judgement count toward `for` and `keepFiringFor` only once a judged minute follows, as
 * in Prometheus: a gap keeps the state, it does not stop the clock.
 *
 * @param alert `undefined` for an inactive one
 * @returns `undefined` for inactive
 */
export function stepAlert(
  alert: Alert | undefined,
  identity: AlertIdentity,
  signal: Signal,
  minuteMs: number,
  policy: AlertPolicy,
): Alert | undefined {
  if (signal.kind === "gap") return alert;
  if (signal.kind === "breach") return raise(alert, identity, signal, minuteMs, policy);
  return settle(alert, minuteMs, policy);
}

function raise(
  alert: Alert | undefined,
  identity: AlertIdentity,
  signal: Extract<Signal, { kind: "breach" }>,
  minuteMs: number,
  policy: AlertPolicy,
): Alert {
  const { severity, summary, explainedBy } = signal;
  if (alert === undefined || alert.phase === "resolved") {
    const fires = policy.forMs <= 0;
    return {
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
  }
  const current = { ...alert, ...identity, summary, explainedBy, clearSinceMs: null };
  if (alert.phase === "pending") {
    const fires = minuteMs - alert.activeAtMs >= policy.forMs;
    return { ...current, severity, phase: fires ? "firing" : "pending", firedAtMs: fires ? minuteMs : null };
  }
  if (severity === "critical" || alert.severity === severity) {
    return { ...current, severity, lowerSinceMs: null };
  }
  // Critical before, a warning now: the fall is held like a resolution, so that a level at the limit does not flap.
  const lowerSinceMs = alert.lowerSinceMs ?? minuteMs;
  const falls = minuteMs - lowerSinceMs >= policy.keepFiringForMs;
  return falls
    ? { ...current, severity, lowerSinceMs: null }
    : { ...current, severity: "critical", lowerSinceMs };
}

function settle(alert: Alert | undefined, minuteMs: number, policy: AlertPolicy): Alert | undefined {
  if (alert === undefined || alert.phase === "pending") return undefined;
  if (alert.phase === "resolved") {
    return minuteMs - (alert.resolvedAtMs ?? minuteMs) >= policy.resolvedRetentionMs ? undefined : alert;
  }
  const clearSinceMs = alert.clearSinceMs ?? minuteMs;
  if (minuteMs - clearSinceMs < policy.keepFiringForMs) return { ...alert, clearSinceMs };
  return { ...alert, phase: "resolved", clearSinceMs, resolvedAtMs: minuteMs };
}
