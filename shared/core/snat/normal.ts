// The normal distribution. Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26 (error below 1.5e-7).

const P = 0.3275911;
const COEFFICIENTS = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592] as const;

/** How much of a normal distribution lies below so many standard deviations from its middle, 0..1. */
export function normalBelow(deviations: number): number {
  const x = Math.abs(deviations) / Math.SQRT2;
  const t = 1 / (1 + P * x);
  let sum = 0;
  for (const coefficient of COEFFICIENTS) sum = (sum + coefficient) * t;
  const tail = (sum * Math.exp(-x * x)) / 2;
  return deviations < 0 ? tail : 1 - tail;
}
