import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBlock, ensureSeries, type SampleBlock } from "#core/series/sample-block.ts";
import { followCourses, NO_COURSES, type NodeCourses } from "#core/snat/node-courses.ts";
import { nodePortsAt } from "#core/snat/node-ports.ts";
import { MINUTE_MS } from "#core/time.ts";
import { backendIp, T0 } from "../../support/builders.ts";

const MINUTES = 240;

/** One node with 1,024 ports on one frontend; `null`: no value. */
function blockOf(at: (minute: number) => number | null): SampleBlock {
  const block = createBlock(T0, T0 + MINUTES * MINUTE_MS);
  const labels = { frontendIp: "20.0.0.1", backendIp: backendIp(0), protocol: "tcp" } as const;
  const used = ensureSeries(block, "usedPorts", labels);
  const allocated = ensureSeries(block, "allocatedPorts", labels);
  for (let minute = 0; minute < MINUTES; minute += 1) {
    used.values[minute] = at(minute) ?? Number.NaN;
    allocated.values[minute] = 1_024;
  }
  return block;
}

/** Follows from one minute to another, in as many calls; `null`: that minute was left out. */
function follow(block: SampleBlock, from: number, to: number, courses = NO_COURSES, every = 1): NodeCourses {
  let next = courses;
  for (let minute = from; minute <= to; minute += every) {
    const minuteMs = T0 + minute * MINUTE_MS;
    next = followCourses(next, block, nodePortsAt(block, minuteMs, 5 * MINUTE_MS), minuteMs);
  }
  return next;
}

describe("the courses of a cluster's nodes", () => {
  test("begin at 40 % of the allocation with the minutes before, and end below 25 %", () => {
    const block = blockOf((minute) => (minute < 100 ? 300 : minute < 150 ? 420 : 200));
    expect(follow(block, 0, 99)).toEqual([]);
    expect(follow(block, 0, 100)).toMatchObject([{ backendIp: backendIp(0), protocol: "tcp", samples: 16 }]);
    expect(follow(block, 0, 149)).toHaveLength(1);
    expect(follow(block, 0, 150)).toEqual([]);
  });

  test("a node that dips to 30 % is followed on", () => {
    const block = blockOf((minute) => (minute % 50 < 25 ? 500 : 310));
    expect(follow(block, 0, 200)[0]?.samples).toBeGreaterThan(200);
  });

  test("the same minute again changes nothing", () => {
    const block = blockOf((minute) => 500 + minute);
    const once = follow(block, 0, 100);
    expect(follow(block, 100, 100, once)).toEqual(once);
  });

  test("property: minutes that were left out come to the same as minutes judged one by one", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 420, max: 1_000 }), { minLength: MINUTES, maxLength: MINUTES }),
        fc.integer({ min: 2, max: 12 }),
        (values, every) => {
          const block = blockOf((minute) => values[minute] ?? null);
          const start = follow(block, 20, 20);
          const to = 20 + 15 * every;
          const [slow] = follow(block, 21, to, start);
          const [quick] = follow(block, 20 + every, to, start, every);
          expect(quick?.samples).toBe(slow?.samples);
          expect(quick?.level).toBeCloseTo(slow?.level ?? 0, 2);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("a gap of minutes is gone over; after a long one nothing is known", () => {
    const gap = (length: number) =>
      blockOf((minute) => (minute >= 100 && minute < 100 + length ? null : 500));
    const [over] = follow(gap(20), 0, 130);
    expect(over).toMatchObject({ silent: 0, samples: expect.any(Number) });
    expect(over?.level).toBeCloseTo(500, 0);
    expect(follow(gap(100), 0, 170)).toEqual([]);
  });

  test("a run after a long pause begins anew", () => {
    const block = blockOf((minute) => 500 + minute);
    const before = follow(block, 0, 100);
    expect(before[0]?.samples).toBeGreaterThan(90);
    expect(follow(block, 200, 200, before)[0]?.samples).toBe(16);
  });

  test("a clock that was ahead is not believed for ever", () => {
    const block = blockOf(() => 500);
    const ahead = follow(block, 0, 220);
    expect(follow(block, 215, 215, ahead)).toEqual(ahead);
    expect(follow(block, 100, 100, ahead)).toMatchObject([{ minuteMs: T0 + 100 * MINUTE_MS }]);
  });

  test("a minute with a figure that cannot be is one without a value", () => {
    const odd = (value: number | null) =>
      follow(
        blockOf((minute) => (minute === 120 ? value : 500)),
        0,
        121,
      );
    expect(odd(60_000)).toEqual(odd(null));
    expect(odd(-7)).toEqual(odd(null));
  });

  test("figures that contradict themselves begin nothing", () => {
    expect(
      follow(
        blockOf(() => 5_000),
        0,
        50,
      ),
    ).toEqual([]);
    expect(
      follow(
        blockOf(() => -20),
        0,
        50,
      ),
    ).toEqual([]);
  });
});
