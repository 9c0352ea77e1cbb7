import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseCoding, matchesTag } from "#api/negotiation.ts";

describe("accept-encoding", () => {
  test.for([
    [null, "identity", true],
    ["", "identity", true],
    ["gzip, deflate, br, zstd", "br", true],
    ["gzip", "gzip", true],
    ["x-gzip", "gzip", true],
    ["GZip , BR", "br", true],
    ["br;q=0.5, gzip;q=0.8", "gzip", true],
    ["br;q=0.5, gzip; q=0.5", "br", true],
    ["br;q=0, gzip;q=0.001", "gzip", true],
    ["deflate, compress", "identity", true],
    ["identity", "identity", true],
    ["identity, br;q=0.9", "identity", true],
    ["identity;q=0.5, br;q=0.9", "br", true],
    ["*", "br", true],
    ["*;q=0.1, gzip", "gzip", true],
    ["br;q=0, *", "gzip", true],
    ["gzip, *;q=0", "gzip", false],
    ["identity;q=0, gzip", "gzip", false],
    ["identity;q=0, *", "br", false],
    // There is nothing that they take: the body as it is.
    ["identity;q=0", "identity", true],
    ["*;q=0", "identity", true],
    // A part that cannot be read counts for nothing.
    ["br;q=2, gzip", "gzip", true],
    ["br;q=high", "identity", true],
    ["br;level=9, gzip;q=0.3", "gzip", true],
    [",, ,gzip,", "gzip", true],
  ] as const)("%j: %s", ([header, best, takesPlain]) => {
    expect(chooseCoding(header)).toEqual({ best, takesPlain });
  });

  test("whatever it says: nothing is sent that was refused by name", () => {
    const part = fc.tuple(
      fc.constantFrom("br", "gzip", "identity", "*", "zstd"),
      fc.constantFrom("", ";q=0", ";q=0.0", ";q=0.5", ";q=1", "; Q=0.25", ";q=x"),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const { best } = chooseCoding(parts.map(([coding, weight]) => coding + weight).join(", "));
        const own = parts.findLast(([coding, weight]) => coding === best && weight !== ";q=x");
        if (best !== "identity") expect(own?.[1] ?? "").not.toMatch(/q=0(\.0)?$/);
      }),
    );
  });
});

describe("if-none-match", () => {
  test.for([
    ['W/"a"', true],
    ['"a"', true],
    ['"b", W/"a"', true],
    ['"b","c" , "a"', true],
    ["*", true],
    [" * ", true],
    [null, false],
    ["", false],
    ['"b"', false],
    ["a", false],
    ['"A"', false],
    ['"a,"', false],
    ['"x, "a', false],
  ] as const)("%j: %s", ([header, matches]) => {
    expect(matchesTag(header, 'W/"a"')).toBe(matches);
    expect(matchesTag(header, '"a"')).toBe(matches);
  });
});
