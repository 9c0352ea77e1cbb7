import { type Mask, presentValues } from "./masks.ts";
import type { Parameters } from "./parameters.ts";

/** What a series says of one that follows it: its values at the other's steps; where it has none the last one, 0 before the first. */
export function leadOf(values: Float64Array, mask: Mask | null, follower: Mask | null): Float64Array {
  const held = mask === null ? values : hold(values);
  return follower === null ? held : presentValues(held, follower);
}

/**
 * What that is in levels of the follower.
 *
 * @param slope whole units of 2^-slopeShift
 */
export function offsetsOf(lead: Float64Array, slope: number, { slopeShift }: Parameters): Float64Array {
  const factor = slope / 2 ** slopeShift;
  const offsets = new Float64Array(lead.length);
  for (let index = 0; index < lead.length; index += 1) offsets[index] = factor * (lead[index] ?? 0);
  return offsets;
}

function hold(values: Float64Array): Float64Array {
  let last = 0;
  const held = new Float64Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    if (!Number.isNaN(value)) last = value;
    held[index] = last;
  }
  return held;
}
