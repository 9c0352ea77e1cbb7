// A use of ports is taken as a level that rises or falls along a line, and a deviation from it that fades: Kalman's filter for
// a local linear trend with autocorrelated noise (Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989,
// chapters 2 and 4). Each minute moves the three estimates by what it surprises with, and each estimate knows how sure it is.
// A window of some minutes cannot tell a slow rise from a swing that lasts ten; this can, and keeps ten numbers a node.

/** A deviation from the level is half gone after seven minutes: e-fold in so many. */
export const FADING_MINUTES = 10;

/** Ordinary traffic deviates from its level by this part of it (standard deviation). */
export const SWING = 0.05;

/** Noise of a single minute, as a part of the level: figures are averages of a few samples. */
export const SAMPLE_NOISE = 0.01;

/** How far the level and its slope may wander by themselves in a minute, as a part of the level (standard deviations). */
const LEVEL_DRIFT = 0.009;
const SLOPE_DRIFT = 0.0004;

/** A minute that surprises by more standard deviations than this is a jump ... */
const JUMP = 4;

/** ... and most jumps are bursts that go again: this part of it is taken as deviation until more minutes say otherwise. */
const BURST_SHARE = 0.9;

/** Standard deviations at the start, as parts of the first value. */
const FIRST_LEVEL = 0.1;
const FIRST_SLOPE = 0.002;

/** The noise of less use than this does not shrink further: Azure lends ports by eights. */
const LEAST_LEVEL = 8;

const FADING = Math.exp(-1 / FADING_MINUTES);

/** Variances and covariances of level, slope and deviation, in ports and minutes. */
export interface Doubt {
  readonly level: number;
  readonly slope: number;
  readonly deviation: number;
  readonly levelSlope: number;
  readonly levelDeviation: number;
  readonly slopeDeviation: number;
}

/** Where a use stands and is going, as of its newest minute. */
export interface Course {
  /** Ports. */
  readonly level: number;
  /** Ports a minute. */
  readonly slope: number;
  /** Ports above, or below, the level; it fades. */
  readonly deviation: number;
  readonly doubt: Doubt;
  /** Values that it rests on. */
  readonly samples: number;
}

/** A course that begins with one value. @param used ports, 0 or more */
export function beginCourse(used: number): Course {
  const level = Math.max(used, LEAST_LEVEL);
  return {
    level: used,
    slope: 0,
    deviation: 0,
    doubt: {
      level: (FIRST_LEVEL * level) ** 2,
      slope: (FIRST_SLOPE * level) ** 2,
      deviation: (SWING * level) ** 2,
      levelSlope: 0,
      levelDeviation: 0,
      slopeDeviation: 0,
    },
    samples: 1,
  };
}

/** The course a minute later. @param used ports in that minute; `NaN`: nothing is known of it, and the doubt grows */
export function advanceCourse(course: Course, used: number): Course {
  const ahead = aMinuteOn(course);
  return Number.isNaN(used) ? ahead : corrected(ahead, used);
}

function aMinuteOn({ level, slope, deviation, doubt, samples }: Course): Course {
  const size = Math.max(level, LEAST_LEVEL);
  return {
    level: level + slope,
    slope,
    deviation: deviation * FADING,
    doubt: {
      level: doubt.level + 2 * doubt.levelSlope + doubt.slope + (LEVEL_DRIFT * size) ** 2,
      slope: doubt.slope + (SLOPE_DRIFT * size) ** 2,
      deviation: doubt.deviation * FADING ** 2 + (SWING * size) ** 2 * (1 - FADING ** 2),
      levelSlope: doubt.levelSlope + doubt.slope,
      levelDeviation: (doubt.levelDeviation + doubt.slopeDeviation) * FADING,
      slopeDeviation: doubt.slopeDeviation * FADING,
    },
    samples,
  };
}

function corrected(course: Course, used: number): Course {
  const surprise = used - course.level - course.deviation;
  const noise = (SAMPLE_NOISE * Math.max(course.level, LEAST_LEVEL)) ** 2;
  const expected = spread(course.doubt) + noise;
  const doubt = surprise ** 2 > JUMP ** 2 * expected ? doubtOfJump(course.doubt, surprise) : course.doubt;
  const total = spread(doubt) + noise;
  // How much of a surprise is due to each.
  const level = doubt.level + doubt.levelDeviation;
  const slope = doubt.levelSlope + doubt.slopeDeviation;
  const deviation = doubt.deviation + doubt.levelDeviation;
  return {
    level: course.level + (level / total) * surprise,
    slope: course.slope + (slope / total) * surprise,
    deviation: course.deviation + (deviation / total) * surprise,
    doubt: {
      level: doubt.level - level ** 2 / total,
      slope: doubt.slope - slope ** 2 / total,
      deviation: doubt.deviation - deviation ** 2 / total,
      levelSlope: doubt.levelSlope - (level * slope) / total,
      levelDeviation: doubt.levelDeviation - (level * deviation) / total,
      slopeDeviation: doubt.slopeDeviation - (slope * deviation) / total,
    },
    samples: course.samples + 1,
  };
}

/** Variance of level and deviation together. */
function spread({ level, deviation, levelDeviation }: Doubt): number {
  return level + deviation + 2 * levelDeviation;
}

function doubtOfJump(doubt: Doubt, surprise: number): Doubt {
  return {
    ...doubt,
    level: doubt.level + surprise ** 2 * (1 - BURST_SHARE),
    deviation: doubt.deviation + surprise ** 2 * BURST_SHARE,
  };
}
