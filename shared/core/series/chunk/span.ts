import { TOTAL_BITS } from "./rans.ts";

const FREQUENCY_BITS = TOTAL_BITS + 1;
const FREQUENCY_MASK = 2 ** FREQUENCY_BITS - 1;

/** A symbol's place in its table as one number: where it begins, and its frequency. */
export function span(start: number, frequency: number): number {
  return (start << FREQUENCY_BITS) | frequency;
}

export function spanStart(packed: number): number {
  return packed >> FREQUENCY_BITS;
}

export function spanFrequency(packed: number): number {
  return packed & FREQUENCY_MASK;
}
