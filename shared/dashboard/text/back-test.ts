import type { ReplayAnswer } from "#api/answers/replay.ts";
import type { Query } from "./address.ts";

type Side = ReplayAnswer["replayed"];
export type AlertSpan = Side["alerts"][number];

/** The limits that a reader may change: parameter of the API, and the words beside the field. */
export const LIMITS = [
  ["warnRatio", "Warning from (ratio)"],
  ["failRatio", "Critical from (ratio)"],
  ["failedRatio", "Failed connections (ratio)"],
  ["skewFactor", "Skew (factor)"],
  ["for", "Must last (for)"],
  ["keepFiringFor", "Keep firing for"],
  ["repeatInterval", "Remind every"],
  ["staleAfter", "Stale after"],
] as const;
export type LimitName = (typeof LIMITS)[number][0];

export const SPANS = ["-24h", "-3d", "-7d", "-14d"] as const;

/** What the reader asks, as the address tells it. */
export interface BackTestWish {
  readonly from: string;
  /** Empty texts are left as they are. */
  readonly limits: Readonly<Partial<Record<LimitName, string>>>;
}

export function readBackTest(query: URLSearchParams): BackTestWish {
  const limits = LIMITS.flatMap(([name]) => {
    const text = query.get(name)?.trim() ?? "";
    return text === "" ? [] : [[name, text] as const];
  });
  return { from: query.get("from") ?? "-24h", limits: Object.fromEntries(limits) };
}

export function backTestQuery({ from, limits }: BackTestWish): Query {
  return { from, ...limits };
}

/** The limits as they are set, in the form in which they are typed. */
export function presentLimits(limits: ReplayAnswer["limits"]): Readonly<Record<LimitName, string>> {
  return {
    warnRatio: String(limits.warnRatio),
    failRatio: String(limits.failRatio),
    failedRatio: String(limits.failedRatio),
    skewFactor: String(limits.skewFactor),
    for: shortDuration(limits.forSeconds),
    keepFiringFor: shortDuration(limits.keepFiringForSeconds),
    repeatInterval: shortDuration(limits.repeatIntervalSeconds),
    staleAfter: shortDuration(limits.staleAfterSeconds),
  };
}

const UNITS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
] as const;

/** `90` is `90s`, `120` is `2m`: as a setting is written. */
export function shortDuration(seconds: number): string {
  const [length, unit] = UNITS.find(([each]) => seconds >= each && seconds % each === 0) ?? [1, "s"];
  return `${seconds / length}${unit}`;
}

/** Alerts of one side that the other has nothing of at the same time. */
export function onlyIn(side: Side, other: Side): readonly AlertSpan[] {
  const known = Map.groupBy(other.alerts, identity);
  return side.alerts.filter(
    (alert) => !(known.get(identity(alert)) ?? []).some((each) => overlap(alert, each)),
  );
}

/** Alerts that the other side has at the same time with another severity. */
export function otherSeverity(side: Side, other: Side): readonly AlertSpan[] {
  const known = Map.groupBy(other.alerts, identity);
  return side.alerts.filter((alert) => {
    const same = (known.get(identity(alert)) ?? []).filter((each) => overlap(alert, each));
    return same.length > 0 && same.every(({ severity }) => severity !== alert.severity);
  });
}

function identity({
  check,
  subject: { backendIp, node, frontendIp, protocol, resourceId },
}: AlertSpan): string {
  return [check, backendIp ?? node, frontendIp, protocol, resourceId?.toLowerCase()].join("|");
}

/** Instants of one form compare as text. */
function overlap(a: AlertSpan, b: AlertSpan): boolean {
  return a.firedAt <= (b.resolvedAt ?? "~") && b.firedAt <= (a.resolvedAt ?? "~");
}

/** Stretches in which something fired, each with the worst of it; `from` and `to` as shares of the span, 0 to 1. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly severity: "warning" | "critical";
}

/** An instant as a share of a span, 0 to 1. */
export function shareOf(instant: string, fromMs: number, toMs: number): number {
  return Math.min(1, Math.max(0, (Date.parse(instant) - fromMs) / (toMs - fromMs)));
}

/** The warnings first, so that what is worse is drawn over them. */
export function stretches(side: Side, fromMs: number, toMs: number): readonly Stretch[] {
  return side.alerts
    .map(({ firedAt, resolvedAt, severity }) => ({
      from: shareOf(firedAt, fromMs, toMs),
      to: resolvedAt === null ? 1 : shareOf(resolvedAt, fromMs, toMs),
      severity,
    }))
    .toSorted((a, b) => Number(a.severity === "critical") - Number(b.severity === "critical"));
}
