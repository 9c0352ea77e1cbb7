import type { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { corrupt } from "./chunk-error.ts";

/** A shorter repetition is not worth telling. */
const MIN_MATCH = 4;
const HASH_BITS = 12;

/** Repetitions told once: (literals, repetition) pairs, the repetition given by how far back it was and how long. */
export function pack(bytes: Uint8Array): Uint8Array {
  const out = new ByteWriter();
  const last = new Int32Array(2 ** HASH_BITS).fill(-1);
  let literalsFrom = 0;
  let at = 0;
  while (at + MIN_MATCH <= bytes.length) {
    const hash = hashAt(bytes, at);
    const from = last[hash] ?? -1;
    last[hash] = at;
    const length = from < 0 ? 0 : matchLength(bytes, from, at);
    if (length < MIN_MATCH) {
      at += 1;
      continue;
    }
    out.varint(at - literalsFrom);
    out.bytes(bytes.subarray(literalsFrom, at));
    out.varint(length - MIN_MATCH);
    out.varint(at - from);
    const end = at + length;
    for (at += 1; at < end && at + MIN_MATCH <= bytes.length; at += 1) last[hashAt(bytes, at)] = at;
    at = end;
    literalsFrom = at;
  }
  if (literalsFrom < bytes.length) {
    out.varint(bytes.length - literalsFrom);
    out.bytes(bytes.subarray(literalsFrom));
  }
  return out.written();
}

/**
 * What `pack` was given.
 *
 * @param length of it in bytes; bounded by the caller, since so much is allocated
 * @throws ChunkError if the bytes do not say exactly so much
 */
export function unpack(input: ByteReader, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const literals = input.varint("literal bytes", length - at);
    out.set(input.bytes(literals), at);
    at += literals;
    if (at === length) break;
    const copied = input.varint("repeated bytes", length - at) + MIN_MATCH;
    const back = input.varint("distance of a repetition", at);
    if (back === 0 || at + copied > length)
      throw corrupt("a repetition begins or ends outside the directory");
    // Byte by byte: a repetition may run into itself.
    for (const end = at + copied; at < end; at += 1) out[at] = out[at - back] ?? 0;
  }
  input.end("the directory");
  return out;
}

function hashAt(bytes: Uint8Array, at: number): number {
  const four =
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24);
  return Math.imul(four, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function matchLength(bytes: Uint8Array, from: number, at: number): number {
  let length = 0;
  while (at + length < bytes.length && bytes[from + length] === bytes[at + length]) length += 1;
  return length;
}
