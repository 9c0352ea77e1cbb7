import type { IncidentMessage, MessageAlert } from "#core/alert/incident.ts";
import type { Evidence } from "#core/checks/check.ts";
import { alertLines } from "#core/notify/alert-lines.ts";
import { type Briefing, briefing } from "#core/notify/briefing.ts";
import { fitLines } from "#core/notify/fit-lines.ts";
import { lateText } from "#core/notify/late.ts";
import { oneLine } from "#core/notify/plain-text.ts";
import type { Telling } from "#core/notify/telling.ts";
import { jsonBytes } from "./json-size.ts";

// The form is documented in docs/webhooks.md. Fields may be added; none changes its meaning.

/** Standard Webhooks asks for less than 20 KB. */
const MAX_BYTES = 19_000;
/** More than fit in any case. */
const MOST_ALERTS = 60;
const NAME_MAX = 100;
const COMMENT_MAX = 500;
/** Of a node: 253 characters is what Kubernetes allows. */
const NODE_MAX = 256;
const ID_MAX = 512;
const MAX_EVIDENCE = 12;
const MAX_TREND = 30;

interface WebhookPayload {
  readonly type: string;
  /** Of the minute it speaks of. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function webhookPayload(message: IncidentMessage, telling: Telling): WebhookPayload {
  const fixed = about(message, briefing(message, telling), telling);
  const evidence = (message.evidence ?? []).slice(0, MAX_EVIDENCE);
  // Alerts are left out first, and the numbers of the check only where there is not even room for one.
  return fitLines<WebhookPayload>(
    evidence.length + Math.min(message.alerts.length, MOST_ALERTS),
    (parts) => {
      const alerts = message.alerts.slice(0, Math.max(0, parts - evidence.length));
      return {
        type: `snatwatch.incident.${message.kind}`,
        timestamp: isoTime(message.atMs),
        data: {
          ...fixed,
          evidence: evidence.slice(0, parts).map(evidenceData),
          alerts: alerts.map(alertData),
          counts: countAlerts(message.alerts, alerts.length),
        },
      };
    },
    (payload) => jsonBytes(payload) <= MAX_BYTES,
  );
}

export function webhookTest(brief: Briefing, channel: string, nowMs: number): WebhookPayload {
  return {
    type: "snatwatch.channel.test",
    timestamp: isoTime(nowMs),
    data: { channel, title: brief.title, text: brief.standing },
  };
}

function about(message: IncidentMessage, brief: Briefing, { nowMs }: Telling): Record<string, unknown> {
  const { cluster, remedy } = message;
  return {
    incident: {
      id: message.incidentId,
      sequence: message.sequence,
      status: message.kind === "resolved" ? "resolved" : "open",
      severity: message.severity,
      reason: message.reason,
      openedAt: isoTime(message.openedAtMs),
    },
    cluster: {
      id: oneLine(cluster.id, ID_MAX),
      name: oneLine(cluster.name, NAME_MAX),
      subscriptionId: oneLine(cluster.subscriptionId, NAME_MAX),
      resourceGroup: oneLine(cluster.resourceGroup, NAME_MAX),
      location: oneLine(cluster.location, NAME_MAX),
    },
    title: brief.title,
    text: brief.standing,
    late: lateText(message.atMs, nowMs),
    exhaustionInSeconds: message.exhaustionInSeconds ?? null,
    check: oneLine(message.leadingCheck, NAME_MAX),
    cause: brief.cause,
    notes: brief.notes,
    silence: silenceData(message),
    remedy:
      brief.remedy === null || remedy === null
        ? null
        : {
            text: brief.remedy.advice,
            commands: brief.remedy.commands,
            commandsLeftOut: brief.remedy.leftOut,
          },
    links: brief.links.map(({ label, url }) => ({ label, url })),
  };
}

function silenceData({ silence }: IncidentMessage): Record<string, unknown> | null {
  if (silence === undefined) return null;
  const { createdBy, comment, endMs } = silence;
  return {
    until: isoTime(endMs),
    createdBy: oneLine(createdBy, NAME_MAX),
    comment: oneLine(comment, COMMENT_MAX),
  };
}

function evidenceData({ name, value, unit, limit }: Evidence): Record<string, unknown> {
  return {
    name: oneLine(name, NAME_MAX),
    value: typeof value === "string" ? oneLine(value, NAME_MAX) : value,
    unit: nameOrNull(unit ?? null),
    limit: limit ?? null,
  };
}

function alertData(alert: MessageAlert): Record<string, unknown> {
  const { usedPorts, allocatedPorts } = alert;
  const [line] = alertLines([alert]);
  return {
    check: oneLine(alert.check, NAME_MAX),
    severity: alert.severity,
    summary: line?.text ?? "",
    node: alert.node === null ? null : oneLine(alert.node, NODE_MAX),
    backendIp: nameOrNull(alert.backendIp),
    protocol: nameOrNull(alert.protocol),
    resourceId: alert.resourceId ? oneLine(alert.resourceId, ID_MAX) : null,
    destination: nameOrNull(alert.destination ?? null),
    usedPorts,
    allocatedPorts,
    usedRatio:
      usedPorts === null || allocatedPorts === null || allocatedPorts <= 0
        ? null
        : usedPorts / allocatedPorts,
    trend: alert.trend.slice(-MAX_TREND),
  };
}

function countAlerts(alerts: readonly MessageAlert[], shown: number): Record<string, number> {
  const critical = alerts.filter(({ severity }) => severity === "critical").length;
  return {
    total: alerts.length,
    critical,
    warning: alerts.length - critical,
    notShown: alerts.length - shown,
  };
}

function nameOrNull(name: string | null): string | null {
  return name === null ? null : oneLine(name, NAME_MAX);
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
