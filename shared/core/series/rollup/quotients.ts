import { addBits, bitDistance } from "./double-bits.ts";
import type { Measure, PackedPart, Part, PartSource } from "./parts.ts";

/** Differences up to this are stored as such: sums of a day's quotients are some tens apart. */
const MOST_DISTANCE = 4096;

/** What a value may be the quotient of. */
export interface Fraction {
  readonly numerators: Float64Array;
  readonly denominators: Float64Array;
}

/**
 * Doubles that are nearly always a quotient of two numbers known already, or a few bits from it, without loss: as the difference of
 * the bit patterns (0 where there is no value), or as the value itself (`Raw`) where it is not near the quotient. A part that would
 * be all zero or empty is left out.
 *
 * @param values `NaN` where there is none
 */
export function packQuotients(measure: Measure, values: Float64Array, fraction: Fraction): PackedPart[] {
  const diff = new Float64Array(values.length);
  const raw = new Float64Array(values.length).fill(Number.NaN);
  let [near, far] = [false, false];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const distance = bitDistance(quotient(fraction, i), value);
    if (Math.abs(distance) > MOST_DISTANCE) {
      raw[i] = value;
      far = true;
    } else if (distance !== 0) {
      diff[i] = distance;
      near = true;
    }
  }
  const parts: PackedPart[] = [];
  if (near) parts.push([diffPart(measure), diff]);
  if (far) parts.push([rawPart(measure), raw]);
  return parts;
}

/**
 * What `packQuotients` packed.
 *
 * @param counts 0 where there is no value although there is a quotient; left out where there is one for each quotient
 */
export function unpackQuotients(
  { find, rows }: PartSource,
  measure: Measure,
  fraction: Fraction,
  counts: Float64Array | undefined,
): Float64Array {
  const diff = find("usedRatio", diffPart(measure));
  const raw = find("usedRatio", rawPart(measure));
  const values = rows.next();
  for (let i = 0; i < values.length; i += 1) {
    if (counts?.[i] === 0) continue;
    const exception = raw?.[i] ?? Number.NaN;
    const distance = diff?.[i] ?? 0;
    if (!Number.isNaN(exception)) values[i] = exception;
    else values[i] = distance === 0 ? quotient(fraction, i) : addBits(quotient(fraction, i), distance);
  }
  return values;
}

/**
 * Numerators for values that have none stored: such that the quotients are the values, or near. Rounded to a thousandth, so that they are
 * short decimals; `NaN` where that does not meet the value.
 */
export function findNumerators(values: Float64Array, denominators: Float64Array): Float64Array {
  return values.map((value, i) => {
    const denominator = denominators[i] ?? Number.NaN;
    const numerator = Math.round(value * denominator * 1000) / 1000;
    return Math.abs(bitDistance(numerator / denominator, value)) > MOST_DISTANCE ? Number.NaN : numerator;
  });
}

export function diffPart(measure: Measure): Part {
  return `${measure}Diff`;
}

export function rawPart(measure: Measure): Part {
  return `${measure}Raw`;
}

function quotient({ numerators, denominators }: Fraction, index: number): number {
  return (numerators[index] ?? Number.NaN) / (denominators[index] ?? Number.NaN);
}
