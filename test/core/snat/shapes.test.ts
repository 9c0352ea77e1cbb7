import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readShapes } from "#core/snat/older-shapes.ts";
import {
  addHours,
  type HighHour,
  mergeShapes,
  NO_SHAPES,
  rememberShapes,
  shapesBefore,
  usualLevel,
} from "#core/snat/shapes.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { backendIp, facts, nodeLines, T0 } from "../../support/builders.ts";

const node = { backendIp: backendIp(0), protocol: "tcp" as const };
const since = Number.NEGATIVE_INFINITY;
const TODAY = Math.floor(T0 / DAY_MS);

const shape = (...hours: readonly HighHour[]) => addHours(NO_SHAPES, node, hours);
const at = (atMs: number, percent: number, failed = false): HighHour => ({
  atMs,
  level: percent / 100,
  failed,
});
const daysAgo = (days: number, percent: number, failed = false) => at(T0 - days * DAY_MS, percent, failed);
/** A day with marks from an hour on. */
const day = (daysBefore: number, hour: number, marks: string) => [
  TODAY - daysBefore,
  `${".".repeat(hour)}${marks}`.padEnd(24, "."),
];

describe("usual", () => {
  test.for([
    ["two days: the lower of them", [daysAgo(2, 88), daysAgo(1, 84)], 0.84],
    ["one day is no habit", [daysAgo(1, 88)], 0],
    ["a day with failures does not count", [daysAgo(3, 80), daysAgo(2, 95, true), daysAgo(1, 84)], 0.8],
    [
      "an hour before or after is the same hour",
      [at(T0 - 49 * HOUR_MS, 81), at(T0 - 23 * HOUR_MS, 83)],
      0.81,
    ],
    ["another hour is not", [at(T0 - 52 * HOUR_MS, 81), at(T0 - 28 * HOUR_MS, 83)], 0],
    ["today says nothing of itself", [at(T0 - HOUR_MS, 81), at(T0, 83)], 0],
    ["two of the last three Mondays", [daysAgo(21, 90), daysAgo(7, 86)], 0.86],
    ["one Monday is no habit", [daysAgo(14, 90)], 0],
    ["two days of different weekdays, more than a week ago", [daysAgo(14, 90), daysAgo(13, 90)], 0],
    ["a Monday with failures does not count", [daysAgo(21, 90), daysAgo(14, 88), daysAgo(7, 86, true)], 0.88],
    [
      "a failure an hour off spoils its Monday",
      [daysAgo(14, 88), at(T0 - 7 * DAY_MS + HOUR_MS, 70, true), daysAgo(7, 86)],
      0,
    ],
    [
      "Mondays higher than the other days",
      [daysAgo(14, 92), daysAgo(7, 91), daysAgo(2, 70), daysAgo(1, 72)],
      0.91,
    ],
    ["days higher than Mondays were", [daysAgo(14, 65), daysAgo(7, 66), daysAgo(2, 80), daysAgo(1, 82)], 0.8],
  ] as const)("%s", ([, hours, level]) => {
    expect(usualLevel(shape(...hours), node, T0, since)).toBe(level);
  });

  test("days before a node came are those of another that had its address", () => {
    expect(usualLevel(shape(daysAgo(2, 88), daysAgo(1, 84)), node, T0, T0 - 1.5 * DAY_MS)).toBe(0);
    expect(usualLevel(shape(daysAgo(14, 88), daysAgo(7, 84)), node, T0, T0 - 8 * DAY_MS)).toBe(0);
  });

  test("the hour before midnight belongs to the night, three weeks ago too", () => {
    const midnight = TODAY * DAY_MS;
    const shapes = shape(
      at(midnight - 21 * DAY_MS - HOUR_MS, 85),
      at(midnight - 7 * DAY_MS - HOUR_MS, 86),
      at(midnight - HOUR_MS, 80),
    );
    expect(usualLevel(shapes, node, midnight, since)).toBe(0.85);
  });
});

