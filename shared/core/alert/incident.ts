import type { Remedy } from "../checks/check.ts";
import type { ClusterRef } from "../egress/topology.ts";
import type { Severity } from "./alert.ts";

/** The alerts of one cluster that are told together, from the first that fires to the last that resolves. */
export interface Incident {
  /** Stable and unique: made from the cluster and the minute it opened. Characters `a-z 0-9 -`. */
  readonly id: string;
  readonly openedAtMs: number;
  readonly severity: Severity;
  /** Number of the last message; 1 is the opening. */
  readonly sequence: number;
  readonly lastToldAtMs: number;
  /** Keys of the alerts that the last message named. */
  readonly toldAlerts: readonly string[];
}

export type MessageKind = "opened" | "escalated" | "updated" | "reminded" | "resolved";

/** One line of a message: one firing (or just resolved) alert. */
export interface MessageAlert {
  readonly check: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly node: string | null;
  readonly backendIp: string | null;
  readonly protocol: string | null;
  readonly usedPorts: number | null;
  readonly allocatedPorts: number | null;
  /** Used ports of the last 15 minutes, oldest first, `null` where there was no value; for a sparkline. */
  readonly trend: readonly (number | null)[];
}

/** What is told, before a channel gives it its form. Plain data: stored as JSON in the outbox. */
export interface IncidentMessage {
  readonly incidentId: string;
  readonly sequence: number;
  readonly kind: MessageKind;
  /** Why we speak now, one of a closed set: `first`, `severity-rose`, `new-alerts`, `repeat-interval`, `all-resolved`. */
  readonly reason: string;
  readonly cluster: ClusterRef;
  readonly severity: Severity;
  readonly headline: string;
  readonly openedAtMs: number;
  /** The data minute this message speaks of. */
  readonly atMs: number;
  /** Worst first. For `resolved`: what had been told. */
  readonly alerts: readonly MessageAlert[];
  /** The cause in a sentence, where a check explains the others; else `null`. */
  readonly cause: string | null;
  readonly remedy: Remedy | null;
  /** Id of the check that leads, for the link to its page. */
  readonly leadingCheck: string;
}
