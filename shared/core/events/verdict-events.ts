import type { CheckResult } from "../checks/check.ts";
import { cut } from "../notify/plain-text.ts";
import { MINUTE_MS } from "../time.ts";
import { judgesTraffic, statusOf } from "../verdict/judge-cluster.ts";
import type { Status, Verdict } from "../verdict/verdict.ts";
import { type BadCheck, DETAIL_MAX, type EventSeverity, TITLE_MAX, type VerdictEvent } from "./event.ts";

/**
 * How long a finding must be away before the time line says so, as an alert's end is held by default. What comes is told at once;
 * what comes and goes at a limit is told once, and not every minute.
 */
export const CALM_MS = 5 * MINUTE_MS;

/** The last minute in which a check was so. */
interface Sighting extends BadCheck {
  readonly lastMs: number;
}

/** What the time line holds to be so: all that was seen within the last minutes. */
export type Standing = readonly Sighting[];

/** Worst first, as in the status. */
const OUTCOMES: readonly BadCheck["outcome"][] = ["fail", "unknown", "warn"];

const SEVERITIES: Readonly<Record<Status, EventSeverity>> = {
  critical: "critical",
  warning: "warning",
  unknown: "unknown",
  healthy: "ok",
};

/** The standing after a first look at a verdict. */
export function firstStanding({ checks, minuteMs }: Verdict): Standing {
  return badChecks(checks).map((bad) => ({ ...bad, lastMs: minuteMs }));
}

/**
 * What one more verdict changes in what is held to be so.
 *
 * @param before `null`: never judged
 * @returns the new standing, the same object where nothing is and nothing was; the event, where the status or a check has changed
 */
export function noteVerdict(
  before: Standing | null,
  verdict: Verdict,
): { readonly standing: Standing; readonly event: VerdictEvent | null } {
  const now = firstStanding(verdict);
  if (before === null) return { standing: now, event: eventOf(null, [], worstOf(now), verdict) };
  if (before.length === 0 && now.length === 0) return { standing: before, event: null };
  const isNow = ({ check, outcome }: Sighting) =>
    now.some((bad) => bad.check === check && bad.outcome === outcome);
  const heldFromMs = verdict.minuteMs - CALM_MS - MINUTE_MS;
  const held = before.filter((seen) => seen.lastMs > heldFromMs && !isNow(seen));
  const standing = [...now, ...held];
  const was = worstOf(before);
  const is = worstOf(standing);
  const same = was.length === is.length && was.every((bad) => outcomeIn(is, bad.check) === bad.outcome);
  return { standing, event: same ? null : eventOf(statusOfBad(was), was, is, verdict) };
}

/** The standing as if its clock had never been ahead of `minuteMs`. */
export function rewindStanding(standing: Standing | null, minuteMs: number): Standing | null {
  return standing?.map((seen) => ({ ...seen, lastMs: Math.min(seen.lastMs, minuteMs) })) ?? null;
}

function badChecks(results: readonly Pick<CheckResult, "id" | "outcome">[]): BadCheck[] {
  return results.flatMap(({ id, outcome }): BadCheck[] => {
    if (outcome === "fail" || outcome === "warn") return [{ check: id, outcome }];
    // What else cannot tell changes no status, and is on the cluster's page.
    return outcome === "unknown" && judgesTraffic(id) ? [{ check: id, outcome }] : [];
  });
}

/** Each check once, as the worst that is held of it. */
function worstOf(standing: readonly BadCheck[]): BadCheck[] {
  const worst = new Map<string, BadCheck>();
  for (const { check, outcome } of standing) {
    const known = worst.get(check);
    if (known === undefined || rankOf(outcome) < rankOf(known.outcome)) worst.set(check, { check, outcome });
  }
  return [...worst.values()];
}

function eventOf(
  from: Status | null,
  was: readonly BadCheck[],
  is: readonly BadCheck[],
  verdict: Verdict,
): VerdictEvent {
  const to = statusOfBad(is);
  const began = is.filter(({ check, outcome }) => rankOf(outcome) < rankOf(outcomeIn(was, check)));
  const ended = was.filter(({ check, outcome }) => rankOf(outcome) < rankOf(outcomeIn(is, check)));
  return {
    kind: "verdict",
    atMs: verdict.minuteMs,
    id: "verdict",
    title: titleOf(from, to, began, ended),
    detail: cut(verdict.headline, DETAIL_MAX),
    severity: SEVERITIES[to],
    check: (began[0] ?? ended[0])?.check ?? null,
    incident: null,
    channel: null,
    verdict: { from, to, began, ended },
  };
}

function titleOf(
  from: Status | null,
  to: Status,
  began: readonly BadCheck[],
  ended: readonly BadCheck[],
): string {
  if (from === null) return `judged for the first time: ${to}`;
  const news = [
    ...began.map(({ check, outcome }) => `${check} ${BEGINS[outcome]}`),
    ...ended.map(({ check, outcome }) => `${check} ${ENDS[outcome]}`),
  ].join(", ");
  return cut(`${from === to ? `still ${to}` : `from ${from} to ${to}`}: ${news}`, TITLE_MAX);
}

const BEGINS: Readonly<Record<BadCheck["outcome"], string>> = {
  fail: "fails",
  unknown: "cannot tell",
  warn: "warns",
};
const ENDS: Readonly<Record<BadCheck["outcome"], string>> = {
  fail: "no longer fails",
  unknown: "can tell again",
  warn: "no longer warns",
};

function statusOfBad(bad: readonly BadCheck[]): Status {
  return statusOf(bad.map(({ check, outcome }) => ({ id: check, outcome })));
}

function outcomeIn(bad: readonly BadCheck[], check: string): BadCheck["outcome"] | undefined {
  return bad.find((each) => each.check === check)?.outcome;
}

/** Smaller is worse; nothing bad is the best. */
function rankOf(outcome: BadCheck["outcome"] | undefined): number {
  return outcome === undefined ? OUTCOMES.length : OUTCOMES.indexOf(outcome);
}
