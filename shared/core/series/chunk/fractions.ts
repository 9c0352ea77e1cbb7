import { MOST_NUMBER } from "./forecast.ts";
import { MAX_DIVISOR, MAX_DIVISORS } from "./limits.ts";
import { moveUlps, ulpsBetween } from "./ulps.ts";

/** Values as whole numbers over few divisors, exact bit for bit. */
export interface Fractions {
  /** The first is the main one. */
  readonly divisors: readonly number[];
  readonly numbers: Float64Array;
  /** Which divisor each number has; absent where there is but one. */
  readonly picks?: Float64Array | undefined;
  /**
   * How many doubles each value is beside the number over its divisor, away from zero: sums of averages are rounded
   * at every addition. Absent where it is none.
   */
  readonly ulps?: Float64Array | undefined;
}

/** @returns `null` for values that no few divisors explain, such as 0.1 + 0.2 or 1e300 */
export function fractionsOf(values: Float64Array): Fractions | null {
  if (areNumbers(values)) return { divisors: WHOLE, numbers: values };
  const divisors = divisorsOf(values, isExact);
  if (divisors === null) return nearFractionsOf(values);
  const numbers = new Float64Array(values.length);
  const picks = new Float64Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    const pick = divisors.findIndex((divisor) => isExact(value, divisor));
    if (pick < 0) return null;
    picks[index] = pick;
    numbers[index] = Math.round(value * (divisors[pick] ?? 1));
  }
  return divisors.length === 1 ? { divisors, numbers } : { divisors, numbers, picks };
}

function nearFractionsOf(values: Float64Array): Fractions | null {
  const divisors = divisorsOf(values, isNear);
  const [divisor = 1, ...others] = divisors ?? [];
  if (divisors === null || others.length > 0) return null;
  if (!values.every((value) => isNear(value, divisor))) return null;
  const numbers = values.map((value) => Math.round(value * divisor));
  const ulps = values.map((value, index) => ulpsBetween((numbers[index] ?? 0) / divisor, value));
  return { divisors, numbers, ulps };
}

/** Puts the values that the numbers stand for in their place. */
export function toValues({ divisors, numbers, picks, ulps }: Fractions): void {
  const [main = 1] = divisors;
  if (main === 1 && picks === undefined && ulps === undefined) return;
  for (let index = 0; index < numbers.length; index += 1) {
    const divisor = picks === undefined ? main : (divisors[picks[index] ?? 0] ?? main);
    const value = (numbers[index] ?? 0) / divisor;
    numbers[index] = ulps === undefined ? value : moveUlps(value, ulps[index] ?? 0);
  }
}

const WHOLE = [1];

function areNumbers(values: Float64Array): boolean {
  for (let index = 0; index < values.length; index += 1) if (!isNumber(values[index] ?? 0)) return false;
  return true;
}

/** The most common first, none of which a multiple is there. */
function divisorsOf(values: Float64Array, fits: Fits): number[] | null {
  const found: number[] = [];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    if (found.some((divisor) => fits(value, divisor))) continue;
    const divisor = leastDivisor(value, fits);
    // The latest is the one of which the others are likely to be parts.
    if (divisor === null || found.unshift(divisor) > MOST_FOUND) return null;
  }
  const uses = new Map(found.map((divisor) => [divisor, 0]));
  const tops = found.filter((divisor) => !found.some((other) => other > divisor && other % divisor === 0));
  for (const top of tops) uses.set(top, countOf(values, top, fits));
  tops.sort((one, other) => (uses.get(other) ?? 0) - (uses.get(one) ?? 0) || one - other);
  const [main = 1] = tops;
  const common = tops.reduce(leastCommonMultiple, 1);
  // One divisor a little too fine costs less than saying which of two it is.
  if (common <= 2 * main) return [common];
  return tops.length > MAX_DIVISORS ? null : tops;
}

/** A series with more divisors than that, parts of others among them, is not made of averages. */
const MOST_FOUND = 64;

function countOf(values: Float64Array, divisor: number, fits: Fits): number {
  let count = 0;
  for (let index = 0; index < values.length; index += 1) if (fits(values[index] ?? 0, divisor)) count += 1;
  return count;
}

/**
 * The least divisor that makes the value from a whole number, by its continued fraction.
 *
 * @returns `null` if there is none within the limit of the format
 */
function leastDivisor(value: number, fits: Fits): number | null {
  if (isNumber(value)) return 1;
  if (!(Math.abs(value) < MOST_NUMBER) || value === 0) return null;
  let rest = value;
  let divisor = 0;
  let before = 1;
  for (;;) {
    const whole = Math.floor(rest);
    [before, divisor] = [divisor, whole * divisor + before];
    if (!(divisor <= MAX_DIVISOR)) return null;
    if (fits(value, divisor)) return divisor;
    rest = 1 / (rest - whole);
  }
}

function isNumber(value: number): boolean {
  return Number.isInteger(value) && value <= MOST_NUMBER && value >= -MOST_NUMBER && !Object.is(value, -0);
}

/** Whether a whole number over the divisor is the value, or near enough. */
type Fits = (value: number, divisor: number) => boolean;

/** Bit for bit. */
function isExact(value: number, divisor: number): boolean {
  const number = Math.round(value * divisor);
  return isNumber(number) && number / divisor === value;
}

/** But for what a few hundred additions may have rounded. */
function isNear(value: number, divisor: number): boolean {
  const number = Math.round(value * divisor);
  const size = Math.abs(value);
  return isNumber(number) && number !== 0 && Math.abs(number / divisor - value) <= size * NEAR;
}

/** About 16 places of a double. */
const NEAR = 2 ** -49;

function leastCommonMultiple(one: number, other: number): number {
  let a = one;
  let b = other;
  while (b > 0) [a, b] = [b, a % b];
  return (one / a) * other;
}
