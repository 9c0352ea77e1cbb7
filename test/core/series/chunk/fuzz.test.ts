import fc from "fast-check";
import { expect, test } from "vitest";
import { ChunkError } from "#core/series/chunk/chunk-error.ts";
import { decodeChunk } from "#core/series/chunk/decode.ts";
import { encodeChunk } from "#core/series/chunk/encode.ts";
import { anyChunk } from "./chunks.ts";
import { fleetChunk, seeded } from "./fleet-chunk.ts";
import { crc } from "./reader-from-format.ts";

/** Mutated chunks to try: `SNATWATCH_FUZZ_CHUNKS=1000000 npx vitest run test/core/series/chunk/fuzz.test.ts`. */
const TRIES = Number(process.env["SNATWATCH_FUZZ_CHUNKS"] ?? 50_000);
const SEED = 20_261_121;

test("mutated bytes are a chunk or a ChunkError, whether the checksum notices or not", {
  timeout: 3_600_000,
}, () => {
  const random = seeded(SEED);
  const below = (bound: number) => Math.floor(random() * bound);
  const sound = [
    ...fc.sample(anyChunk, { seed: SEED, numRuns: 100 }).map(encodeChunk),
    ...[1, 12].flatMap((samples) =>
      [0, 0.05].map((gaps) => encodeChunk(fleetChunk({ seed: SEED, nodes: 2, steps: 90, samples, gaps }))),
    ),
  ];
  const seen = { decoded: 0, corrupt: 0, newer: 0 };
  for (let index = 0; index < TRIES; index += 1) {
    let bytes = sound[below(sound.length)] ?? new Uint8Array(0);
    const times = 1 + below(4);
    for (let time = 0; time < times; time += 1) bytes = mutated(bytes, sound, below);
    if (random() < 0.8) repairChecksum(bytes);
    try {
      decodeChunk(bytes, random() < 0.3 ? () => random() < 0.5 : undefined);
      seen.decoded += 1;
    } catch (error) {
      if (!(error instanceof ChunkError)) {
        throw new Error(`try ${index}: ${Buffer.from(bytes).toString("hex")}`, { cause: error });
      }
      seen[error.reason] += 1;
    }
  }
  // The mutations reach what lies behind the checksum, and the decoder still works.
  expect(seen.corrupt).toBeGreaterThan(TRIES / 4);
  expect(seen.decoded).toBeGreaterThan(TRIES / 100);
  expect(seen.newer).toBeGreaterThan(0);
  for (const bytes of sound) expect(() => decodeChunk(bytes)).not.toThrow();
});

function mutated(bytes: Uint8Array, others: readonly Uint8Array[], below: (bound: number) => number) {
  const copy = bytes.slice();
  const at = below(bytes.length);
  // What stands at the beginning decides how much is allocated: every other mutation is there.
  const early = below(2) === 0 ? Math.min(bytes.length - 1, 4 + below(40)) : at;
  switch (below(7)) {
    case 0:
      copy[early] = (copy[early] ?? 0) ^ (1 << below(8));
      return copy;
    case 1:
      copy[early] = below(256);
      return copy;
    case 2:
      copy[early] = 0xff;
      return copy;
    case 3:
      return bytes.slice(0, at);
    case 4:
      return Uint8Array.from([...bytes.subarray(0, early), below(256), ...bytes.subarray(early)]);
    case 5:
      return Uint8Array.from([...bytes.subarray(0, early), ...bytes.subarray(early + 1)]);
    default: {
      const other = others[below(others.length)] ?? bytes;
      return Uint8Array.from([...bytes.subarray(0, at), ...other.subarray(Math.min(at, other.length))]);
    }
  }
}

function repairChecksum(bytes: Uint8Array): void {
  if (bytes.length >= 8) new DataView(bytes.buffer).setUint32(4, crc(bytes.subarray(8)), true);
}
