import { alertLines } from "#core/notify/alert-lines.ts";
import { type Briefing, briefing } from "#core/notify/briefing.ts";
import { fitLines } from "#core/notify/fit-lines.ts";
import { lateText } from "#core/notify/late.ts";
import { oneLine } from "#core/notify/plain-text.ts";
import type { Telling, ToldAlert, ToldMessage } from "#core/notify/telling.ts";
import { jsonBytes } from "./json-size.ts";

// The form is documented in docs/webhooks.md. Fields may be added; none changes its meaning.

/** Standard Webhooks asks for less than 20 KB. */
const MAX_BYTES = 19_000;
/** More than fit in any case. */
const MOST_ALERTS = 60;
const NAME_MAX = 256;
const ID_MAX = 512;
const MAX_EVIDENCE = 12;
const MAX_TREND = 30;

interface WebhookPayload {
  readonly type: string;
  /** Of the minute it speaks of. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function webhookPayload(message: ToldMessage, telling: Telling): WebhookPayload {
  const brief = briefing(message, telling);
  return fitLines<WebhookPayload>(
    Math.min(message.alerts.length, MOST_ALERTS),
    (shown) => ({
      type: `snatwatch.incident.${message.kind}`,
      timestamp: isoTime(message.atMs),
      data: {
        ...about(message, brief, telling),
        alerts: message.alerts.slice(0, shown).map(alertData),
        counts: countAlerts(message.alerts, shown),
      },
    }),
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

function about(message: ToldMessage, brief: Briefing, { nowMs }: Telling): Record<string, unknown> {
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
    check: oneLine(message.leadingCheck, NAME_MAX),
    cause: brief.cause,
    notes: brief.notes,
    evidence: (message.evidence ?? [])
      .slice(0, MAX_EVIDENCE)
      .map(({ name, value, unit = null, limit = null }) => ({
        name: oneLine(name, 80),
        value: typeof value === "string" ? oneLine(value, NAME_MAX) : value,
        unit,
        limit,
      })),
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

function alertData(alert: ToldAlert): Record<string, unknown> {
  const { usedPorts, allocatedPorts } = alert;
  const [line] = alertLines([alert]);
  return {
    check: oneLine(alert.check, NAME_MAX),
    severity: alert.severity,
    summary: line?.text ?? "",
    node: nameOrNull(alert.node),
    backendIp: nameOrNull(alert.backendIp),
    protocol: nameOrNull(alert.protocol),
    usedPorts,
    allocatedPorts,
    usedRatio:
      usedPorts === null || allocatedPorts === null || allocatedPorts <= 0
        ? null
        : usedPorts / allocatedPorts,
    exhaustionInSeconds: alert.exhaustionInSeconds ?? null,
    trend: alert.trend.slice(-MAX_TREND),
  };
}

function countAlerts(alerts: readonly ToldAlert[], shown: number): Record<string, number> {
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
