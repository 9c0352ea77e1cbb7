import type { CheckResult, Facts } from "../checks/check.ts";
import type { Protocol } from "../series/sample-block.ts";
import { usedTrend } from "../snat/node-ports.ts";
import { MINUTE_MS } from "../time.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { Alert } from "./alert.ts";
import type { IncidentMessage, MessageAlert } from "./incident.ts";
import type { Decision } from "./notification-decision.ts";
import { unmutedFiring } from "./notification-decision.ts";

const TREND_MINUTES = 15;

/** Trends are drawn for so many nodes; a message shows fewer than that anyway. */
const MOST_TRENDS = 20;

/**
 * What is told: the decision with its evidence, before a channel gives it its form.
 *
 * @param alerts of the cluster after this minute
 */
export function buildMessage(
  message: NonNullable<Decision["message"]>,
  alerts: readonly Alert[],
  verdict: Verdict,
  facts: Facts,
): IncidentMessage {
  const { incident, kind, reason } = message;
  const told = new Set(incident.toldAlerts);
  const shown =
    kind === "resolved"
      ? alerts.filter(
          (alert) =>
            alert.phase === "resolved" &&
            told.has(alert.key) &&
            alert.activeAtMs >= incident.openedAtMs - MINUTE_MS * 60,
        )
      : unmutedFiring(alerts);
  const sorted = shown.toSorted(
    (a, b) =>
      Number(b.severity === "critical") - Number(a.severity === "critical") || a.activeAtMs - b.activeAtMs,
  );
  const leading = leadingCheck(sorted, verdict);
  return {
    incidentId: incident.id,
    sequence: incident.sequence,
    kind,
    reason,
    cluster: facts.cluster.ref,
    severity: incident.severity,
    headline: kind === "resolved" ? verdict.headline : (sorted[0]?.summary ?? verdict.headline),
    openedAtMs: incident.openedAtMs,
    atMs: facts.minuteMs,
    alerts: sorted.map((alert, index) => messageAlert(alert, facts, index < MOST_TRENDS)),
    cause: causeOf(alerts, verdict),
    remedy: kind === "resolved" ? null : (leading?.remedy ?? null),
    leadingCheck: leading?.id ?? sorted[0]?.check ?? "data-freshness",
  };
}

function leadingCheck(sorted: readonly Alert[], verdict: Verdict): CheckResult | undefined {
  return verdict.checks.find((check) => check.id === sorted[0]?.check);
}

function causeOf(alerts: readonly Alert[], verdict: Verdict): string | null {
  const symptom = alerts.find((alert) => alert.phase === "firing" && alert.explainedBy !== null);
  if (symptom === undefined) return null;
  const cause = verdict.checks.find((check) => check.id === symptom.explainedBy);
  return cause === undefined ? null : `${cause.summary}; this explains: ${symptom.summary}`;
}

function messageAlert(alert: Alert, facts: Facts, withTrend: boolean): MessageAlert {
  const { backendIp, protocol, node } = alert.subject;
  const ports = facts.ports.find((each) => each.backendIp === backendIp && each.protocol === protocol);
  const end = facts.minuteMs + MINUTE_MS;
  const trend =
    withTrend && backendIp !== undefined && isProtocol(protocol)
      ? usedTrend(facts.samples, backendIp, protocol, end - TREND_MINUTES * MINUTE_MS, end)
      : [];
  return {
    check: alert.check,
    severity: alert.severity,
    summary: alert.summary,
    node: node ?? null,
    backendIp: backendIp ?? null,
    protocol: protocol ?? null,
    usedPorts: ports?.used ?? null,
    allocatedPorts: ports?.allocated ?? null,
    trend: trend.some((used) => used !== undefined) ? trend.map((used) => used ?? null) : [],
  };
}

function isProtocol(value: string | undefined): value is Protocol {
  return value === "tcp" || value === "udp";
}
