import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Outcome } from "#core/checks/check.ts";
import { CALM_MS, noteVerdict, rewindStanding, type Standing } from "#core/events/verdict-events.ts";
import { MINUTE_MS } from "#core/time.ts";
import { statusOf } from "#core/verdict/judge-cluster.ts";
import type { Verdict } from "#core/verdict/verdict.ts";
import { T0 } from "../../support/builders.ts";

const OUTCOMES: Readonly<Record<string, Outcome>> = { ".": "pass", w: "warn", u: "unknown", F: "fail" };

/** The verdict of a minute, of two checks that judge traffic. */
function verdictOf(minute: number, ports: Outcome, failures: Outcome): Verdict {
  const checks = [
    ["snat-ports", ports],
    ["snat-failures", failures],
  ] as const;
  const results = checks.map(([id, outcome]) => ({
    id,
    outcome,
    summary: "",
    findings: [],
    untold: [],
    evidence: [],
    remedy: null,
    explainedBy: null,
    sinceMs: T0,
  }));
  return {
    status: statusOf(results),
    headline: `headline of ${minute}`,
    minuteMs: T0 + minute * MINUTE_MS,
    evaluatedAtMs: T0 + (minute + 4) * MINUTE_MS,
    dataThroughMs: null,
    worstUsedRatio: null,
    exhaustionInSeconds: null,
    checks: results,
    nodes: [],
  };
}

/** Outcomes of the two checks, a character a minute; the titles of the events with their minutes. */
function tell(ports: string, failures = ".".repeat(ports.length), start: Standing | null = []) {
  let standing = start;
  const told: string[] = [];
  for (let minute = 0; minute < ports.length; minute += 1) {
    const of = (line: string) => OUTCOMES[line[minute] ?? "."] ?? "pass";
    const noted = noteVerdict(standing, verdictOf(minute, of(ports), of(failures)));
    standing = JSON.parse(JSON.stringify(noted.standing));
    if (noted.event !== null) told.push(`${minute} ${noted.event.title}`);
  }
  return { standing, told };
}

test.for([
  ["nothing", "......", "......", []],
  ["what comes is told at once", "..w.", "....", ["2 from healthy to warning: snat-ports warns"]],
  [
    "what goes is told when it has been away for five minutes",
    "F.......",
    "........",
    [
      "0 from healthy to critical: snat-ports fails",
      "6 from critical to healthy: snat-ports no longer fails",
    ],
  ],
  [
    "what comes and goes is told once",
    "F.F..F.F......",
    "..............",
    [
      "0 from healthy to critical: snat-ports fails",
      "13 from critical to healthy: snat-ports no longer fails",
    ],
  ],
  [
    "a second check is news under the same status",
    "FFF",
    ".Fw",
    ["0 from healthy to critical: snat-ports fails", "1 still critical: snat-failures fails"],
  ],
  [
    "a fall is held as an end is",
    "wFwwwwwww",
    ".........",
    [
      "0 from healthy to warning: snat-ports warns",
      "1 from warning to critical: snat-ports fails",
      "7 from critical to warning: snat-ports no longer fails",
    ],
  ],
  [
    "data that is missing is unknown, and is told when it is back",
    ".uu.......",
    ".uu.......",
    [
      "1 from healthy to unknown: snat-ports cannot tell, snat-failures cannot tell",
      "8 from unknown to healthy: snat-ports can tell again, snat-failures can tell again",
    ],
  ],
] as const)("%s", ([, ports, failures, told]) => {
  expect(tell(ports, failures).told).toEqual(told);
});

test("the first verdict is the start of the time line", () => {
  expect(tell("w.", "..", null).told).toEqual(["0 judged for the first time: warning"]);
  expect(noteVerdict(null, verdictOf(0, "pass", "pass")).event).toMatchObject({
    severity: "ok",
    check: null,
    detail: "headline of 0",
    verdict: { from: null, to: "healthy", began: [], ended: [] },
  });
});

test("an event names what began and what ended, as it is and as it was", () => {
  const { standing } = tell("wF");
  const { event } = noteVerdict(standing, verdictOf(10, "warn", "unknown"));
  expect(event).toMatchObject({
    atMs: T0 + 10 * MINUTE_MS,
    severity: "unknown",
    check: "snat-failures",
    verdict: {
      from: "critical",
      to: "unknown",
      began: [{ check: "snat-failures", outcome: "unknown" }],
      ended: [{ check: "snat-ports", outcome: "fail" }],
    },
  });
});

test("a minute in which nothing is bad and nothing was costs no new object", () => {
  const standing: Standing = [];
  expect(noteVerdict(standing, verdictOf(0, "pass", "notApplicable")).standing).toBe(standing);
});

test("a clock that was ahead leaves nothing that never goes", () => {
  const ahead = tell("F").standing;
  const { standing } = { standing: rewindStanding(ahead, T0 - 60 * MINUTE_MS) };
  expect(noteVerdict(standing, verdictOf(-54, "pass", "pass")).event?.title).toBe(
    "from critical to healthy: snat-ports no longer fails",
  );
  expect(rewindStanding(null, T0)).toBeNull();
});

describe("laws", () => {
  const line = fc.string({ unit: fc.constantFrom(".", "w", "u", "F"), maxLength: 60 });

  test("events are a chain: each begins where the one before ended, and the last is how things stand", () => {
    fc.assert(
      fc.property(line, line, (ports, failures) => {
        const length = Math.min(ports.length, failures.length);
        let standing: Standing | null = null;
        let status: string | null = null;
        for (let minute = 0; minute <= length + CALM_MS / MINUTE_MS; minute += 1) {
          const of = (text: string) => OUTCOMES[minute < length ? (text[minute] ?? ".") : "."] ?? "pass";
          const verdict = verdictOf(minute, of(ports), of(failures));
          const noted = noteVerdict(standing, verdict);
          standing = noted.standing;
          if (noted.event === null) continue;
          expect(noted.event.verdict.from).toBe(status);
          status = noted.event.verdict.to;
          // What is bad now is never told as better than it is.
          if (verdict.status === "critical") expect(status).toBe("critical");
        }
        expect(status).toBe("healthy");
        expect(standing).toEqual([]);
      }),
    );
  });

  test("no more than one end of a check in five minutes, however it flaps", () => {
    fc.assert(
      fc.property(line, (ports) => {
        const ends = tell(ports).told.filter((title) => title.includes("no longer fails"));
        expect(ends.length).toBeLessThanOrEqual(Math.ceil(ports.length / 5));
        const minutes = ends.map((title) => Number.parseInt(title, 10));
        for (const [index, minute] of minutes.entries()) {
          if (index > 0) expect(minute - (minutes[index - 1] ?? 0)).toBeGreaterThan(5);
        }
      }),
    );
  });
});
