import type { ChannelConfig, ChannelKind } from "#adapters/webhooks/channel.ts";
import type { ChannelRequest, FormatContext } from "#adapters/webhooks/channel-format.ts";
import { formatOf } from "#adapters/webhooks/formats.ts";
import { type SlackMessage, slackMessage } from "#adapters/webhooks/slack-message.ts";
import { type TeamsMessage, teamsMessage } from "#adapters/webhooks/teams-card.ts";
import type { IncidentMessage } from "#core/alert/incident.ts";
import { briefing } from "#core/notify/briefing.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import { MINUTE } from "../../core/notify/support-messages.ts";

export const KINDS: readonly ChannelKind[] = ["teams", "slack", "pagerduty", "webhook"];
const BASE = "https://snatwatch.example";
export const ROUTING_KEY = "R0routing".padEnd(32, "k");
export const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

const SECRETS: Readonly<Record<ChannelKind, readonly string[]>> = {
  teams: [],
  slack: [],
  pagerduty: [ROUTING_KEY],
  webhook: [SIGNING_SECRET],
};

export function channelOf(kind: ChannelKind, changes: Partial<ChannelConfig> = {}): ChannelConfig {
  return { name: "ops", kind, url: "https://hooks.example/x", secrets: SECRETS[kind], ...changes };
}

export function contextOf(kind: ChannelKind, nowMs: number, baseUrl: string | null = BASE): FormatContext {
  return { channel: channelOf(kind), baseUrl, nowMs };
}

export function rowOf(message: IncidentMessage): OutboxRow {
  const { incidentId, sequence, atMs } = message;
  return {
    channel: "ops",
    incidentId,
    sequence,
    message,
    state: "sending",
    createdAtMs: atMs,
    attempts: 1,
    nextAttemptAtMs: atMs,
    leaseUntilMs: atMs,
    settledAtMs: null,
    lastError: null,
  };
}

/** A message as a channel is sent it, three minutes after its minute as a rule. */
export function rendered(
  kind: ChannelKind,
  message: IncidentMessage,
  nowMs = message.atMs + 3 * MINUTE,
  baseUrl: string | null = BASE,
): ChannelRequest {
  const [request] = requestsOf(kind, message, nowMs, baseUrl);
  if (request === undefined) throw new Error(`${kind} sends nothing`);
  return request;
}

/** All that a channel is sent of a message. */
export function requestsOf(
  kind: ChannelKind,
  message: IncidentMessage,
  nowMs = message.atMs + 3 * MINUTE,
  baseUrl: string | null = BASE,
): readonly ChannelRequest[] {
  return formatOf(kind).requests(rowOf(message), contextOf(kind, nowMs, baseUrl));
}

export function teams(message: IncidentMessage, baseUrl: string | null = BASE): TeamsMessage {
  return teamsMessage(briefing(message, { baseUrl, nowMs: message.atMs }));
}

export function slack(message: IncidentMessage, baseUrl: string | null = BASE): SlackMessage {
  return slackMessage(briefing(message, { baseUrl, nowMs: message.atMs }));
}
