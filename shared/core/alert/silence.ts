import type { Subject } from "../checks/check.ts";
import type { ClusterRef } from "../egress/topology.ts";
import { matchesPattern } from "../name-pattern.ts";
import { DAY_MS } from "../time.ts";
import type { Alert } from "./alert.ts";

/** No silence may reach further: one that nobody remembers hides what happens. */
export const LONGEST_SILENCE_MS = 90 * DAY_MS;

/** An ended silence is kept for so long: to be seen, and for minutes that are judged late. */
export const ENDED_SILENCE_KEPT_MS = 7 * DAY_MS;

/** Alerts that are not told for a while. At least one of `cluster`, `check` and `subject` is given; an absent one takes all. */
export interface Silence {
  /** Unique. */
  readonly id: string;
  /** Pattern of a cluster's name (`*`, `?`), or its ARM id. */
  readonly cluster?: string;
  readonly check?: string;
  /** Takes the alerts whose subject has every part that is given here. Text is compared without regard to case. */
  readonly subject?: Subject;
  readonly startsAtMs: number;
  /** Exclusive. */
  readonly untilMs: number;
  readonly comment: string;
  readonly createdBy: string;
  readonly createdAtMs: number;
  /** When somebody ended it before its time; `null`: nobody did. */
  readonly endedAtMs: number | null;
}

/** One that has no id yet: the store gives it. */
export type NewSilence = Omit<Silence, "id">;

export type SilenceState = "active" | "expired";

/** When it is over: its time, or sooner where somebody ended it. */
export function silenceEndMs({ untilMs, endedAtMs }: Silence): number {
  return Math.min(untilMs, endedAtMs ?? untilMs);
}

export function isActive(silence: Silence, atMs: number): boolean {
  return silence.startsAtMs <= atMs && atMs < silenceEndMs(silence);
}

/** Whether the silence, while it is active, covers this alert. */
export function covers(
  { cluster, check, subject }: Silence,
  ref: ClusterRef,
  alert: Pick<Alert, "check" | "subject">,
): boolean {
  if (cluster === undefined && check === undefined && subject === undefined) return false;
  return (
    (cluster === undefined || namesCluster(cluster, ref)) &&
    (check === undefined || check === alert.check) &&
    (subject === undefined || hasParts(alert.subject, subject))
  );
}

/**
 * The silence whose end is felt first: each alert waits for the last to end of those that cover it.
 *
 * @param silences those that are active
 * @returns `undefined` where no alert is covered
 */
export function firstToEnd(
  silences: readonly Silence[],
  ref: ClusterRef,
  alerts: readonly Pick<Alert, "check" | "subject">[],
): Silence | undefined {
  const byEnd = silences.toSorted((a, b) => silenceEndMs(a) - silenceEndMs(b));
  return alerts
    .flatMap((alert) => byEnd.findLast((silence) => covers(silence, ref, alert)) ?? [])
    .reduce<Silence | undefined>(
      (first, each) => (first === undefined || silenceEndMs(each) < silenceEndMs(first) ? each : first),
      undefined,
    );
}

/** A pattern of names, or an id: as Azure compares them, and with or without the slash at its end. */
export function namesCluster(text: string, ref: ClusterRef): boolean {
  if (!text.startsWith("/")) return matchesPattern(text, ref.name);
  return text.toLowerCase().replace(/\/+$/, "") === ref.key;
}

function hasParts(subject: Subject, wanted: Subject): boolean {
  const parts = ["node", "backendIp", "frontendIp", "protocol", "resourceId", "destination"] as const;
  return parts.every((part) => {
    const value = wanted[part];
    return value === undefined || value.toLowerCase() === subject[part]?.toLowerCase();
  });
}
