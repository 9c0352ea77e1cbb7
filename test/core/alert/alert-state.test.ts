import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Alert } from "#core/alert/alert.ts";
import type { AlertPolicy, AlertStep, Signal } from "#core/alert/alert-state.ts";
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
  x: { kind: "ended" },
};

/** `-` inactive, `p` pending, `f` firing as a warning, `F` firing as critical, `r` resolved. */
function replay(timeline: string): string {
  return stepThrough(timeline)
    .map(({ alert }) => phaseOf(alert))
    .join("");
}

function stepThrough(timeline: string): AlertStep[] {
  let alert: Alert | undefined;
  return [...timeline].map((char, tick) => {
    const step = stepAlert(alert, IDENTITY, SIGNALS[char] ?? { kind: "gap" }, tick * MINUTE_MS, POLICY);
    alert = step.alert;
    return step;
  });
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
  ["a pending alert that becomes critical still waits for its hold", "!XX", "ppF"],
  ["ends at once with what it speaks of", "!!!x", "ppfr"],
  ["a pending one ends without a word", "!x", "p-"],
] as const)("%s", ([, timeline, phases]) => {
  expect(replay(timeline)).toBe(phases);
});

test.for([
  ["-> fires", "!!!!", "breach-began breach-not-held breach-held breach-continues"],
  ["-> passes", "!.", "breach-began breach-not-lasting"],
  ["rises and falls", "!!!X!!!!", "severity-rose fall-not-held fall-not-held fall-not-held severity-fell"],
  ["resolves", "!!!....", "clear-not-held clear-not-held clear-not-held clear-held"],
  ["after its end", "!!!.....", "clear-held recently-resolved"],
  ["gaps", "_!!!_", "inactive breach-began breach-not-held breach-held no-judgement"],
  ["ends", "!!!x", "breach-held ended"],
] as const)("says why: %s", ([, timeline, reasons]) => {
  const said = stepThrough(timeline).map(({ reason }) => reason);
  expect(said.slice(-reasons.split(" ").length).join(" ")).toBe(reasons);
});

test("a resolved alert is forgotten after its retention", () => {
  const resolved = stepThrough("!!!....").at(-1)?.alert;
  const later = (minutes: number) =>
    stepAlert(resolved, IDENTITY, { kind: "clear" }, (6 + minutes) * MINUTE_MS, POLICY);
  expect(later(59)).toEqual({ alert: resolved, reason: "recently-resolved" });
  expect(later(60)).toEqual({ alert: undefined, reason: "forgotten" });
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

  test("the same minute again changes nothing", () => {
    fc.assert(
      fc.property(timelines, fc.constantFrom("!", "X", ".", "_", "x"), (timeline, last) => {
        const before = stepThrough(timeline).at(-1)?.alert;
        const step = (alert: Alert | undefined) =>
          stepAlert(alert, IDENTITY, SIGNALS[last] ?? { kind: "gap" }, timeline.length * MINUTE_MS, POLICY)
            .alert;
        expect(step(step(before))).toEqual(step(before));
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
