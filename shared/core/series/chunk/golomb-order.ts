/** The order of the exponential Golomb code that codes such numbers well. */
export function bestOrder(values: readonly number[]): number {
  const bits = values.map((value) => 32 - Math.clz32(Math.min(value, 2 ** 31 - 1)));
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let order = 0; order <= 31; order += 1) {
    const cost = bits.reduce((sum, length) => sum + order + 1 + 2 * Math.max(0, length - order), 0);
    if (cost < least) {
      least = cost;
      best = order;
    }
  }
  return best;
}
