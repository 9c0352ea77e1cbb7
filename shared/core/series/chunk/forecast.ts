import { PHASES, SPREADS } from "./bell-tables.ts";
import type { Parameters } from "./parameters.ts";

/** Predictions are held within +-2^52, numbers within +-2^50, so that all sums stay exact. */
const MOST_PREDICTED = 2 ** 52;
export const MOST_NUMBER = 2 ** 50;
/** After so many numbers at most, mean and spread follow at their lasting rate. */
const WARM_UP = 64;
/** `1 / (t + 4)`: the first numbers count as much as what a series began with, and more than later ones. */
const WARM_RATES = Float64Array.from({ length: WARM_UP }, (_, t) => 1 / (t + 4));

/**
 * What the next number of a series is likely to be, from those before it. Doubles in the order that the format
 * fixes: encoder and decoder, and every other reader, must come to the same bits.
 */
export class Forecast {
  /** Which table of the shape codes the next number. */
  table = 0;
  /** So many low bits of the number are coded raw. */
  lowBits = 0;
  /** The number without its low bits that lies at the middle of the table. */
  middle = 0;

  readonly #pull: number;
  readonly #change: number;
  readonly #changeBefore: number;
  readonly #meanRate: number;
  readonly #spreadRate: number;
  #level: number;
  #before: number;
  #beforeThat: number;
  #mean: number;
  #spread: number;
  #predicted = 0;
  #seen = 0;

  constructor(parameters: Parameters, start: number) {
    this.#pull = parameters.pull / 128;
    this.#change = parameters.change / 128;
    this.#changeBefore = parameters.changeBefore / 128;
    this.#meanRate = 2 ** -parameters.meanShift;
    this.#spreadRate = 2 ** -parameters.spreadShift;
    this.#level = start;
    this.#before = start;
    this.#beforeThat = start;
    this.#mean = start;
    this.#spread = firstSpread(parameters.firstSpread);
  }

  /**
   * Sets `table`, `lowBits` and `middle` for the next number.
   *
   * @param offset what the series that it follows says of it; 0 without one
   * @param weight units of the number in a unit of the series
   */
  predict(offset: number, weight: number): void {
    const level = this.#level;
    const predicted =
      level +
      this.#pull * (this.#mean - level) +
      this.#change * (level - this.#before) +
      this.#changeBefore * (this.#before - this.#beforeThat) +
      offset;
    this.#predicted = predicted;
    let number = predicted * weight;
    if (number > MOST_PREDICTED) number = MOST_PREDICTED;
    else if (number < -MOST_PREDICTED) number = -MOST_PREDICTED;

    let spread = this.#spread * weight;
    let lowBits = 0;
    if (spread >= WIDE_SPREAD) {
      if (spread > MOST_NUMBER) spread = MOST_NUMBER;
      for (; spread >= WIDE_SPREAD; spread /= 2) lowBits += 1;
    }
    const scaled = (spread * 128) | 0;
    const octave = scaled < 4 ? 0 : 29 - Math.clz32(scaled);
    const quarter = scaled < 4 ? 0 : (scaled >> octave) & 3;
    let row = (octave << 2) + quarter;
    if (row >= SPREADS) {
      lowBits += octave - OCTAVES + 1;
      row = SPREADS - 4 + quarter;
    }
    // To the middle of the numbers that share their high bits; a power of two divides without rounding.
    const place = (number - (HALF_LESS[lowBits] ?? 0)) * (INVERSE[lowBits] ?? 1) + 0.125;
    const middle = Math.floor(place);
    this.table = (row << 2) + (((place - middle) * PHASES) | 0);
    this.lowBits = lowBits;
    this.middle = middle;
  }

  /** @param value the number that came, in units of the series */
  update(value: number, offset: number): void {
    const seen = this.#seen;
    let meanRate = this.#meanRate;
    let spreadRate = this.#spreadRate;
    if (seen < WARM_UP) {
      const rate = WARM_RATES[seen] ?? 0;
      if (rate > meanRate) meanRate = rate;
      if (rate > spreadRate) spreadRate = rate;
      this.#seen = seen + 1;
    }
    const miss = Math.abs(value - this.#predicted);
    this.#spread += spreadRate * (Math.min(miss, 4 * this.#spread + 1) - this.#spread);
    const level = value - offset;
    this.#beforeThat = this.#before;
    this.#before = this.#level;
    this.#level = level;
    this.#mean += meanRate * (level - this.#mean);
  }
}

/** Beyond that a spread is halved into the range of 32-bit arithmetic. */
const WIDE_SPREAD = 2 ** 20;
const OCTAVES = SPREADS / 4;
/** For each count of low bits: half of the largest number they hold, and one over how many they hold. */
const HALF_LESS = Float64Array.from({ length: 64 }, (_, bits) => (2 ** bits - 1) / 2);
const INVERSE = Float64Array.from({ length: 64 }, (_, bits) => 2 ** -bits);

function firstSpread(code: number): number {
  return (1 + (code & 3) / 4) * 2 ** ((code >> 2) - 5);
}
