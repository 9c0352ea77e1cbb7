import { expect, test } from "vitest";
import { createBlock, ensureSeries, mergeBlock, sliceBlock, valueAt } from "#core/series/sample-block.ts";
import { MINUTE_MS } from "#core/time.ts";
import { T0 } from "../../support/builders.ts";

function block(startMinute: number, values: readonly (number | null)[]) {
  const made = createBlock(T0 + startMinute * MINUTE_MS, T0 + (startMinute + values.length) * MINUTE_MS);
  const series = ensureSeries(made, "usedPorts", { backendIp: "10.0.0.4" });
  for (const [index, value] of values.entries()) series.values[index] = value ?? Number.NaN;
  return made;
}

function read(from: ReturnType<typeof block>): (number | undefined)[] {
  const series = [...from.series.values()][0];
  if (series === undefined) return [];
  return Array.from({ length: from.minutes }, (_, index) =>
    valueAt(from, series, from.startMs + index * MINUTE_MS),
  );
}

test("a later reading replaces, no value erases nothing, and 0 is a value", () => {
  const into = block(0, [1, 2, 3, null]);
  expect(mergeBlock(into, block(1, [null, 0, 4]))).toBe(true);
  expect(read(into)).toEqual([1, 2, 0, 4]);
});

test("the same again changes nothing", () => {
  const into = block(0, [1, null, 3]);
  expect(mergeBlock(into, block(0, [1, null, 3]))).toBe(false);
});

test("only the overlap is merged", () => {
  const into = block(0, [1, 2]);
  expect(mergeBlock(into, block(5, [9]))).toBe(false);
  expect(mergeBlock(into, block(-1, [7, 8]))).toBe(true);
  expect(read(into)).toEqual([8, 2]);
});

test("a slice has exactly the span asked for", () => {
  expect(read(sliceBlock(block(0, [1, 2, 3]), T0 + MINUTE_MS, T0 + 5 * MINUTE_MS))).toEqual([
    2,
    3,
    undefined,
    undefined,
  ]);
});

test("a span that is not whole minutes is a bug of ours", () => {
  expect(() => createBlock(T0 + 1, T0 + MINUTE_MS)).toThrow(RangeError);
});
