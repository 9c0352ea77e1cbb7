import { corrupt } from "./chunk-error.ts";
import { MOST_NUMBER } from "./forecast.ts";
import { bestOrder } from "./golomb-order.ts";
import { ORDER_BITS } from "./rans.ts";
import type { RansDecoder } from "./rans-decoder.ts";
import type { RansEncoder } from "./rans-encoder.ts";
import { unzigzag, zigzag } from "./zigzag.ts";

/** Numbers that seldom change: how long each lasts, and by how much the next differs. */
export function encodeRuns(out: RansEncoder, numbers: Float64Array): void {
  const lengths: number[] = [];
  const jumps: number[] = [];
  let last = 0;
  for (const [index, value] of numbers.entries()) {
    if (index > 0 && value === last) lengths[lengths.length - 1] = (lengths[lengths.length - 1] ?? 0) + 1;
    else {
      lengths.push(0);
      jumps.push(zigzag(value - last));
      last = value;
    }
  }
  const lengthOrder = bestOrder(lengths);
  const jumpOrder = bestOrder(jumps);
  out.raw(lengthOrder, ORDER_BITS);
  out.raw(jumpOrder, ORDER_BITS);
  for (const [index, length] of lengths.entries()) {
    out.golomb(jumps[index] ?? 0, jumpOrder);
    out.golomb(length, lengthOrder);
  }
}

/**
 * Fills `numbers`.
 *
 * @throws ChunkError for what `encodeRuns` does not tell
 */
export function decodeRuns(input: RansDecoder, numbers: Float64Array): void {
  const count = numbers.length;
  const lengthOrder = input.raw(ORDER_BITS);
  const jumpOrder = input.raw(ORDER_BITS);
  let value = 0;
  for (let from = 0; from < count; ) {
    value += unzigzag(input.golomb(jumpOrder));
    if (value > MOST_NUMBER || value < -MOST_NUMBER) throw corrupt("a number is too large");
    const end = from + 1 + input.golomb(lengthOrder);
    if (end > count) throw corrupt("a run is longer than its series");
    numbers.fill(value, from, end);
    from = end;
  }
}
