import { PHASES, SPREADS } from "./bell-tables.ts";
import type { Parameters } from "./parameters.ts";

/** Predictions are held within +-2^52, numbers within +-2^50, so that all sums stay exact. */
const MOST_PREDICTED = 2 ** 52;
export const MOST_NUMBER = 2 ** 50;

/** What coding the numbers of a series depends on beside its parameters. */
export interface NumberContext {
  /** What the series that it follows says of each number; absent where it follows none. */
  readonly offsets?: Float64Array | undefined;
  /** Units of each number in one unit of the series; absent where all are 1. */
  readonly weights?: Float64Array | undefined;
}

/** Tells or reads one number where the forecast expects it. */
export interface NumberCoder {
  /**
   * @param number to be told; of no meaning to a reader
   * @param table of the shape
   * @param lowBits so many low bits of the number are coded raw
   * @param middle the number without its low bits that lies at the middle of the table
   * @returns the number
   */
  code(number: number, table: number, lowBits: number, middle: number): number;
}

/**
 * Goes through the numbers of a series, saying of each what it is likely to be from those before it. Doubles in the
 * order that the format fixes: encoder and decoder, and every other reader, must come to the same bits.
 *
 * One loop for both ways, with its state in local variables: it sees every number of a chunk.
 *
 * @param numbers told by `coder` and left as they are, or filled with what it reads
 */
export function codeNumbers(
  numbers: Float64Array,
  coder: NumberCoder,
  start: number,
  parameters: Parameters,
  { offsets, weights }: NumberContext,
): void {
  const pull = parameters.pull / 128;
  const change = parameters.change / 128;
  const changeBefore = parameters.changeBefore / 128;
  const lastingMeanRate = 2 ** -parameters.meanShift;
  const lastingSpreadRate = 2 ** -parameters.spreadShift;
  let level = start;
  let before = start;
  let beforeThat = start;
  let mean = start;
  let spread = (1 + (parameters.firstSpread & 3) / 4) * 2 ** ((parameters.firstSpread >> 2) - 5);
  for (let index = 0; index < numbers.length; index += 1) {
    const offset = offsets === undefined ? 0 : (offsets[index] ?? 0);
    const weight = weights === undefined ? 1 : (weights[index] ?? 1);
    const predicted =
      level +
      pull * (mean - level) +
      change * (level - before) +
      changeBefore * (before - beforeThat) +
      offset;
    let expected = predicted * weight;
    if (expected > MOST_PREDICTED) expected = MOST_PREDICTED;
    else if (expected < -MOST_PREDICTED) expected = -MOST_PREDICTED;

    let width = spread * weight;
    let lowBits = 0;
    if (width >= WIDE) {
      if (width > MOST_NUMBER) width = MOST_NUMBER;
      for (; width >= WIDE; width /= 2) lowBits += 1;
    }
    const scaled = (width * 128) | 0;
    const octave = scaled < 4 ? 0 : 29 - Math.clz32(scaled);
    const quarter = scaled < 4 ? 0 : (scaled >> octave) & 3;
    let row = (octave << 2) + quarter;
    if (row >= SPREADS) {
      lowBits += octave - OCTAVES + 1;
      row = SPREADS - 4 + quarter;
    }
    // To the middle of the numbers that share their high bits; a power of two divides without rounding.
    const place = (expected - (HALF_LESS[lowBits] ?? 0)) * (INVERSE[lowBits] ?? 1) + 0.125;
    const middle = Math.floor(place);
    const phase = ((place - middle) * PHASES) | 0;
    const number = coder.code(numbers[index] ?? 0, (row << 2) + phase, lowBits, middle);
    numbers[index] = number;

    let meanRate = lastingMeanRate;
    let spreadRate = lastingSpreadRate;
    if (index < WARM_UP) {
      const rate = WARM_RATES[index] ?? 0;
      if (rate > meanRate) meanRate = rate;
      if (rate > spreadRate) spreadRate = rate;
    }
    const value = weights === undefined ? number : number / weight;
    spread += spreadRate * (Math.min(Math.abs(value - predicted), 4 * spread + 1) - spread);
    beforeThat = before;
    before = level;
    level = value - offset;
    mean += meanRate * (level - mean);
  }
}

/** After so many numbers at most, mean and spread follow at their lasting rate. */
const WARM_UP = 64;
/** `1 / (t + 4)`: the first numbers count as much as what a series began with, and more than later ones. */
const WARM_RATES = Float64Array.from({ length: WARM_UP }, (_, t) => 1 / (t + 4));
/** Beyond that a spread is halved into the range of 32-bit arithmetic. */
const WIDE = 2 ** 20;
const OCTAVES = SPREADS / 4;
/** For each count of low bits: how many numbers they hold, half of the largest, and one over how many. */
export const UNITS = Float64Array.from({ length: 64 }, (_, bits) => 2 ** bits);
const HALF_LESS = Float64Array.from({ length: 64 }, (_, bits) => (2 ** bits - 1) / 2);
const INVERSE = Float64Array.from({ length: 64 }, (_, bits) => 2 ** -bits);
