import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Chunk } from "#core/series/chunk/chunk.ts";
import { ChunkError } from "#core/series/chunk/chunk-error.ts";
import { decodeChunk } from "#core/series/chunk/decode.ts";
import { encodeChunk } from "#core/series/chunk/encode.ts";
import { anyChunk, fleetChunks } from "./chunks.ts";
import { fleetChunk } from "./fleet-chunk.ts";

const chunks = fc.oneof({ weight: 3, arbitrary: anyChunk }, { weight: 1, arbitrary: fleetChunks });

test("any chunk comes back as it was, bit for bit", () => {
  fc.assert(
    fc.property(chunks, (chunk) => {
      expect(decodeChunk(encodeChunk(chunk))).toEqual(chunk);
    }),
    { numRuns: 1_000 },
  );
});

test("the wanted series are those of the whole chunk, and no others", () => {
  fc.assert(
    fc.property(chunks, fc.func(fc.boolean()), (chunk, wanted) => {
      const expected: Chunk = { ...chunk, series: chunk.series.filter(({ name }) => wanted(name)) };
      expect(decodeChunk(encodeChunk(chunk), wanted)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("what was encoded may lie in the midst of a larger buffer", () => {
  const bytes = encodeChunk(fleetChunk({ seed: 1, nodes: 1, steps: 60, samples: 12, gaps: 0.1 }));
  const larger = new Uint8Array(bytes.length + 20).fill(0xaa);
  larger.set(bytes, 7);
  expect(decodeChunk(larger.subarray(7, 7 + bytes.length))).toEqual(decodeChunk(bytes));
});

test("the names of 600 series cost little", () => {
  const { series, ...frame } = fleetChunk({ seed: 1, nodes: 100, steps: 1, samples: 1, gaps: 0 });
  const resting = series.map(({ name }) => ({ name, values: Float64Array.of(0) }));
  const named = encodeChunk({ ...frame, series: resting }).length;
  expect(series.length).toBe(600);
  expect(named).toBeLessThan(1_000);
});

describe("what cannot be stored is refused", () => {
  const sound: Chunk = {
    startMs: 0,
    stepMs: 60_000,
    steps: 1,
    series: [{ name: ["a"], values: Float64Array.of(1) }],
  };
  const withName = (...name: string[]): Chunk => ({
    ...sound,
    series: [{ name, values: Float64Array.of(1) }],
  });

  test.each<[string, Chunk, string]>([
    ["a start that is no whole number", { ...sound, startMs: 0.5 }, "startMs is 0.5"],
    ["a step of nothing", { ...sound, stepMs: 0 }, "stepMs is 0"],
    ["steps below nothing", { ...sound, steps: -1 }, "steps is -1"],
    ["too many steps", { ...sound, steps: 2 ** 17 + 1 }, "steps is 131073"],
    ["a series of another length", { ...sound, steps: 2 }, 'series ["a"] has 1 values: 2 expected'],
    ["half a character", withName("\ud800"), "is no Unicode text"],
    ["a long name", withName("x".repeat(4_097)), "a name field has 4097 bytes: at most 4096"],
    ["a name of many fields", withName(...Array<string>(33).fill("")), "a name has 33 fields: at most 32"],
    [
      "many series",
      { ...sound, steps: 0, series: Array(65_537).fill({ name: [], values: new Float64Array(0) }) },
      "65537 series of 0 steps",
    ],
  ])("%s", (_, chunk, message) => {
    expect(() => encodeChunk(chunk)).toThrow(RangeError);
    expect(() => encodeChunk(chunk)).toThrow(message);
  });
});

describe("what is no chunk is told apart", () => {
  const bytes = encodeChunk(fleetChunk({ seed: 1, nodes: 1, steps: 60, samples: 1, gaps: 0 }));
  const at = (index: number, value: number) => bytes.map((byte, place) => (place === index ? value : byte));

  test.each<[string, Uint8Array, ChunkError["reason"]]>([
    ["nothing", new Uint8Array(0), "corrupt"],
    ["other bytes", at(0, 0x50), "corrupt"],
    ["version 0", at(3, 0), "corrupt"],
    ["version 2", at(3, 2), "newer"],
    ["one bit", at(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1), "corrupt"],
    ["the last byte gone", bytes.subarray(0, -1), "corrupt"],
  ])("%s", (_, changed, reason) => {
    expect(() => decodeChunk(changed)).toThrow(ChunkError);
    expect(() => decodeChunk(changed)).toThrow(expect.objectContaining({ reason }));
  });
});
