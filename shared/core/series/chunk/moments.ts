const FEATURES = 3;

/**
 * Weighted sums of squares and products from which the weights of a forecast follow by least squares. The sums of
 * several series add up to those of all together.
 */
export interface Moments {
  /** Symmetric, row by row: of the features with each other. */
  readonly products: Float64Array;
  /** Of the features with the change that they shall predict. */
  readonly targets: Float64Array;
  /** Of that change with itself. */
  square: number;
  count: number;
}

export function emptyMoments(): Moments {
  return {
    products: new Float64Array(FEATURES * FEATURES),
    targets: new Float64Array(FEATURES),
    square: 0,
    count: 0,
  };
}

export function addMoments(into: Moments, from: Moments): void {
  for (let at = 0; at < into.products.length; at += 1) {
    into.products[at] = (into.products[at] ?? 0) + (from.products[at] ?? 0);
  }
  for (let at = 0; at < into.targets.length; at += 1) {
    into.targets[at] = (into.targets[at] ?? 0) + (from.targets[at] ?? 0);
  }
  into.square += from.square;
  into.count += from.count;
}

/**
 * The moments of one series.
 *
 * @param importance of each level: about one over the square of the miss to be expected there
 * @param start where its forecast begins
 * @param meanRate how fast its mean follows
 */
export function momentsOf(
  levels: Float64Array,
  importance: Float64Array,
  start: number,
  meanRate: number,
): Moments {
  let level = start;
  let mean = start;
  let change = 0;
  let changeBefore = 0;
  let aa = 0;
  let ab = 0;
  let ac = 0;
  let bb = 0;
  let bc = 0;
  let cc = 0;
  let ay = 0;
  let by = 0;
  let cy = 0;
  let yy = 0;
  for (let index = 0; index < levels.length; index += 1) {
    const next = levels[index] ?? 0;
    const weight = importance[index] ?? 0;
    const target = next - level;
    const pull = mean - level;
    const a = weight * pull;
    const b = weight * change;
    const c = weight * changeBefore;
    aa += a * pull;
    ab += a * change;
    ac += a * changeBefore;
    bb += b * change;
    bc += b * changeBefore;
    cc += c * changeBefore;
    ay += a * target;
    by += b * target;
    cy += c * target;
    yy += weight * target * target;
    changeBefore = change;
    change = target;
    level = next;
    mean += meanRate * (next - mean);
  }
  return {
    products: Float64Array.of(aa, ab, ac, ab, bb, bc, ac, bc, cc),
    targets: Float64Array.of(ay, by, cy),
    square: yy,
    count: levels.length,
  };
}

/** Weights of the features that predict best, each within what the format holds, in 128ths. */
export function solve(moments: Moments): [number, number, number] {
  const matrix = moments.products.slice();
  const right = moments.targets.slice();
  // A little of the identity: features that are all zero get the weight zero.
  const ridge = 1e-9 * ((matrix[0] ?? 0) + (matrix[4] ?? 0) + (matrix[8] ?? 0)) + 1e-30;
  for (let at = 0; at < FEATURES; at += 1) matrix[4 * at] = (matrix[4 * at] ?? 0) + ridge;
  for (let pivot = 0; pivot < FEATURES; pivot += 1) {
    for (let row = pivot + 1; row < FEATURES; row += 1) {
      const factor = (matrix[FEATURES * row + pivot] ?? 0) / (matrix[4 * pivot] ?? 1);
      for (let column = pivot; column < FEATURES; column += 1) {
        const at = FEATURES * row + column;
        matrix[at] = (matrix[at] ?? 0) - factor * (matrix[FEATURES * pivot + column] ?? 0);
      }
      right[row] = (right[row] ?? 0) - factor * (right[pivot] ?? 0);
    }
  }
  const weights: [number, number, number] = [0, 0, 0];
  for (let row = FEATURES - 1; row >= 0; row -= 1) {
    let rest = right[row] ?? 0;
    for (let column = row + 1; column < FEATURES; column += 1) {
      rest -= (matrix[FEATURES * row + column] ?? 0) * (weights[column] ?? 0);
    }
    weights[row] = rest / (matrix[4 * row] ?? 1);
  }
  const [pull, change, changeBefore] = weights;
  return [toByte(pull), toByte(change), toByte(changeBefore)];
}

/** The weighted square that is left with these weights, in 128ths. */
export function missOf(moments: Moments, weights: readonly number[]): number {
  const { products, targets } = moments;
  let miss = moments.square;
  for (let row = 0; row < FEATURES; row += 1) {
    const weight = (weights[row] ?? 0) / 128;
    miss -= 2 * weight * (targets[row] ?? 0);
    for (let column = 0; column < FEATURES; column += 1) {
      miss += (weight * (weights[column] ?? 0) * (products[FEATURES * row + column] ?? 0)) / 128;
    }
  }
  return Math.max(0, miss);
}

function toByte(weight: number): number {
  // Not a number where the squares were too large to add: no weight is as good as any.
  return Number.isNaN(weight) ? 0 : Math.max(-128, Math.min(127, Math.round(weight * 128)));
}