describe("what is kept", () => {
  test("only high hours, and the same minute again changes nothing", () => {
    const seen = facts({ lines: nodeLines([{ tcp: 800 }, { tcp: 300 }, {}]) });
    const once = rememberShapes([], seen, () => false);
    // "B" is 18 after "0": 78 %.
    expect(once).toEqual([{ ...node, days: [day(0, 10, "B")] }]);
    expect(rememberShapes(once, seen, () => false)).toBe(once);
    const failed = rememberShapes(once, seen, () => true);
    expect(failed).toEqual([{ ...node, days: [day(0, 10, "!")] }]);
    expect(rememberShapes(failed, seen, () => false)).toBe(failed);
  });

  test("a day is a string of its hours, from 60 to 100 %", () => {
    expect(shape(at(T0, 60), at(T0 + HOUR_MS, 100), at(T0 + 2 * HOUR_MS, 108))).toEqual([
      { ...node, days: [day(0, 10, "0XX")] },
    ]);
  });

  test("what is older than 22 days goes, and with it a node that is gone", () => {
    const old = [
      { ...node, days: shape(daysAgo(23, 80))[0]?.days ?? [] },
      { ...node, backendIp: backendIp(1), days: shape(daysAgo(23, 80))[0]?.days ?? [] },
    ];
    const seen = facts({ lines: nodeLines([{ tcp: 800 }]) });
    expect(rememberShapes(old, { ...seen, minuteMs: T0 - (T0 % HOUR_MS) }, () => false)).toEqual([
      { ...node, days: [day(0, 10, "B")] },
    ]);
    expect(T0 % HOUR_MS).toBeLessThan(MINUTE_MS);
  });

  test("a node that is always high takes less than a kilobyte", () => {
    const hours = Array.from({ length: 40 * 24 }, (_, hour) => at(T0 + hour * HOUR_MS, 85));
    const shapes = shape(...hours);
    expect(shapes[0]?.days).toHaveLength(23);
    expect(JSON.stringify(shapes).length).toBeLessThan(1_024);
  });

  const anyHour = fc.record({
    atMs: fc.integer({ min: 0, max: 22 * 24 - 1 }).map((hour) => T0 - hour * HOUR_MS),
    level: fc.integer({ min: 60, max: 110 }).map((percent) => percent / 100),
    failed: fc.boolean(),
  });

  test("the order of the hours says nothing, and none changes anything twice", () => {
    fc.assert(
      fc.property(fc.array(anyHour, { minLength: 1 }), (hours) => {
        const shapes = shape(...hours);
        expect(shape(...hours.toReversed())).toEqual(shapes);
        for (const hour of hours) expect(addHours(shapes, node, [hour])).toBe(shapes);
      }),
    );
  });
});

test("what two know of the same days is put together", () => {
  const other = { ...node, backendIp: backendIp(1) };
  const mine = shape(daysAgo(2, 80), daysAgo(1, 84));
  const theirs = addHours(shape(daysAgo(3, 75), daysAgo(2, 82), daysAgo(1, 70, true)), other, [
    daysAgo(1, 66),
  ]);
  const both = shape(daysAgo(3, 75), daysAgo(2, 82), daysAgo(1, 84, true));
  expect(mergeShapes(mine, theirs)).toEqual(addHours(both, other, [daysAgo(1, 66)]));
  expect(mergeShapes(theirs, theirs)).toBe(theirs);
});

test("before an hour, that hour and all after it are not known", () => {
  const shapes = shape(daysAgo(1, 80), at(T0 - HOUR_MS, 81), at(T0, 82), at(T0 + DAY_MS, 83));
  expect(shapesBefore(shapes, T0 + 5 * MINUTE_MS)).toEqual(shape(daysAgo(1, 80), at(T0 - HOUR_MS, 81)));
  expect(shapesBefore(shapes, T0 - 2 * DAY_MS)).toEqual([]);
});

test("shapes of the version before are read as they are meant", () => {
  const older = {
    ...node,
    hours: [
      [T0 - DAY_MS, 84, 0],
      [T0, 91, 1],
    ],
  } as const;
  const newer = { ...node, backendIp: backendIp(1), days: shape(daysAgo(1, 80))[0]?.days ?? [] };
  expect(readShapes([older, newer])).toEqual([...shape(daysAgo(1, 84), at(T0, 91, true)), newer]);
});
