import fc from "fast-check";
import { expect, test } from "vitest";
import type { Chunk } from "#core/series/chunk/chunk.ts";
import { decodeChunk } from "#core/series/chunk/decode.ts";
import { encodeChunk } from "#core/series/chunk/encode.ts";
import { anyChunk } from "./chunks.ts";

test("any chunk comes back as it was, bit for bit", () => {
  fc.assert(
    fc.property(anyChunk, (chunk) => {
      expect(decodeChunk(encodeChunk(chunk))).toEqual(chunk);
    }),
    { numRuns: 1_000 },
  );
});

test("the wanted series are those of the whole chunk, and no others", () => {
  fc.assert(
    fc.property(anyChunk, fc.func(fc.boolean()), (chunk, wanted) => {
      const bytes = encodeChunk(chunk);
      const expected: Chunk = { ...chunk, series: chunk.series.filter(({ name }) => wanted(name)) };
      expect(decodeChunk(bytes, wanted)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
