import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Alert } from "#core/alert/alert.ts";
import type { AlertPolicy, Signal } from "#core/alert/alert-state.ts";
import { stepAlert } from "#core/alert/alert-state.ts";
import { MINUTE_MS } from "#core/time.ts";

const FOR_TICKS = 2;
const KEEP_TICKS = 3;
const POLICY: AlertPolicy = {
  forMs: FOR_TICKS * MINUTE_MS,
  keepFiringForMs: KEEP_TICKS * MINUTE_MS,
  resolvedRetentionMs: 60 * MINUTE_MS,
};
const IDENTITY = { key: "k", check: "snat-ports", subject: {} };

const SIGNALS: Readonly<Record<string, Signal>> = {
  "!": { kind: "breach", severity: "warning", summary: "warm", explainedBy: null },
  X: { kind: "breach", severity: "critical", summary: "full", explainedBy: null },
  ".": { kind: "clear" },
  _: { kind: "gap" },
};

/** `-` inactive, `p` pending, `f` firing as a warning, `F` firing as critical, `r` resolved. */
function replay(timeline: string): string {
  let alert: Alert | undefined;
  let phases = "";
  for (const [tick, char] of [...timeline].entries()) {
    alert = stepAlert(alert, IDENTITY, SIGNALS[char] ?? { kind: "gap" }, tick * MINUTE_MS, POLICY);
    phases += phaseOf(alert);
  }
  return phases;
}

function phaseOf(alert: Alert | undefined): string {
  if (alert === undefined) return "-";
  if (alert.phase === "firing") return alert.severity === "critical" ? "F" : "f";
  return alert.phase === "pending" ? "p" : "r";
}

test.for([
  ["fires once the breach has held", "!!!!", "ppff"],
  ["starts the hold again after a clear", "!!.!!!", "pp-ppf"],
  ["rides out a clear spell shorter than keepFiringFor", "!!!.!..", "ppfffff"],
  ["resolves when the spell lasts", "!!!....!", "ppffffrp"],
  ["treats a gap as neither breach nor clear", "!!!____.", "ppffffff"],
  ["counts the time of a gap once a judged minute follows", "!__!", "pppf"],
  ["a gap alone never resolves", "!!!.________", "ppffffffffff"],
  ["escalates at once", "!!!X", "ppfF"],
  ["falls back to a warning only when that lasts", "XXX!!!!!", "ppFFFFff"],
  ["a fall that does not last is no fall", "XXX!!X!", "ppFFFFF"],
  ["a pending alert fires with the severity of the minute", "!!X", "ppF"],
  ["fires again after it resolved only when it held again", "!!!....!!!", "ppffffrppf"],
] as const)("%s", ([, timeline, phases]) => {
  expect(replay(timeline)).toBe(phases);
});

describe("laws", () => {
  const timelines = fc.string({ unit: fc.constantFrom("!", "X", ".", "_"), maxLength: 120 });

  test("no alert fires within `for` of a clear", () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        for (const { index } of replay(timeline).matchAll(/(?<![fF])[fF]/g)) {
          expect(index).toBeGreaterThanOrEqual(FOR_TICKS);
          expect(timeline.slice(index - FOR_TICKS, index + 1)).not.toContain(".");
        }
      }),
    );
  });

  test("no alert resolves within `keepFiringFor` of a breach, nor in a gap", () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        for (const { index } of replay(timeline).matchAll(/(?<=[fF])r/g)) {
          expect(timeline.slice(Math.max(0, index - KEEP_TICKS), index + 1)).not.toMatch(/[!X]/);
          expect(timeline[index]).toBe(".");
        }
      }),
    );
  });

  test("an alert without breach is never there", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(".", "_"), maxLength: 50 }), (timeline) => {
        expect(replay(timeline)).toBe("-".repeat(timeline.length));
      }),
    );
  });
});
