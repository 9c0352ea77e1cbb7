import type { IncidentMessage } from "#core/alert/incident.ts";
import { matchesPattern } from "#core/name-pattern.ts";
import type { ChannelKind } from "./formats.ts";

/** One place to tell. The address is a secret. */
export interface ChannelConfig {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly url: string;
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
