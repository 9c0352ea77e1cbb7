import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeColumn, encodeColumn } from "#adapters/tables/series-column.ts";

const NONE = Number.NaN;

function decode(bytes: Uint8Array, places: number): number[] {
  const into = new Float64Array(places);
  decodeColumn(bytes, into);
  return [...into];
}

const value = fc.oneof(
  fc.constant(NONE),
  fc.double(),
  fc.nat(70_000),
  fc.integer({ min: 2 ** 31, max: 2 ** 50 }),
  fc.constantFrom(-0, 2 ** 48, 2 ** 48 - 1, 2 ** 53, 0.1),
);

describe("column", () => {
  test("has the bytes that its head describes", () => {
    const bytes = encodeColumn(Float64Array.of(NONE, 0, 1, 126, 1024, 0.5), 6);
    // version, checksum, count 6, none, 0, 1, 126 and 1024 in two bytes each, a double
    expect(bytes.toString("hex")).toBe("01bfbdca42060002038001820801000000000000e03f");
  });

  test("comes back bit for bit", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 600 }), (values) => {
        const back = decode(encodeColumn(Float64Array.from(values), values.length), values.length);
        return values.every((each, index) => Object.is(each, back[index]));
      }),
    );
  });

  test("has no value for series that came after it", () => {
    expect(decode(encodeColumn(Float64Array.of(7), 1), 3)).toEqual([7, NONE, NONE]);
  });

  test("is small for what Azure mostly sends", () => {
    const ports = Float64Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? 1024 : index));
    expect(encodeColumn(ports, 100).length).toBeLessThan(170);
  });

  test("names what is wrong with other bytes, whatever they are", () => {
    const good = encodeColumn(Float64Array.of(1, 2, 300, 0.25), 4);
    expect(() => decode(good.subarray(0, 3), 4)).toThrow("column of 3 bytes");
    expect(() => decode(good, 3)).toThrow("column of 4 values for 3 series");
    expect(() => decode(Buffer.concat([Buffer.of(2), good.subarray(1)]), 4)).toThrow("version 2");
    for (let bit = 8; bit < good.length * 8; bit += 1) {
      const damaged = Buffer.from(good);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decode(damaged, 4)).toThrow("checksum");
    }
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => decode(bytes, 4)).toThrow("column");
      }),
    );
  });
});
