/** Units of each number in one over the main divisor, the first of the list. */
export function divisorWeights(divisors: readonly number[], picks: ArrayLike<number>): Float64Array {
  const [main = 1] = divisors;
  return Float64Array.from(picks, (pick) => (divisors[pick] ?? main) / main);
}
