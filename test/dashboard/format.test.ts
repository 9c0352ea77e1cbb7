import { expect, test } from "vitest";
import {
  age,
  axisTimes,
  duration,
  number,
  percent,
  resourceName,
  time,
  untilEmpty,
  words,
} from "../../shared/dashboard/text/format.ts";
import { trendPath } from "../../shared/dashboard/text/trend-path.ts";

test.each([
  [number(1_024), "1,024"],
  [number(25.64), "25.6"],
  [number(1.736), "1.74"],
  [number(0), "0"],
  [number(null), "–"],
  [percent(0.8693), "86.9 %"],
  [percent(null), "–"],
  [duration(45), "45 s"],
  [duration(105), "2 min"],
  [duration(3_600), "1 h"],
  [duration(12_000), "3 h 20 min"],
  [duration(180_000), "2 d 2 h"],
  [duration(null), "–"],
  [untilEmpty(0), "now"],
  [untilEmpty(105), "2 min"],
  [untilEmpty(null), "–"],
  [age("2026-11-21T10:00:00Z", Date.parse("2026-11-21T10:04:10Z")), "4 min"],
  [age(null, 0), "never"],
  [time("2026-11-21T15:36:02Z", "utc"), "2026-11-21 15:36 UTC"],
  [time(null, "utc"), "–"],
  [time("nonsense", "utc"), "–"],
  [words("minutesUntilExhaustion"), "minutes until exhaustion"],
  [words("path of pool nodePool1"), "path of pool nodePool1"],
  [resourceName("/subscriptions/s/providers/x/loadBalancers/kubernetes"), "kubernetes"],
  [resourceName(null), "–"],
])("%s is %s", (text, expected) => {
  expect(text).toBe(expected);
});

test("a time axis tells the day where it begins", () => {
  const hour = (iso: string) => Date.parse(iso) / 1_000;
  const marks = ["2026-11-20T22:00:00Z", "2026-11-20T23:00:00Z", "2026-11-21T00:00:00Z"].map(hour);
  expect(axisTimes(marks, "utc")).toEqual(["22:00\n11-20", "23:00", "00:00\n11-21"]);
  expect(axisTimes(["2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"].map(hour), "utc")).toEqual([
    "11-20",
    "11-21",
  ]);
});

test("a gap in the values is a gap in the trend", () => {
  expect(trendPath([0, 1, null, 1], 30, 12, 1)).toBe("M0.0 11.0h0.1L10.0 1.0M30.0 1.0h0.1");
  expect(trendPath([], 30, 12, null)).toBe("");
});
