import { describe, expect, test } from "vitest";
import { ChunkCache } from "#adapters/tables/chunk-cache.ts";
import type { Chunk } from "#core/series/chunk/chunk.ts";
import { encodeChunk } from "#core/series/chunk/encode.ts";

const MIB = 2 ** 20;

describe("the cache of decoded chunks", () => {
  test("the same bytes are decoded once, wherever they lie", () => {
    const cache = new ChunkCache(MIB);
    const bytes = encodeChunk(chunkOf(1));
    const first = cache.decode(bytes);
    expect(first).toEqual(chunkOf(1));
    expect(cache.decode(bytes.slice())).toBe(first);
  });

  test("a choice of series is not taken for another", () => {
    const cache = new ChunkCache(MIB);
    const bytes = encodeChunk(chunkOf(1));
    const one = cache.decode(bytes, { id: "one", takes: ([name]) => name === "one" });
    const other = cache.decode(bytes, { id: "other", takes: ([name]) => name === "other" });
    expect(one.series.map(({ name }) => name)).toEqual([["one"]]);
    expect(other.series.map(({ name }) => name)).toEqual([["other"]]);
    expect(cache.decode(bytes).series).toHaveLength(2);
  });

  test("damaged bytes are found out though their checksum is a known one", () => {
    const cache = new ChunkCache(MIB);
    const bytes = encodeChunk(chunkOf(1));
    cache.decode(bytes);
    const damaged = bytes.slice();
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    expect(() => cache.decode(damaged)).toThrow("checksum");
    expect(cache.decode(bytes)).toEqual(chunkOf(1));
  });

  test("the chunk used longest ago goes first, and a large one is not kept at all", () => {
    const bytes = Array.from({ length: 5 }, (_, seed) => encodeChunk(chunkOf(seed)));
    // Two series of 600 values and their names are a little over 10 kB.
    const cache = new ChunkCache(50_000);
    const [first, second] = bytes.map((each) => cache.decode(each));
    const [firstBytes = new Uint8Array(), secondBytes = new Uint8Array()] = bytes;
    expect(cache.decode(secondBytes)).toBe(second);
    expect(cache.decode(firstBytes)).not.toBe(first);

    const small = new ChunkCache(20_000);
    expect(small.decode(firstBytes)).not.toBe(small.decode(firstBytes));
  });

  test("without room every chunk is decoded anew", () => {
    const cache = new ChunkCache(0);
    const bytes = encodeChunk(chunkOf(1));
    expect(cache.decode(bytes)).not.toBe(cache.decode(bytes));
  });
});

function chunkOf(seed: number): Chunk {
  const values = Float64Array.from({ length: 600 }, (_, step) => (seed * 31 + step * 7) % 101);
  const series = ["one", "other"].map((name) => ({ name: [name], values }));
  return { startMs: 0, stepMs: 60_000, steps: values.length, series };
}
