import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";

/** An instant as people write it, UTC: `2026-11-21 10:05 UTC`. Seconds are dropped. */
export function utcText(epochMs: number): string {
  return `${utcDate(epochMs)} ${utcClock(epochMs)} UTC`;
}

/** A whole minute as programs read it, RFC 3339: `2026-11-21T10:05:00Z`. */
export function minuteText(epochMs: number): string {
  return `${utcDate(epochMs)}T${utcClock(epochMs)}:00Z`;
}

/** An instant for who reads it at another: the day is told where it is another one. `13:02 UTC`, `2026-11-20 13:02 UTC`. */
export function momentText(epochMs: number, readMs: number): string {
  return isSameDay(epochMs, readMs) ? `${utcClock(epochMs)} UTC` : utcText(epochMs);
}

/** From one instant to another, the day told once where it is the same: `2026-11-21 10:05 to 10:47 UTC`. */
export function spanText(fromMs: number, toMs: number): string {
  const end = isSameDay(fromMs, toMs) ? utcClock(toMs) : `${utcDate(toMs)} ${utcClock(toMs)}`;
  return `${utcDate(fromMs)} ${utcClock(fromMs)} to ${end} UTC`;
}

/** A length of time in its two largest units: `42 min`, `4 h 05 min`, `2 d 3 h`. */
export function durationText(ms: number): string {
  if (ms < MINUTE_MS) return "less than a minute";
  const days = Math.floor(ms / DAY_MS);
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  if (days > 0) return hours === 0 ? `${days} d` : `${days} d ${hours} h`;
  if (hours === 0) return `${minutes} min`;
  return minutes === 0 ? `${hours} h` : `${hours} h ${pad(minutes)} min`;
}

function isSameDay(aMs: number, bMs: number): boolean {
  return Math.floor(aMs / DAY_MS) === Math.floor(bMs / DAY_MS);
}

function utcClock(epochMs: number): string {
  const ofDayMs = epochMs - Math.floor(epochMs / DAY_MS) * DAY_MS;
  return `${pad(Math.floor(ofDayMs / HOUR_MS))}:${pad(Math.floor((ofDayMs % HOUR_MS) / MINUTE_MS))}`;
}

/**
 * The Gregorian date of an instant. Years are counted from March, so that a leap day is the last of its year.
 * Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days (public domain).
 */
function utcDate(epochMs: number): string {
  const days = Math.floor(epochMs / DAY_MS) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}
