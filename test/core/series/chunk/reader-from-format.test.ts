import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeChunk } from "#core/series/chunk/encode.ts";
import { anyChunk, fleetChunks } from "./chunks.ts";
import { readChunk } from "./reader-from-format.ts";

test("a reader written from FORMAT.md alone reads what the codec writes", () => {
  fc.assert(
    fc.property(fc.oneof(anyChunk, fleetChunks), (chunk) => {
      const expected = {
        ...chunk,
        series: chunk.series.map(({ name, values }) => ({
          name,
          values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
        })),
      };
      expect(readChunk(encodeChunk(chunk))).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
