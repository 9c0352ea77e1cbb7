import { expect, test } from "vitest";
import type { ReplayAnswer } from "#api/answers/replay.ts";
import {
  type AlertSpan,
  backTestQuery,
  onlyIn,
  otherSeverity,
  presentLimits,
  readBackTest,
  shortDuration,
  stretches,
} from "../../shared/dashboard/text/back-test.ts";

function span(minute: number, end: number | null, change: Partial<AlertSpan> = {}): AlertSpan {
  const at = (minutes: number) => new Date(minutes * 60_000).toISOString();
  return {
    check: "snat-ports",
    subject: { backendIp: "10.0.0.4", protocol: "tcp" },
    severity: "warning",
    firedAt: at(minute),
    resolvedAt: end === null ? null : at(end),
    summary: "",
    ...change,
  };
}

function side(...alerts: AlertSpan[]): ReplayAnswer["replayed"] {
  const summary = { alerts: 0, criticalAlerts: 0, firingMinutes: 0, incidents: 0, messages: 0 };
  return { alerts, incidents: [], summary };
}

test("an alert is new where the other side has none of its kind at the time", () => {
  const present = side(span(10, 20), span(30, null, { check: "snat-failures" }));
  expect(onlyIn(side(span(15, 40)), present)).toEqual([]);
  expect(onlyIn(side(span(21, 40)), present)).toHaveLength(1);
  expect(
    onlyIn(side(span(10, 20, { subject: { backendIp: "10.0.0.5", protocol: "tcp" } })), present),
  ).toHaveLength(1);
  expect(onlyIn(side(span(90, 95, { check: "snat-failures" })), present)).toEqual([]);
  // A name comes and goes, the address stays.
  const named = span(10, 20, { subject: { node: "n", backendIp: "10.0.0.4", protocol: "tcp" } });
  expect(onlyIn(side(named), present)).toEqual([]);
});

test("an alert of the same time may have another severity", () => {
  const critical = span(10, 20, { severity: "critical" });
  expect(otherSeverity(side(critical), side(span(12, 30)))).toEqual([critical]);
  expect(otherSeverity(side(critical), side(span(12, 30), critical))).toEqual([]);
  expect(otherSeverity(side(critical), side(span(40, 50)))).toEqual([]);
});

test("stretches are shares of the span, what is worse drawn last", () => {
  const all = side(span(-60, 30, { severity: "critical" }), span(60, null));
  expect(stretches(all, 0, 120 * 60_000)).toEqual([
    { from: 0.5, to: 1, severity: "warning" },
    { from: 0, to: 0.25, severity: "critical" },
  ]);
});

test.each([
  [45, "45s"],
  [120, "2m"],
  [90, "90s"],
  [14_400, "4h"],
  [86_400, "1d"],
  [0, "0s"],
])("%d seconds are written %s", (seconds, text) => {
  expect(shortDuration(seconds)).toBe(text);
});

test("limits go through the address, empty ones are left out", () => {
  const wish = readBackTest(new URLSearchParams("from=-3d&warnRatio=0.6&for=%20&other=1"));
  expect(wish).toEqual({ from: "-3d", limits: { warnRatio: "0.6" } });
  expect(backTestQuery(wish)).toEqual({ from: "-3d", warnRatio: "0.6" });
  const set = { warnRatio: 0.75, failRatio: 0.9, failedRatio: 0.05, skewFactor: 3, staleAfterSeconds: 300 };
  const lengths = { forSeconds: 120, keepFiringForSeconds: 300, repeatIntervalSeconds: 14_400 };
  expect(presentLimits({ ...set, ...lengths })).toMatchObject({
    warnRatio: "0.75",
    for: "2m",
    repeatInterval: "4h",
  });
});
