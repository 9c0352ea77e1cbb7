import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeKey } from "#adapters/tables/keys.ts";

/** Any text, with the characters that matter more often than chance would bring them. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(..."/|~%:#?\\'ä\u0001"), fc.string({ unit: "grapheme", maxLength: 1 })),
});

describe("encodeKey", () => {
  test.for([
    [
      "an ARM id",
      "/subscriptions/0b1f/resourcegroups/rg_1/c(1)",
      "|subscriptions|0b1f|resourcegroups|rg_1|c(1)",
    ],
    ["what a key may not hold", "a\\b#c?d\u0007", "a~005cb~0023c~003fd~0007"],
    ["its own signs", "a|b~c:d", "a~007cb~007ec~003ad"],
    ["letters beyond ASCII", "rg-ä😀", "rg-~00e4~d83d~de00"],
  ] as const)("writes %s readably", ([, plain, encoded]) => {
    expect(encodeKey(plain)).toBe(encoded);
  });

  test("gives different texts different keys", () => {
    fc.assert(fc.property(text, text, (a, b) => (encodeKey(a) === encodeKey(b)) === (a === b)));
  });

  test("never starts a key with another and its separator", () => {
    fc.assert(fc.property(text, (a) => !encodeKey(a).includes(":")));
  });

  test("keeps below the service's limit, and long texts apart", () => {
    const long = "/ä".repeat(500);
    expect(encodeKey(long).length).toBeLessThanOrEqual(400);
    expect(encodeKey(`${long}a`)).not.toBe(encodeKey(`${long}b`));
  });
});
