import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sameValue, withKnownParts } from "#core/same-value.ts";

describe("the same value", () => {
  test.each([
    ["numbers", 1, 1, true],
    ["not a number", Number.NaN, Number.NaN, true],
    ["a number and its text", 1, "1", false],
    ["nothing and zero", null, 0, false],
    ["nothing and an empty object", null, {}, false],
    ["a list and an object", [], {}, false],
    ["an object and a list with a name", { 0: "a" }, ["a"], false],
    ["lists", [1, { a: [] }], [1, { a: [] }], true],
    ["a list and its start", [1, 2], [1], false],
    ["another order of keys", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ["what is left out and what is undefined", { a: 1 }, { a: 1, b: undefined }, true],
    ["what is left out and what is null", { a: 1 }, { a: 1, b: null }, false],
    ["a property less", { a: 1 }, { a: 1, b: 2 }, false],
    ["a property more", { a: 1, b: 2 }, { a: 1 }, false],
  ])("%s", (_name, one, other, same) => {
    expect(sameValue(one, other)).toBe(same);
  });

  test("is what JSON says", () => {
    const json = fc.jsonValue({ maxDepth: 3, noUnicodeString: true, depthSize: "small" });
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(sameValue(one, structuredClone(one))).toBe(true);
        expect(sameValue(one, other)).toBe(sameValue(other, one));
        if (JSON.stringify(one) === JSON.stringify(other) && !JSON.stringify(one).includes("-0")) {
          expect(sameValue(one, other) || hasNegativeZero(one) || hasNegativeZero(other)).toBe(true);
        }
      }),
    );
  });
});

describe("known parts", () => {
  const known = { list: [1, { a: 2 }], text: "x", gone: { b: 1 }, grown: [1] };

  test("take the place of those that say the same", () => {
    const value = { ...structuredClone(known), text: "y", grown: [1, 2] };
    const merged = withKnownParts(known, value);

    expect(merged).toEqual(value);
    expect(merged.list).toBe(known.list);
    expect(merged.gone).toBe(known.gone);
    expect(merged.grown).toBe(value.grown);
  });

  test("are found in what is not the same as a whole", () => {
    const before = { cluster: { seenMs: 1, network: { routes: [1], rules: [2] } } };
    const after = { cluster: { seenMs: 2, network: { routes: [1], rules: [3] } } };
    const merged = withKnownParts(before, after);

    expect(merged).toEqual(after);
    expect(merged.cluster.network.routes).toBe(before.cluster.network.routes);
  });

  test("are none where nothing is known", () => {
    const value = structuredClone(known);
    expect(withKnownParts(undefined, value)).toBe(value);
  });

  test("bring back nothing that is gone", () => {
    const before: { a?: number; b?: number } = { a: 1, b: 2 };
    expect(withKnownParts(before, { b: 2 })).toEqual({ b: 2 });
  });
});

function hasNegativeZero(value: unknown): boolean {
  if (Object.is(value, -0)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasNegativeZero);
}
