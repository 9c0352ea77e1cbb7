import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addBits, bitDistance } from "#core/series/rollup/double-bits.ts";
import type { PackedPart, PartSource } from "#core/series/rollup/parts.ts";
import { findNumerators, packQuotients, unpackQuotients } from "#core/series/rollup/quotients.ts";
import { packSteps, unpackSteps } from "#core/series/rollup/step-parts.ts";
import { ValueRows } from "#core/series/value-rows.ts";
import { HOUR_MS } from "#core/time.ts";

const anyDouble = fc.oneof(
  fc.integer({ min: -3, max: 9 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, 0.1, 1 / 3, Number.MIN_VALUE, Number.MAX_VALUE, Infinity),
);
const anyValue = fc.oneof({ weight: 3, arbitrary: anyDouble }, fc.constant(Number.NaN));

describe("bits of doubles", () => {
  test.for([
    [1, 1 + Number.EPSILON, 1],
    [1, 1 - Number.EPSILON / 2, -1],
    [0, Number.MIN_VALUE, 1],
    [0, 0, 0],
  ] as const)("%d and %d are %d apart", ([from, to, distance]) => {
    expect(bitDistance(from, to)).toBe(distance);
  });

  test("a distance leads from the one to the other, over the border of the words too", () => {
    const words = fc.tuple(
      fc.nat(0x7fe),
      fc.integer({ min: -5000, max: 5000 }),
      fc.integer({ min: -5000, max: 5000 }),
    );
    fc.assert(
      fc.property(words, ([high, a, b]) => {
        const border = high * 2 ** 20 + 1;
        const [from, to] = [doubleAt(border, a), doubleAt(border, b)];
        expect(bitDistance(from, to)).toBe(b - a);
        expect(addBits(from, b - a)).toBe(to);
      }),
    );
  });

  test("doubles of different sign are never near", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true }), fc.double({ min: 0, noNaN: true }), (a, b) => {
        expect(Math.abs(bitDistance(a, -b))).toBeGreaterThan(2 ** 51);
      }),
    );
  });
});

describe("what is packed comes back to the bit", () => {
  test("steps, whatever follows from what", () => {
    const step = fc.record({
      min: anyDouble,
      max: anyDouble,
      sum: anyDouble,
      count: fc.integer({ min: 1, max: 60 }),
    });
    const even = fc
      .record({ max: anyDouble, count: fc.constantFrom(60, 60, 60, 7) })
      .map(({ max, count }) => ({
        min: max,
        max,
        sum: max * count,
        count,
      }));
    const none = fc.constant({ min: Number.NaN, max: Number.NaN, sum: Number.NaN, count: 0 });
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.oneof(even, none)), fc.array(fc.oneof(step, even, none))), (steps) => {
        const values = {
          min: Float64Array.from(steps, ({ min }) => min),
          max: Float64Array.from(steps, ({ max }) => max),
          sum: Float64Array.from(steps, ({ sum }) => sum),
          count: Float64Array.from(steps, ({ count }) => count),
        };
        const source = sourceOf("usedPorts", packSteps(values, HOUR_MS), steps.length);
        for (const part of ["min", "max", "sum", "count"] as const) {
          expect(unpackSteps(source, "usedPorts", part)).toEqual(values[part]);
        }
      }),
    );
  });

  test("quotients, near or far, of whatever there is", () => {
    const near = fc
      .tuple(fc.nat(2000), fc.integer({ min: 1, max: 5000 }), fc.integer({ min: -5000, max: 5000 }))
      .map(([numerator, denominator, distance]) => ({
        numerator,
        denominator,
        value: numerator === 0 ? 0 : addBits(numerator / denominator, distance),
      }));
    const any = fc.record({ numerator: anyValue, denominator: anyValue, value: anyValue });
    fc.assert(
      fc.property(fc.array(fc.oneof(near, any)), (steps) => {
        const fraction = {
          numerators: Float64Array.from(steps, ({ numerator }) => numerator),
          denominators: Float64Array.from(steps, ({ denominator }) => denominator),
        };
        const values = Float64Array.from(steps, ({ value }) => value);
        const counts = values.map((value) => (Number.isNaN(value) ? 0 : 1));
        const source = sourceOf("usedRatio", packQuotients("sum", values, fraction), steps.length);
        expect(unpackQuotients(source, "sum", fraction, counts)).toEqual(values);
      }),
    );
  });

  test("a quotient of what is known takes no room", () => {
    const fraction = { numerators: Float64Array.of(0, 7, 9, 3), denominators: Float64Array.of(9, 9, 9, 7) };
    const values = Float64Array.of(0, 7 / 9, 1, Number.NaN);
    expect(packQuotients("max", values, fraction)).toEqual([]);
  });

  test("numerators of quotients are found again, decimals too", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 64_000_000 }),
        fc.integer({ min: 8, max: 64_000 }),
        (thousandths, ports) => {
          const used = thousandths / 1000;
          expect(findNumerators(Float64Array.of(used / ports), Float64Array.of(ports))[0]).toBe(used);
        },
      ),
    );
  });
});

/** The double whose upper word is `high` less one, and lower word the last of it, plus so many bits. */
function doubleAt(high: number, offset: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, (BigInt(high) << 32n) + BigInt(offset));
  return view.getFloat64(0);
}

function sourceOf(metric: string, parts: readonly PackedPart[], steps: number): PartSource {
  return {
    find: (of, part) => (of === metric ? parts.find(([name]) => name === part)?.[1] : undefined),
    stepMs: HOUR_MS,
    rows: new ValueRows(steps),
  };
}
