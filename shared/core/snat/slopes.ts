/** Two-sided 90 % of the normal distribution, for the interval of a slope. */
const Z = 1.645;

/** The slope of a series, for one minute; its interval holds the true one in nine of ten cases. */
export interface Slope {
  /** Values that it rests on. */
  readonly samples: number;
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/**
 * Median and interval of the slopes between all pairs of values (Theil and Sen): a few odd minutes have no say.
 *
 * @param values one a minute, `NaN` where there is none
 * @param start index of the first to look at
 * @returns zeros where there are fewer than two values
 */
export function theilSen(values: Float64Array, start: number): Slope {
  const span = values.length - start;
  const slopes = new Float64Array((span * (span - 1)) / 2);
  let count = 0;
  let samples = 0;
  for (let j = start; j < values.length; j += 1) {
    const later = values[j] ?? Number.NaN;
    if (Number.isNaN(later)) continue;
    samples += 1;
    for (let i = start; i < j; i += 1) {
      const slope = (later - (values[i] ?? Number.NaN)) / (j - i);
      if (Number.isNaN(slope)) continue;
      slopes[count] = slope;
      count += 1;
    }
  }
  const sorted = slopes.subarray(0, count).sort();
  const at = (rank: number) => sorted[Math.max(0, Math.min(count - 1, rank))] ?? 0;
  // The ranks that the interval spans follow from the spread of Kendall's statistic.
  const ranks = Z * Math.sqrt((samples * (samples - 1) * (2 * samples + 5)) / 18);
  return {
    samples,
    low: at(Math.floor((count - ranks) / 2) - 1),
    middle: (at(Math.floor((count - 1) / 2)) + at(Math.ceil((count - 1) / 2))) / 2,
    high: at(Math.ceil((count + ranks) / 2)),
  };
}
