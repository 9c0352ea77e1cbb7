import * as z from "zod";
import { parseDuration } from "#config/duration.ts";
import { nearestName } from "#config/nearest-name.ts";
import { LONGEST_SILENCE_MS, type NewSilence } from "#core/alert/silence.ts";
import type { ParameterFault } from "./problem.ts";
import type { CheckInfo } from "./route.ts";

const SUBJECT_PARTS = "node, backendIp, frontendIp, protocol, resourceId, destination";
const UNTIL = "a duration such as 2h, or a time to come (RFC 3339), at most 90 days ahead";
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/;

function words(most: number) {
  const expected = `a text of 1 to ${most} characters`;
  return z.string(expected).trim().min(1, expected).max(most, expected);
}

const part = words(1_000).nullish();

/** What POST takes. An absent field and `null` are the same. */
export const silenceBody = z.object({
  cluster: words(1_000).nullish().describe("Pattern of a cluster's name (`*`, `?`), or its ARM id."),
  check: words(100).nullish().describe("Id of a check."),
  subject: z
    .strictObject(
      {
        node: part,
        backendIp: part,
        frontendIp: part,
        protocol: part,
        resourceId: part,
        destination: part,
      },
      `an object with any of ${SUBJECT_PARTS}`,
    )
    .nullish()
    .describe("Every part given must be the alert's, in any case of letters."),
  until: words(100).describe("RFC 3339, or a duration such as `2h`. At most 90 days ahead."),
  comment: words(1_000).describe("Why."),
  createdBy: words(200).describe("Who."),
});

type SilenceBody = z.output<typeof silenceBody>;

/** The silence that a body asks for, from now on, or everything that is wrong with it. */
export function toSilence(
  body: SilenceBody,
  checks: readonly CheckInfo[],
  nowMs: number,
): NewSilence | ParameterFault[] {
  const { comment, createdBy } = body;
  const faults: ParameterFault[] = [];
  const cluster = body.cluster ?? undefined;
  const check = body.check ?? undefined;
  const subject = body.subject ? givenParts(body.subject) : undefined;
  if (subject !== undefined && Object.keys(subject).length === 0) {
    faults.push({ name: "subject", value: "{}", expected: `at least one of ${SUBJECT_PARTS}` });
  }
  if (cluster === undefined && check === undefined && subject === undefined) {
    faults.push({ name: "cluster", value: "", expected: "at least one of cluster, check, subject" });
  }
  if (check !== undefined && !checks.some((known) => known.id === check)) {
    faults.push({ name: "check", value: check, expected: describeChecks(check, checks) });
  }
  const untilMs = parseUntil(body.until, nowMs);
  if (untilMs === undefined) faults.push({ name: "until", value: body.until, expected: UNTIL });
  if (untilMs === undefined || faults.length > 0) return faults;
  return {
    ...(cluster === undefined ? {} : { cluster }),
    ...(check === undefined ? {} : { check }),
    ...(subject === undefined ? {} : { subject }),
    startsAtMs: nowMs,
    untilMs,
    comment,
    createdBy,
    createdAtMs: nowMs,
    endedAtMs: null,
  };
}

function givenParts(subject: NonNullable<SilenceBody["subject"]>): NonNullable<NewSilence["subject"]> {
  return Object.fromEntries(Object.entries(subject).filter(([, value]) => typeof value === "string"));
}

function describeChecks(given: string, checks: readonly CheckInfo[]): string {
  const ids = checks.map(({ id }) => id);
  const nearest = nearestName(given, ids);
  return nearest === undefined
    ? `one of the checks ${ids.join(", ")}`
    : `the id of a check, such as ${nearest}`;
}

function parseUntil(text: string, nowMs: number): number | undefined {
  const lengthMs = parseDuration(text);
  const untilMs = lengthMs === undefined ? parseTime(text) : nowMs + lengthMs;
  return untilMs > nowMs && untilMs <= nowMs + LONGEST_SILENCE_MS ? untilMs : undefined;
}

/** `NaN`, which lies within no bounds, for anything else. */
function parseTime(text: string): number {
  return RFC3339.test(text) ? Date.parse(text) : Number.NaN;
}
