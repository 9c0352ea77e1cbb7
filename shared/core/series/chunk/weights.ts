/** Units of each number in one over the main divisor, the first of the list. */
export function divisorWeights(divisors: readonly number[], picks: Float64Array): Float64Array {
  const [main = 1] = divisors;
  const weights = new Float64Array(picks.length);
  for (let index = 0; index < picks.length; index += 1) {
    weights[index] = (divisors[picks[index] ?? 0] ?? main) / main;
  }
  return weights;
}
