import type { IncidentMessage } from "#core/alert/incident.ts";
import { matchesPattern } from "#core/name-pattern.ts";
import type { OutboxKey } from "#ports/outbox.ts";

export type ChannelKind = "teams" | "slack" | "pagerduty" | "webhook";

/** One place to tell. The address and the secrets are secret. */
export interface ChannelConfig {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly url: string;
  /** PagerDuty: the routing key. Webhook: every secret that signs, for rotation. Others use none. */
  readonly secrets?: readonly string[];
  /** Least severity that it hears of; absent: all. */
  readonly minSeverity?: "warning" | "critical";
  /** Patterns on cluster names (`*` any text, `?` one character, case ignored); absent or empty: all. */
  readonly clusters?: readonly string[];
}

/** Whether the channel's filters let a message pass. */
export function passesFilters(channel: ChannelConfig, message: IncidentMessage): boolean {
  if (channel.minSeverity === "critical" && message.severity !== "critical") return false;
  const patterns = channel.clusters ?? [];
  return patterns.length === 0 || patterns.some((pattern) => matchesPattern(pattern, message.cluster.name));
}

/**
 * The same over all attempts of one delivery, in characters that a header takes.
 *
 * @param request of the delivery, from 0
 */
export function idempotencyKey({ channel, incidentId, sequence }: OutboxKey, request = 0): string {
  // A channel's name is a person's choice. A dot would end the id in what a webhook signs.
  const name = encodeURIComponent(channel.toWellFormed()).replaceAll(".", "%2E");
  // A plus is in no name.
  return `${incidentId}-${sequence}-${name}${request === 0 ? "" : `+${request + 1}`}`;
}
