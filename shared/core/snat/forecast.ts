import { type Slope, theilSen } from "./slopes.ts";

/** With fewer values there is no telling a ramp from chance. */
export const LEAST_SAMPLES = 8;

/** The newest part of the window must be rising by itself: a ramp that flattened is over. */
const RECENT_SHARE = 0.5;

/** ... by at least this part of the slope of the whole. */
const LEAST_RECENT_SLOPE = 0.4;

/** A rise of which this part came within two minutes is a step. */
const STEP_SHARE = 0.55;

/** A rise within the window by less than this part of the limit is noise. */
const LEAST_RISE = 0.03;

/** Below this part of the limit nobody is near. */
export const LEAST_USE = 0.3;

/** How many times as far as they look back forecasts are to be trusted: most rises end by themselves. */
const REACH = 2;

/** A rise that is surer than this, as a factor either way, is trusted further ... */
const SURE = 1.25;

/** ... and one that is surer than this is a line. */
const LINE = 1.1;

/** Where a rising use meets its limit. Minutes count from the end of the window. */
export interface Forecast {
  /** How fast the use grows, in its own unit a minute; above 0. */
  readonly slopePerMinute: number;
  readonly minutes: number;
  /** The interval that holds it in nine of ten cases. */
  readonly minutesLow: number;
  /** `null`: it may as well stop rising. */
  readonly minutesHigh: number | null;
  /** True where the whole window, or its newer half, rises along a line. */
  readonly steady: boolean;
  /** Minutes with a value in the window. */
  readonly samples: number;
  /** Minutes looked back on. */
  readonly lookBack: number;
}

/**
 * Whether a use rises towards its limit, and when it gets there; `null` where it does not.
 *
 * Rising means: beyond the noise, not in one step, and still now. Costs next to nothing where it does not rise.
 *
 * @param values one a minute, oldest first, `NaN` where there is none
 * @param limit in the unit of the values: the latest one
 */
export function forecastExhaustion(values: Float64Array, limit: number): Forecast | null {
  if (!mayRise(values, limit)) return null;
  const whole = theilSen(values, 0);
  if (whole.samples < LEAST_SAMPLES || whole.low <= 0 || isStep(values)) return null;
  const recentFrom = Math.floor(values.length * (1 - RECENT_SHARE));
  const recent = theilSen(values, recentFrom);
  if (recent.middle < whole.middle * LEAST_RECENT_SLOPE) return null;

  const slope = Math.min(whole.middle, recent.middle);
  const left = Math.max(0, limit - levelNow(values, recentFrom, slope));
  return {
    slopePerMinute: slope,
    minutes: left / slope,
    minutesLow: left / Math.max(whole.high, recent.middle),
    minutesHigh: recent.low > 0 ? left / Math.min(whole.low, recent.low) : null,
    steady: isLine(whole) || isLine(recent),
    samples: whole.samples,
    lookBack: values.length,
  };
}

/** Cheap, and false for nearly every node: use is low, at its limit already, or the newer half hardly above the older. */
function mayRise(values: Float64Array, limit: number): boolean {
  const last = newestOf(values);
  if (!(last >= limit * LEAST_USE && last < limit)) return false;
  const first = values.findIndex((value) => !Number.isNaN(value));
  const middle = Math.floor((first + values.length) / 2);
  const gain = meanOf(values, middle, values.length) - meanOf(values, 0, middle);
  // The means of the halves lie half the window apart.
  return gain >= (limit * LEAST_RISE) / 2;
}

/** `NaN` where there is no value. */
function newestOf(values: Float64Array): number {
  for (let i = values.length - 1; i >= 0; i -= 1) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}

/** `NaN` where there is no value. */
function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  let count = 0;
  for (let i = from; i < to; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return sum / count;
}

/** Whether most of the rise came at once. */
function isStep(values: Float64Array): boolean {
  let jump = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let rise = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    lowest = Math.min(lowest, value);
    rise = Math.max(rise, value - lowest);
    // A minute in which the step happens holds the mean of both levels.
    for (let back = 1; back <= 2; back += 1) {
      const before = values[i - back] ?? Number.NaN;
      if (value - before > jump) jump = value - before;
    }
  }
  return jump >= rise * STEP_SHARE;
}

/** Where a line of that slope through the recent values stands at the newest minute: one odd minute moves it little. */
function levelNow(values: Float64Array, from: number, slope: number): number {
  const last = values.length - 1;
  const levels: number[] = [];
  for (let i = from; i <= last; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isNaN(value)) levels.push(value + slope * (last - i));
  }
  levels.sort((a, b) => a - b);
  return levels[Math.floor(levels.length / 2)] ?? 0;
}

/** Whether the interval of a slope is narrow. */
function isLine({ low, middle, high, samples }: Slope): boolean {
  return samples >= LEAST_SAMPLES && high <= middle * LINE && low >= middle / LINE;
}

/** Whether a forecast is to be told: near for what it looks back on, or steady. */
export function isFirm(forecast: Forecast): boolean {
  return isSure(forecast) || forecast.minutes <= forecast.lookBack * REACH;
}

/** Whether the time is known well: the whole window rises along one line. */
export function isSure({ minutes, minutesLow, minutesHigh }: Forecast): boolean {
  return minutesHigh !== null && minutesHigh <= minutes * SURE && minutesLow >= minutes / SURE;
}

/** The minutes of a forecast. */
type ForecastMinutes = Pick<Forecast, "minutes" | "minutesLow" | "minutesHigh">;

/** The same forecast in minutes from now, where its window ended so many minutes ago. */
export function asOfNow<T extends ForecastMinutes>(forecast: T, minutesAgo: number): T {
  const later = (minutes: number) => Math.max(0, minutes - minutesAgo);
  return {
    ...forecast,
    minutes: later(forecast.minutes),
    minutesLow: later(forecast.minutesLow),
    minutesHigh: forecast.minutesHigh === null ? null : later(forecast.minutesHigh),
  };
}
