import { type BellTables, bellTables, SYMBOLS } from "./bell-tables.ts";
import { corrupt } from "./chunk-error.ts";
import { codeNumbers, MOST_NUMBER, type NumberCoder, type NumberContext, UNITS } from "./forecast.ts";
import type { Parameters } from "./parameters.ts";
import { TOTAL_BITS } from "./rans.ts";
import type { RansDecoder } from "./rans-decoder.ts";
import type { RansEncoder } from "./rans-encoder.ts";
import { unzigzag, zigzag } from "./zigzag.ts";

/** Numbers beyond a table are told by how far: exponential Golomb of this order. */
const ESCAPE_ORDER = 2;

/** @param numbers whole, within +-2^50 */
export function encodeNumbers(
  out: RansEncoder,
  numbers: Float64Array,
  parameters: Parameters,
  context: NumberContext,
): void {
  const start = context.offsets === undefined ? startOf(numbers) : 0;
  if (context.offsets === undefined) out.golomb(zigzag(start), parameters.startOrder);
  codeNumbers(numbers, new NumberTeller(out, bellTables(parameters.shape)), start, parameters, context);
}

/**
 * Fills `numbers`.
 *
 * @throws ChunkError for what `encodeNumbers` does not tell
 */
export function decodeNumbers(
  input: RansDecoder,
  numbers: Float64Array,
  parameters: Parameters,
  context: NumberContext,
): void {
  const start = context.offsets === undefined ? unzigzag(input.golomb(parameters.startOrder)) : 0;
  codeNumbers(numbers, new NumberReader(input, bellTables(parameters.shape)), start, parameters, context);
}

class NumberTeller implements NumberCoder {
  readonly #out: RansEncoder;
  readonly #radius: Uint8Array;
  readonly #spans: Int32Array;

  constructor(out: RansEncoder, { radius, spans }: BellTables) {
    this.#out = out;
    this.#radius = radius;
    this.#spans = spans;
  }

  code(number: number, table: number, lowBits: number, middle: number): number {
    const out = this.#out;
    const unit = UNITS[lowBits] ?? 1;
    const high = lowBits === 0 ? number : Math.floor(number / unit);
    const away = high - middle;
    const reach = this.#radius[table] ?? 0;
    if (away <= reach && away >= -reach) out.symbol(this.#spans[table * SYMBOLS + reach + 1 + away] ?? 0);
    else {
      out.symbol(this.#spans[table * SYMBOLS] ?? 0);
      out.raw(away < 0 ? 1 : 0, 1);
      out.golomb(Math.abs(away) - reach - 1, ESCAPE_ORDER);
    }
    if (lowBits > 0) out.raw(number - high * unit, lowBits);
    return number;
  }
}

class NumberReader implements NumberCoder {
  readonly #input: RansDecoder;
  readonly #radius: Uint8Array;
  readonly #symbols: Uint8Array;
  readonly #spans: Int32Array;

  constructor(input: RansDecoder, { radius, symbols, spans }: BellTables) {
    this.#input = input;
    this.#radius = radius;
    this.#symbols = symbols;
    this.#spans = spans;
  }

  code(_: number, table: number, lowBits: number, middle: number): number {
    const input = this.#input;
    const reach = this.#radius[table] ?? 0;
    const symbol = input.symbol(this.#symbols, table << TOTAL_BITS, this.#spans, table * SYMBOLS);
    let number = middle;
    if (symbol > 0) number += symbol - 1 - reach;
    else {
      const below = input.raw(1) === 1;
      const away = reach + 1 + input.golomb(ESCAPE_ORDER);
      number += below ? -away : away;
    }
    if (lowBits > 0) number = number * (UNITS[lowBits] ?? 1) + input.raw(lowBits);
    if (number > MOST_NUMBER || number < -MOST_NUMBER) throw corrupt("a number is too large");
    return number;
  }
}

/** A whole number from where a series is best begun: about the mean of its first numbers. */
export function startOf(numbers: Float64Array): number {
  const some = numbers.subarray(0, START_OF);
  return Math.round(some.reduce((sum, value) => sum + value / some.length, 0));
}

const START_OF = 32;
