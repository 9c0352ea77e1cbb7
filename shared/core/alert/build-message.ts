import type { CheckResult, Facts } from "../checks/check.ts";
import type { ClusterRef } from "../egress/topology.ts";
import type { Protocol } from "../series/sample-block.ts";
import { usedTrend } from "../snat/node-ports.ts";
import { MINUTE_MS } from "../time.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { LifeMinute, LifeStep } from "./advance-life.ts";
import type { Alert } from "./alert.ts";
import { isHushed } from "./hush-alerts.ts";
import type { IncidentMessage, MessageAlert } from "./incident.ts";
import { messageNotes } from "./message-notes.ts";
import type { Telling } from "./notification-decision.ts";
import { firstToEnd, isActive, silenceEndMs } from "./silence.ts";

const TREND_MINUTES = 15;

/** Trends are drawn for so many nodes; a message shows fewer than that anyway. */
const MOST_TRENDS = 20;

/** A check may hold an item for each node or port; nobody reads more in a message. */
const MOST_EVIDENCE = 20;

/** What is told: the decision with its evidence, before a channel gives it its form. */
export function buildMessage(
  telling: Telling,
  { alerts, picture }: LifeStep,
  verdict: Verdict,
  facts: Facts,
  minute: LifeMinute,
): IncidentMessage {
  const { incident, kind, reason } = telling;
  const over = kind === "resolved";
  const silenced = kind === "silenced";
  const named = over ? endedAlerts(telling, alerts) : silenced ? silencedAlerts(telling, alerts) : null;
  const sorted = (named ?? picture.visible).toSorted(
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
    headline: headlineOf(telling, sorted, verdict),
    openedAtMs: incident.openedAtMs,
    atMs: facts.minuteMs,
    alerts: sorted.map((alert, index) => messageAlert(alert, facts, index < MOST_TRENDS)),
    cause: over ? null : causeOf(alerts, picture.causes, verdict),
    remedy: over || silenced ? null : (leading?.remedy ?? null),
    leadingCheck: leading?.id ?? sorted[0]?.check ?? "data-freshness",
    evidence: over ? [] : (leading?.evidence ?? []).slice(0, MOST_EVIDENCE),
    notes: messageNotes(telling, alerts, minute.maintenance),
    exhaustionInSeconds: over ? null : verdict.exhaustionInSeconds,
    ...(silenced ? silenceOf(sorted, facts.cluster.ref, minute) : {}),
    ...(incident.raisedAt === undefined ? {} : { raisedAt: incident.raisedAt }),
  };
}

function silenceOf(
  alerts: readonly Alert[],
  ref: ClusterRef,
  { silences, toldAtMs }: LifeMinute,
): Pick<IncidentMessage, "silence"> {
  const active = silences.filter((silence) => isActive(silence, toldAtMs));
  const first = firstToEnd(active, ref, alerts);
  if (first === undefined) return {};
  const { createdBy, comment } = first;
  return { silence: { createdBy, comment, endMs: silenceEndMs(first) } };
}

function silencedAlerts({ incident }: Telling, alerts: readonly Alert[]): Alert[] {
  const told = new Set(incident.toldAlerts);
  return alerts.filter(({ key, phase }) => phase === "firing" && told.has(key));
}

/** What had been told and has resolved. One of an earlier incident has the same key and an end before this one began. */
function endedAlerts({ incident }: Telling, alerts: readonly Alert[]): Alert[] {
  const told = new Set(incident.toldAlerts);
  return alerts.filter(
    ({ key, resolvedAtMs }) => told.has(key) && resolvedAtMs !== null && resolvedAtMs >= incident.openedAtMs,
  );
}

function headlineOf({ kind, reason }: Telling, sorted: readonly Alert[], verdict: Verdict): string {
  if (reason === "cluster-stopped") return "the cluster was stopped";
  return kind === "resolved" ? verdict.headline : (sorted[0]?.summary ?? verdict.headline);
}

function leadingCheck(sorted: readonly Alert[], verdict: Verdict): CheckResult | undefined {
  return verdict.checks.find((check) => check.id === sorted[0]?.check);
}

function causeOf(alerts: readonly Alert[], causes: readonly string[], verdict: Verdict): string | null {
  const symptom = alerts.find(
    (alert) =>
      alert.phase === "firing" &&
      !isHushed(alert) &&
      alert.explainedBy !== null &&
      causes.includes(alert.explainedBy),
  );
  if (symptom === undefined) return null;
  const cause = verdict.checks.find((check) => check.id === symptom.explainedBy);
  return cause === undefined ? null : `${cause.summary}; this explains: ${symptom.summary}`;
}

function messageAlert(alert: Alert, facts: Facts, withTrend: boolean): MessageAlert {
  const { backendIp, protocol, node, resourceId, destination } = alert.subject;
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
    resourceId: resourceId ?? null,
    destination: destination ?? null,
    usedPorts: ports?.used ?? null,
    allocatedPorts: ports?.allocated ?? null,
    trend: trend.some((used) => used !== undefined) ? trend.map((used) => used ?? null) : [],
  };
}

function isProtocol(value: string | undefined): value is Protocol {
  return value === "tcp" || value === "udp";
}
