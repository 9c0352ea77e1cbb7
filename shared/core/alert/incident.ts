import type { Evidence, Remedy } from "../checks/check.ts";
import type { ClusterRef } from "../egress/topology.ts";
import type { Severity } from "./alert.ts";
import type { Silence } from "./silence.ts";

/** The alerts of one cluster that are told together, from the first that fires to the last that resolves. */
export interface Incident {
  /** Stable and unique: made from the cluster and the minute it opened. Characters `a-z 0-9 -`. */
  readonly id: string;
  readonly openedAtMs: number;
  /** As the last message told it. */
  readonly severity: Severity;
  /** Number of the last message; 1 is the opening. */
  readonly sequence: number;
  readonly lastToldAtMs: number;
  /** Keys of the alerts that its messages named. */
  readonly toldAlerts: readonly string[];
  /** The last message said that all of it that still fires is silenced. Absent: it did not. */
  readonly silenced?: true;
  /**
   * Numbers of the messages that called for attention: the opening, and the first after each silence; the last three of them.
   * Absent: the opening alone.
   */
  readonly raisedAt?: readonly number[];
}

/** `silenced`: somebody has silenced all of it that still fires. */
export const MESSAGE_KINDS = ["opened", "escalated", "updated", "silenced", "reminded", "resolved"] as const;

export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Who keeps an incident from being told, why, and until when. */
export type MessageSilence = Pick<Silence, "createdBy" | "comment"> & {
  /** Its end, sooner than `untilMs` of the silence where that was ended. */
  readonly endMs: number;
};

/** One line of a message: one firing (or just resolved) alert. */
export interface MessageAlert {
  readonly check: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly node: string | null;
  readonly backendIp: string | null;
  readonly protocol: string | null;
  /** ARM id of the device, and the destination, that it is about. Absent in stored messages of older versions. */
  readonly resourceId?: string | null;
  readonly destination?: string | null;
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
  /** Why we speak now: a `TellingReason`, or the word of another version. */
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
  /** What the leading check measured. Absent in stored messages of older versions. */
  readonly evidence?: readonly Evidence[];
  /** What else to know, a sentence each: maintenance, alerts that are silenced. Absent in stored messages of older versions. */
  readonly notes?: readonly string[];
  /** Until the first node or device runs out: 0 where one has; `null` or absent where that is not in sight. */
  readonly exhaustionInSeconds?: number | null;
  /** Of kind `silenced` alone: the silence that ends first. */
  readonly silence?: MessageSilence;
  /** As the incident has it. */
  readonly raisedAt?: readonly number[];
}
