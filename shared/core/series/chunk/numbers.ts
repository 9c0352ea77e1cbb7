import { bellTables, SYMBOLS } from "./bell-tables.ts";
import { corrupt } from "./chunk-error.ts";
import { Forecast, MOST_NUMBER } from "./forecast.ts";
import type { Parameters } from "./parameters.ts";
import { TOTAL_BITS } from "./rans.ts";
import type { RansDecoder } from "./rans-decoder.ts";
import type { RansEncoder } from "./rans-encoder.ts";
import { unzigzag, zigzag } from "./zigzag.ts";

/** What coding the numbers of a series depends on beside its parameters. */
export interface NumberContext {
  /** What the series that it follows says of each number; absent where it follows none. */
  readonly offsets?: Float64Array | undefined;
  /** Units of each number in one unit of the series; absent where all are 1. */
  readonly weights?: Float64Array | undefined;
}

/** Numbers beyond a table are told by how far: exponential Golomb of this order. */
const ESCAPE_ORDER = 2;

/** @param numbers whole, within +-2^50 */
export function encodeNumbers(
  out: RansEncoder,
  numbers: Float64Array,
  parameters: Parameters,
  { offsets, weights }: NumberContext,
): void {
  const { radius, spans } = bellTables(parameters.shape);
  const start = offsets === undefined ? startOf(numbers) : 0;
  if (offsets === undefined) out.golomb(zigzag(start), parameters.startOrder);
  const forecast = new Forecast(parameters, start);
  for (let index = 0; index < numbers.length; index += 1) {
    const value = numbers[index] ?? 0;
    const offset = offsets === undefined ? 0 : (offsets[index] ?? 0);
    const weight = weights === undefined ? 1 : (weights[index] ?? 1);
    forecast.predict(offset, weight);
    const { table, lowBits } = forecast;
    const unit = 2 ** lowBits;
    const high = lowBits === 0 ? value : Math.floor(value / unit);
    const away = high - forecast.middle;
    const reach = radius[table] ?? 0;
    if (away <= reach && away >= -reach) out.symbol(spans[table * SYMBOLS + reach + 1 + away] ?? 0);
    else {
      out.symbol(spans[table * SYMBOLS] ?? 0);
      out.raw(away < 0 ? 1 : 0, 1);
      out.golomb(Math.abs(away) - reach - 1, ESCAPE_ORDER);
    }
    if (lowBits > 0) out.raw(value - high * unit, lowBits);
    forecast.update(weights === undefined ? value : value / weight, offset);
  }
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
  { offsets, weights }: NumberContext,
): void {
  const { radius, symbols, spans } = bellTables(parameters.shape);
  const start = offsets === undefined ? unzigzag(input.golomb(parameters.startOrder)) : 0;
  const forecast = new Forecast(parameters, start);
  for (let index = 0; index < numbers.length; index += 1) {
    const offset = offsets === undefined ? 0 : (offsets[index] ?? 0);
    const weight = weights === undefined ? 1 : (weights[index] ?? 1);
    forecast.predict(offset, weight);
    const { table, lowBits } = forecast;
    const reach = radius[table] ?? 0;
    const symbol = input.symbol(symbols, table << TOTAL_BITS, spans, table * SYMBOLS);
    let value = forecast.middle;
    if (symbol > 0) value += symbol - 1 - reach;
    else {
      const below = input.raw(1) === 1;
      const away = reach + 1 + input.golomb(ESCAPE_ORDER);
      value += below ? -away : away;
    }
    if (lowBits > 0) value = value * 2 ** lowBits + input.raw(lowBits);
    if (value > MOST_NUMBER || value < -MOST_NUMBER) throw corrupt("a number is too large");
    numbers[index] = value;
    forecast.update(weights === undefined ? value : value / weight, offset);
  }
}

/** A whole number from where a series is best begun: about the mean of its first numbers. */
export function startOf(numbers: Float64Array): number {
  const some = numbers.subarray(0, START_OF);
  return Math.round(some.reduce((sum, value) => sum + value / some.length, 0));
}

const START_OF = 32;
