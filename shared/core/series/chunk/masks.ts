import { corrupt } from "./chunk-error.ts";
import { bestOrder } from "./golomb-order.ts";
import { ORDER_BITS } from "./rans.ts";
import type { RansDecoder } from "./rans-decoder.ts";
import type { RansEncoder } from "./rans-encoder.ts";

/** Where a series has values: lengths of runs of steps, with and without values in turn; the first is of steps with, and may be 0. */
export type Mask = readonly number[];

/** @returns `null` if there is a value at every step */
export function maskOf(values: Float64Array): Mask | null {
  const runs: number[] = [];
  let present = true;
  let from = 0;
  for (let step = 0; step < values.length; step += 1) {
    const value = values[step] ?? 0;
    if (Number.isNaN(value) !== present) continue;
    runs.push(step - from);
    from = step;
    present = !present;
  }
  if (runs.length === 0) return null;
  runs.push(values.length - from);
  return runs;
}

/** The values at the steps that have one. */
export function presentValues(values: Float64Array, mask: Mask): Float64Array {
  const present = new Float64Array(presentCount(mask));
  let to = 0;
  eachPresentRun(mask, (from, end) => {
    present.set(values.subarray(from, end), to);
    to += end - from;
  });
  return present;
}

/** Puts the values back at their steps, with `NaN` between. */
export function spreadValues(present: Float64Array, mask: Mask, values: Float64Array): void {
  values.fill(Number.NaN);
  let at = 0;
  eachPresentRun(mask, (from, end) => {
    values.set(present.subarray(at, at + end - from), from);
    at += end - from;
  });
}

export function presentCount(mask: Mask): number {
  return mask.reduce((sum, length, index) => sum + (index % 2 === 0 ? length : 0), 0);
}

export function writeMask(out: RansEncoder, mask: Mask): void {
  const [first = 0, ...others] = mask;
  const order = bestOrder(mask);
  out.raw(order, ORDER_BITS);
  out.golomb(first, order);
  for (const length of others) out.golomb(length - 1, order);
}

/** @throws ChunkError if the runs are more than the steps */
export function readMask(input: RansDecoder, steps: number): Mask {
  const order = input.raw(ORDER_BITS);
  const mask = [input.golomb(order)];
  let left = steps - (mask[0] ?? 0);
  while (left > 0) {
    const length = 1 + input.golomb(order);
    mask.push(length);
    left -= length;
  }
  if (left < 0) throw corrupt("a mask has more steps than the chunk");
  return mask;
}

function eachPresentRun(mask: Mask, run: (from: number, end: number) => void): void {
  let from = 0;
  for (const [index, length] of mask.entries()) {
    if (index % 2 === 0) run(from, from + length);
    from += length;
  }
}
