import type { Fractions } from "./fractions.ts";
import type { Mask } from "./masks.ts";
import { type Moments, missOf, momentsOf, solve } from "./moments.ts";
import type { Name } from "./names.ts";
import { startOf } from "./numbers.ts";
import { divisorWeights } from "./weights.ts";

/** How fast the mean of a series follows it, 2^-n; slower where another series tells most of it. */
export const FREE_MEAN_SHIFT = 5;
export const FOLLOWING_MEAN_SHIFT = 7;

/** A series of NUMBERS while the encoder decides how to predict it. */
export interface Candidate {
  /** Among the chunk's series. */
  readonly index: number;
  readonly name: Name;
  /** At every step: `NaN` where there is none. */
  readonly values: Float64Array;
  readonly mask: Mask | null;
  readonly fractions: Fractions;
  /** The numbers in units of one over the main divisor. */
  readonly levels: Float64Array;
  /** Of each level in least squares: one over the square by which it is likely to miss. */
  readonly importance: Float64Array;
  /** Mean size of a change. */
  readonly activity: number;
  readonly moments: Moments;
  /** The weighted square that a forecast of its own leaves. */
  readonly miss: number;
}

export function candidateOf(
  index: number,
  name: Name,
  values: Float64Array,
  mask: Mask | null,
  fractions: Fractions,
): Candidate {
  const levels = levelsOf(fractions);
  const { importance, activity } = weigh(levels);
  const moments = momentsOf(levels, importance, startOf(levels), 2 ** -FREE_MEAN_SHIFT);
  const miss = missOf(moments, solve(moments));
  return { index, name, values, mask, fractions, levels, importance, activity, moments, miss };
}

function levelsOf(fractions: Fractions): Float64Array {
  const { divisors, numbers, picks } = fractions;
  if (picks === undefined) return numbers;
  const weights = divisorWeights(divisors, picks);
  return numbers.map((number, index) => number / (weights[index] ?? 1));
}

function weigh(levels: Float64Array): { importance: Float64Array; activity: number } {
  let sum = 0;
  for (let index = 1; index < levels.length; index += 1) {
    sum += Math.abs((levels[index] ?? 0) - (levels[index - 1] ?? 0));
  }
  const activity = sum / Math.max(1, levels.length - 1);
  const importance = new Float64Array(levels.length);
  // Never nothing: a series that rests for an hour is still as coarse as its numbers.
  let square = activity * activity + FLOOR;
  for (let index = 0; index < levels.length; index += 1) {
    importance[index] = 1 / square;
    const change = index === 0 ? 0 : (levels[index] ?? 0) - (levels[index - 1] ?? 0);
    square += FOLLOW * (Math.min(change * change, BURST * square) + FLOOR - square);
  }
  return { importance, activity };
}

const FLOOR = 0.1;
const FOLLOW = 1 / 20;
const BURST = 16;
