import { createHash } from "node:crypto";
import type { IncidentMessage } from "#core/alert/incident.ts";
import type { Briefing } from "#core/notify/briefing.ts";
import { fitLines } from "#core/notify/fit-lines.ts";
import { cut, oneLine } from "#core/notify/plain-text.ts";
import { jsonBytes } from "./json-size.ts";

// Source: PagerDuty docs, "Events API v2": limits of fields and body.

const MAX_SUMMARY = 1_024;
const MAX_DEDUP_KEY = 255;
/** Of 512 KB. */
const MAX_BYTES = 500_000;
const FIELD_MAX = 512;
const MAX_EVIDENCE = 50;

/**
 * An incident of ours opens one of theirs and keeps to it by `dedup_key` until somebody silences it. Then theirs is acknowledged, and
 * would page nobody any more: what is told after the silence opens one of its own.
 */
export interface PagerdutyEvent {
  readonly event_action: PagerdutyAction;
  readonly dedup_key: string;
  readonly client: "Snatwatch";
  readonly client_url?: string;
  readonly links: readonly { readonly href: string; readonly text: string }[];
  /** Absent where it only closes what an earlier message opened. */
  readonly payload?: {
    readonly summary: string;
    readonly source: string;
    readonly severity: "critical" | "warning" | "info";
    readonly timestamp: string;
    readonly component?: string;
    readonly group?: string;
    readonly class?: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

type PagerdutyAction = "trigger" | "acknowledge" | "resolve";

/** @param brief of the message, with as many lines as there may be */
export function pagerdutyEvents(message: IncidentMessage, brief: Briefing): readonly PagerdutyEvent[] {
  const raises = message.raisedAt ?? [1];
  const earlier = raises.slice(0, -1);
  return [
    currentEvent(message, brief, raises.at(-1) ?? 1),
    // With every message, not only the first of the new one: that one may be superseded. PagerDuty passes over what is closed.
    ...earlier.map((raisedAt) => ({
      ...frame(brief),
      event_action: "resolve" as const,
      dedup_key: dedupKey(message, raisedAt),
    })),
  ];
}

function currentEvent(message: IncidentMessage, brief: Briefing, raisedAt: number): PagerdutyEvent {
  const { cluster } = message;
  return fitLines<PagerdutyEvent>(
    brief.lines.length,
    (shown) => ({
      ...frame(brief),
      event_action: actionOf(message),
      dedup_key: dedupKey(message, raisedAt),
      payload: {
        summary: cut(brief.title, MAX_SUMMARY),
        source: oneLine(cluster.id, FIELD_MAX),
        severity: brief.status === "resolved" ? "info" : message.severity,
        timestamp: new Date(message.atMs).toISOString(),
        component: oneLine(cluster.name, FIELD_MAX),
        group: oneLine(cluster.resourceGroup, FIELD_MAX),
        class: oneLine(message.leadingCheck, FIELD_MAX),
        custom_details: details(message, brief, shown),
      },
    }),
    (event) => jsonBytes(event) <= MAX_BYTES,
  );
}

function actionOf({ kind }: IncidentMessage): PagerdutyAction {
  if (kind === "resolved") return "resolve";
  return kind === "silenced" ? "acknowledge" : "trigger";
}

/** Opens an alert of the lowest severity, and closes it again: nobody is to be left with it. */
export function pagerdutyTest(brief: Briefing, channel: string, nowMs: number): readonly PagerdutyEvent[] {
  return (["trigger", "resolve"] as const).map((action) => ({
    ...frame(brief),
    event_action: action,
    dedup_key: `snatwatch-test-${channel}-${nowMs}`,
    payload: {
      summary: brief.title,
      source: "snatwatch",
      severity: "info",
      timestamp: new Date(nowMs).toISOString(),
      custom_details: { status: brief.standing, ...factsOf(brief) },
    },
  }));
}

function frame({ links }: Briefing): Pick<PagerdutyEvent, "client" | "client_url" | "links"> {
  const [first] = links;
  return {
    client: "Snatwatch",
    ...(first === undefined ? {} : { client_url: first.url }),
    links: links.map(({ label, url }) => ({ href: url, text: label })),
  };
}

/** Made from what stays the same from one call for attention to the next: for the whole incident, where nobody silences it. */
function dedupKey({ incidentId, cluster }: IncidentMessage, raisedAt: number): string {
  const again = raisedAt === 1 ? "" : `/${raisedAt}`;
  const key = `snatwatch/${oneLine(cluster.name, FIELD_MAX).toLowerCase()}/${incidentId}${again}`;
  if (key.length <= MAX_DEDUP_KEY) return key;
  return `snatwatch/${createHash("sha256").update(key).digest("hex")}`;
}

/** Shown as a table. What is not known has no row. */
function details(message: IncidentMessage, brief: Briefing, shown: number): Record<string, unknown> {
  const { cause, notes, remedy } = brief;
  const lines = brief.lines.slice(0, shown);
  const more = brief.more(shown);
  const evidence = (message.evidence ?? []).slice(0, MAX_EVIDENCE);
  return {
    status: brief.standing,
    ...(notes.length === 0 ? {} : { notes }),
    ...(cause === null ? {} : { cause }),
    alerts: [
      ...lines.map(({ text, gauge }) => (gauge === null ? text : `${text} · ${gauge}`)),
      ...(more === null ? [] : [more]),
    ],
    ...(evidence.length === 0 ? {} : { evidence: evidence.map(evidenceText) }),
    ...(remedy === null ? {} : { what_to_do: remedy.advice, commands: remedy.commands }),
    ...(remedy === null || remedy.leftOut === 0 ? {} : { commands_left_out: remedy.leftOut }),
    ...factsOf(brief),
  };
}

function evidenceText({
  name,
  value,
  unit,
  limit,
}: NonNullable<IncidentMessage["evidence"]>[number]): string {
  const text = `${name}: ${value}${unit === undefined ? "" : ` ${unit}`}`;
  return oneLine(limit === undefined ? text : `${text} (limit ${limit})`, FIELD_MAX);
}

function factsOf({ facts }: Briefing): Record<string, string> {
  return Object.fromEntries(
    facts.map(({ label, value }) => [label.toLowerCase().replaceAll(" ", "_"), value]),
  );
}
