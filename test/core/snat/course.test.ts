import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chanceToRunOut } from "#core/snat/chance.ts";
import { advanceCourse, beginCourse, type Course, type Doubt } from "#core/snat/course.ts";

const ALLOCATED = 1_024;

/** The course after one value a minute. */
function courseOf(values: readonly number[]): Course {
  const [first = Number.NaN, ...others] = values;
  return others.reduce(advanceCourse, beginCourse(first));
}

const minutes = (count: number, at: (minute: number) => number) =>
  Array.from({ length: count }, (_, minute) => at(minute));

/** Swings of the size and length of ordinary traffic, the same every time. */
function swings(count: number, seed = 1): number[] {
  let state = seed;
  let deviation = 0;
  return minutes(count, () => {
    let sum = 0;
    for (let i = 0; i < 12; i += 1) {
      state = (state * 48_271) % 2_147_483_647;
      sum += state / 2_147_483_647;
    }
    deviation = 0.9 * deviation + 0.022 * (sum - 6);
    return 1 + deviation;
  });
}

describe("the course of a use", () => {
  test("of a steady use is its level", () => {
    const course = courseOf(minutes(120, () => 600));
    expect(course.level).toBeCloseTo(600, 3);
    expect(course.slope).toBeCloseTo(0, 3);
    expect(course.samples).toBe(120);
  });

  test("of a line is the line", () => {
    const course = courseOf(minutes(180, (minute) => 200 + 3 * minute));
    expect(course.level + course.deviation).toBeCloseTo(200 + 3 * 179, 0);
    expect(course.slope).toBeCloseTo(3, 1);
  });

  test("finds a rise in swings that hide it", () => {
    const noise = swings(240);
    const rising = courseOf(noise.map((factor, minute) => (100 + 4 * minute) * factor));
    const flat = courseOf(noise.map((factor) => 600 * factor));
    expect(rising.slope).toBeGreaterThan(2);
    expect(Math.abs(flat.slope)).toBeLessThan(2);
  });

  test("takes a burst of some minutes for what it is", () => {
    const before = courseOf(minutes(120, () => 600));
    const during = minutes(3, () => 900).reduce(advanceCourse, before);
    expect(during.level).toBeLessThan(750);
    const after = minutes(20, () => 600).reduce(advanceCourse, during);
    expect(after.level).toBeGreaterThan(580);
    expect(after.level).toBeLessThan(620);
  });

  test("follows a step that stays", () => {
    const stepped = courseOf(minutes(180, (minute) => (minute < 120 ? 300 : 800)));
    expect(stepped.level).toBeGreaterThan(750);
  });

  test("goes on without values, with more doubt", () => {
    const known = courseOf(minutes(120, () => 600));
    const blind = minutes(10, () => Number.NaN).reduce(advanceCourse, known);
    expect(blind.level).toBeCloseTo(known.level, 0);
    expect(blind.samples).toBe(known.samples);
    expect(blind.doubt.level).toBeGreaterThan(known.doubt.level);
    expect(blind.doubt.slope).toBeGreaterThan(known.doubt.slope);
  });

  test("property: stays finite and its doubts stay possible, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 64_000 })), {
          minLength: 1,
          maxLength: 200,
        }),
        (values) => {
          const course = courseOf([100, ...values]);
          for (const figure of [course.level, course.slope, course.deviation])
            expect(Number.isFinite(figure)).toBe(true);
          expect(isPossible(course.doubt)).toBe(true);
          const { withinHour } = chanceToRunOut(course, ALLOCATED);
          expect(withinHour).toBeGreaterThanOrEqual(0);
          expect(withinHour).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test("property: scales with the unit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 600, max: 1_000 }), { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 2, max: 50 }),
        (values, factor) => {
          const one = chanceToRunOut(courseOf(values), ALLOCATED);
          const other = chanceToRunOut(courseOf(values.map((value) => value * factor)), ALLOCATED * factor);
          expect(other.withinHour).toBeCloseTo(one.withinHour, 6);
        },
      ),
    );
  });
});

/** Variances are not below 0, and no covariance is more than they allow; a little more than rounding is let pass. */
function isPossible({ level, slope, deviation, levelSlope, levelDeviation, slopeDeviation }: Doubt): boolean {
  const within = (covariance: number, one: number, other: number) =>
    covariance ** 2 <= one * other * (1 + 1e-6) + 1e-6;
  return (
    Math.min(level, slope, deviation) >= -1e-6 &&
    within(levelSlope, level, slope) &&
    within(levelDeviation, level, deviation) &&
    within(slopeDeviation, slope, deviation)
  );
}

describe("the chance to run out within the hour", () => {
  const chance = (values: readonly number[], allocated = ALLOCATED) =>
    chanceToRunOut(courseOf(values), allocated);

  test.for([
    ["a use of 30 %", minutes(120, () => 307), 0, 0.001],
    ["a steady 60 %", minutes(120, () => 614), 0, 0.01],
    ["a steady 80 %", minutes(120, () => 820), 0, 0.2],
    ["a steady 92 %", minutes(120, () => 942), 0.3, 0.8],
    ["a steady 97 %", minutes(120, () => 993), 0.82, 1],
    ["a line that meets the limit in half an hour", minutes(180, (at) => 1_024 - 5 * (210 - at)), 0.82, 1],
    ["a line that meets it in five hours", minutes(180, (at) => 400 + at), 0, 0.3],
    ["a fall from 95 %", minutes(120, (at) => Math.max(500, 970 - 10 * Math.max(0, at - 60))), 0, 0.05],
    ["a ramp that flattened at 80 % an hour ago", minutes(180, (at) => Math.min(820, 340 + 4 * at)), 0, 0.3],
  ] as const)("%s: %d to %d", ([, values, low, high]) => {
    const { withinHour } = chance(values);
    expect(withinHour).toBeGreaterThanOrEqual(low);
    expect(withinHour).toBeLessThanOrEqual(high);
  });

  test("grows with less allocation", () => {
    const values = minutes(120, () => 450);
    expect(chance(values, 1_024).withinHour).toBeLessThan(0.001);
    expect(chance(values, 512).withinHour).toBeGreaterThan(0.1);
    expect(chance(values, 456).withinHour).toBeGreaterThan(0.8);
  });

  test("names the minutes that hold it in nine of ten cases", () => {
    const { minutes: middle, minutesLow, minutesHigh } = chance(minutes(180, (at) => 1_024 - 5 * (200 - at)));
    expect(minutesLow).toBeLessThan(middle ?? 0);
    expect(middle).toBeGreaterThan(10);
    expect(middle).toBeLessThan(30);
    expect(minutesHigh ?? 60).toBeGreaterThan(middle ?? 60);
    expect(chance(minutes(120, () => 820))).toMatchObject({ minutes: null, minutesHigh: null });
  });
});
