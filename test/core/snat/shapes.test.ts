import { expect, test } from "vitest";
import { type HighHour, rememberShapes, usualLevel } from "#core/snat/shapes.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { backendIp, facts, nodeLines, T0 } from "../../support/builders.ts";

const node = { backendIp: backendIp(0), protocol: "tcp" as const };
const since = Number.NEGATIVE_INFINITY;
const shape = (...hours: readonly HighHour[]) => [{ ...node, hours }];
const daysAgo = (days: number, percent: number, failed: 0 | 1 = 0): HighHour => [
  T0 - days * DAY_MS,
  percent,
  failed,
];

test.for([
  ["two days: the lower of them", [daysAgo(2, 88), daysAgo(1, 84)], 0.84],
  ["one day is no habit", [daysAgo(1, 88)], 0],
  ["a day with failures does not count", [daysAgo(3, 80), daysAgo(2, 95, 1), daysAgo(1, 84)], 0.8],
  [
    "an hour before or after is the same hour",
    [
      [T0 - 2 * DAY_MS - HOUR_MS, 81, 0],
      [T0 - DAY_MS + HOUR_MS, 83, 0],
    ],
    0.81,
  ],
  [
    "another hour is not",
    [
      [T0 - 2 * DAY_MS - 4 * HOUR_MS, 81, 0],
      [T0 - DAY_MS - 4 * HOUR_MS, 83, 0],
    ],
    0,
  ],
  [
    "today says nothing of itself",
    [
      [T0 - HOUR_MS, 81, 0],
      [T0, 83, 0],
    ],
    0,
  ],
] as const)("usual: %s", ([, hours, level]) => {
  expect(usualLevel(shape(...hours), node, T0, since)).toBe(level);
});

test("days before a node came are those of another that had its address", () => {
  const shapes = shape(daysAgo(2, 88), daysAgo(1, 84));
  expect(usualLevel(shapes, node, T0, T0 - 1.5 * DAY_MS)).toBe(0);
});

test("only high hours are kept, and the same minute again changes nothing", () => {
  const seen = facts({ lines: nodeLines([{ tcp: 800 }, { tcp: 300 }, {}]) });
  const once = rememberShapes([], seen, () => false);
  expect(once).toEqual([{ ...node, hours: [[T0, 78, 0]] }]);
  expect(rememberShapes(once, seen, () => false)).toBe(once);
  expect(rememberShapes(once, seen, () => true)).toEqual([{ ...node, hours: [[T0, 78, 1]] }]);
});

test("what is older than eight days goes, and with it a node that is gone", () => {
  const old = [
    { ...node, hours: [daysAgo(9, 80)] },
    { ...node, backendIp: backendIp(1), hours: [daysAgo(9, 80)] },
  ];
  const seen = facts({ lines: nodeLines([{ tcp: 800 }]) });
  expect(rememberShapes(old, { ...seen, minuteMs: T0 - (T0 % HOUR_MS) }, () => false)).toEqual([
    { ...node, hours: [[T0, 78, 0]] },
  ]);
  expect(T0 % HOUR_MS).toBeLessThan(MINUTE_MS);
});
