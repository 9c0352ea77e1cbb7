import { MAX_SHAPE, MIN_SHAPE } from "./bell-tables.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** How the numbers of a series are predicted and coded. Series that move alike share one set. */
export interface Parameters {
  /** Pull to the series' mean, and weights of its last two changes: 128ths, -128..127. */
  readonly pull: number;
  readonly change: number;
  readonly changeBefore: number;
  /** The mean and the spread follow the series at a rate of 2^-n each: 0..15. */
  readonly meanShift: number;
  readonly spreadShift: number;
  /** Tails of the distribution: MIN_SHAPE..MAX_SHAPE. */
  readonly shape: number;
  /** The spread that a series begins with: (1 + (n mod 4) / 4) * 2^(floor(n / 4) - 5), 0..223. */
  readonly firstSpread: number;
  /** Order of the Golomb code of the number from which a series begins: 0..52. */
  readonly startOrder: number;
  /** Slopes on another series are in units of 2^-n: 0..63. */
  readonly slopeShift: number;
}

/** How it is predicted which of its divisors a number has: mostly the main one. Part of the format. */
export const PICKS: Parameters = {
  pull: 127,
  change: 0,
  changeBefore: 0,
  meanShift: 5,
  spreadShift: 5,
  shape: 2,
  firstSpread: 4,
  startOrder: 0,
  slopeShift: 0,
};

/** The fields in the order of the format, with the least and the most of each. A byte is the field less the least. */
const FIELDS = [
  ["pull", -128, 127],
  ["change", -128, 127],
  ["changeBefore", -128, 127],
  ["meanShift", 0, 15],
  ["spreadShift", 0, 15],
  ["shape", MIN_SHAPE, MAX_SHAPE],
  ["firstSpread", 0, 223],
  ["startOrder", 0, 52],
  ["slopeShift", 0, 63],
] as const satisfies readonly (readonly [keyof Parameters, number, number])[];

/** Field by field for all sets. */
export function writeParameters(out: ByteWriter, sets: readonly Parameters[]): void {
  out.varint(sets.length);
  for (const [field, least] of FIELDS) for (const set of sets) out.varint(set[field] - least);
}

/**
 * @param most sets there can be
 * @throws ChunkError for what `writeParameters` does not write
 */
export function readParameters(input: ByteReader, most: number): Parameters[] {
  const count = input.varint("sets of parameters", most);
  const sets = Array.from({ length: count }, () => ({
    pull: 0,
    change: 0,
    changeBefore: 0,
    meanShift: 0,
    spreadShift: 0,
    shape: 0,
    firstSpread: 0,
    startOrder: 0,
    slopeShift: 0,
  }));
  for (const [field, least, greatest] of FIELDS) {
    for (const set of sets) set[field] = least + input.varint(field, greatest - least);
  }
  return sets;
}
