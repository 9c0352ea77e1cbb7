import type { Chunk, ChunkSeries } from "#core/series/chunk/chunk.ts";
import { decodeChunk } from "#core/series/chunk/decode.ts";
import { CHECKED_FROM, CRC_AT } from "#core/series/chunk/header.ts";

/** Which series of a chunk to decode. */
export interface WantedSeries {
  /** Equal for equal choices. */
  readonly id: string;
  takes(name: ChunkSeries["name"]): boolean;
}

interface Known {
  readonly bytes: Uint8Array;
  readonly chunk: Chunk;
  readonly weight: number;
}

const VALUE_BYTES = 8;
/** A name and what V8 needs for it. */
const SERIES_BYTES = 200;
/** One with a larger share would push out too many others. */
const MOST_SHARE = 0.25;

/**
 * Decodes chunks and keeps those used last: who looks at a cluster asks again each minute, mostly for what was there before. It knows
 * a chunk by its bytes, so that it has nothing to be out of date with.
 */
export class ChunkCache {
  readonly #mostBytes: number;
  /** In the order of use: a Map keeps the order in which keys were set. */
  readonly #chunks = new Map<string, Known>();
  #weight = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * @param wanted all series without it
   * @returns a chunk that others may hold too: not to be written
   * @throws ChunkError for bytes that are no chunk
   */
  decode(bytes: Uint8Array, wanted?: WantedSeries): Chunk {
    const key = keyOf(bytes, wanted);
    const known = this.#chunks.get(key);
    if (known !== undefined) this.#drop(key, known);
    const kept =
      known !== undefined && Buffer.compare(known.bytes, bytes) === 0 ? known : decode(bytes, wanted);
    if (kept.weight <= this.#mostBytes * MOST_SHARE) {
      this.#chunks.set(key, kept);
      this.#weight += kept.weight;
      this.#shrink();
    }
    return kept.chunk;
  }

  #drop(key: string, { weight }: Known): void {
    this.#chunks.delete(key);
    this.#weight -= weight;
  }

  #shrink(): void {
    for (const [key, known] of this.#chunks) {
      if (this.#weight <= this.#mostBytes) return;
      this.#drop(key, known);
    }
  }
}

function decode(bytes: Uint8Array, wanted: WantedSeries | undefined): Known {
  const chunk = decodeChunk(bytes, wanted && ((name) => wanted.takes(name)));
  const weight = bytes.length + chunk.series.length * (chunk.steps * VALUE_BYTES + SERIES_BYTES);
  return { bytes, chunk, weight };
}

function keyOf(bytes: Uint8Array, wanted: WantedSeries | undefined): string {
  const checksum = bytes.subarray(CRC_AT, CHECKED_FROM).join(".");
  return `${wanted?.id ?? ""} ${checksum}`;
}
