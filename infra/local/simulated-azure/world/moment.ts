const MINUTE_MS = 60_000;
const MINUTES_PER_DAY = 1440;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

/** 1 January 1970 was a Thursday; the week table starts on a Monday. */
const EPOCH_WEEKDAY = 3;

/** Offices that use the clusters keep the hours of their region. */
const UTC_OFFSET_HOURS: Readonly<Record<string, number>> = {
  westeurope: 1,
  northeurope: 0,
  uksouth: 0,
  eastus2: -5,
  westus2: -8,
};

/** One minute of the world, as every curve sees it. */
export interface Moment {
  /** Minutes since 1970. */
  readonly minute: number;
  /** Minutes since the anchor: scenarios are written on this scale. */
  readonly rel: number;
  /** How busy the region is at this hour, from 0.4 at night to 1 in the early afternoon. */
  readonly day: number;
}

/** Minute of the week to level; computed once, since a month of history reads it a million times. */
const WEEK: Float64Array = Float64Array.from({ length: MINUTES_PER_WEEK }, (_, index) => {
  const weekday = Math.floor(index / MINUTES_PER_DAY);
  const hour = (index % MINUTES_PER_DAY) / 60;
  const wave = (1 + Math.cos(((hour - 14) / 24) * 2 * Math.PI)) / 2;
  return 0.4 + 0.6 * wave * (weekday >= 5 ? 0.6 : 1);
});

/** How busy a region is in a minute. */
function dayLevel(location: string, minute: number): number {
  const offset = (UTC_OFFSET_HOURS[location] ?? 0) * 60 + EPOCH_WEEKDAY * MINUTES_PER_DAY;
  const index = (((minute + offset) % MINUTES_PER_WEEK) + MINUTES_PER_WEEK) % MINUTES_PER_WEEK;
  return WEEK[index] ?? 1;
}

/** The minute an instant lies in. */
export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS);
}

/** The moments `[first, first + count)` of a region. */
export function momentsFrom(anchorMinute: number, location: string, first: number, count: number): Moment[] {
  return Array.from({ length: count }, (_, index) => {
    const minute = first + index;
    return { minute, rel: minute - anchorMinute, day: dayLevel(location, minute) };
  });
}
