// Datetimes and timespans as the query language reads and writes them.

const SECOND = 1000;
const DAY = 86_400 * SECOND;

const UNITS: readonly (readonly [pattern: RegExp, ms: number])[] = [
  [/^d(ays?)?$/, DAY],
  [/^h(ours?)?$/, 3600 * SECOND],
  [/^m(inutes?)?$/, 60 * SECOND],
  [/^s(econds?)?$/, SECOND],
  [/^(ms|milliseconds?)$/, 1],
  [/^microseconds?$/, 0.001],
  [/^ticks?$/, 0.0001],
];

/** Milliseconds of `5m`. */
export function timespanMs(count: number, unit: string): number {
  const known = UNITS.find(([pattern]) => pattern.test(unit));
  return count * (known?.[1] ?? Number.NaN);
}

const CLOCK = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/;
const SHORT = /^(-)?(\d+(?:\.\d+)?)\s*([a-z]+)$/i;

/** Reads `1.02:03:04.5`, `02:03:04`, `5m` or a bare number of days. @returns null if it is none of them */
export function readTimespan(text: string): number | null {
  const clock = CLOCK.exec(text);
  if (clock) {
    const [, minus, days = "0", hours = "0", minutes = "0", seconds = "0"] = clock;
    const ms =
      Number(days) * DAY + (Number(hours) * 60 + Number(minutes)) * 60 * SECOND + Number(seconds) * SECOND;
    return minus ? -ms : ms;
  }
  const short = SHORT.exec(text);
  if (short) {
    const ms = timespanMs(Number(short[2]), (short[3] ?? "").toLowerCase());
    return Number.isNaN(ms) ? null : short[1] ? -ms : ms;
  }
  return /^-?\d+$/.test(text) ? Number(text) * DAY : null;
}

const DATE =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?\s*(Z|[+-]\d{2}:\d{2})?$/i;

/** Reads an ISO date, taken as UTC where it has no zone. @returns null if it is none */
export function readDatetime(text: string): number | null {
  const parts = DATE.exec(text.trim());
  if (parts === null) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "0", zone = "Z"] = parts;
  const two = (part: string | undefined): string => (part ?? "").padStart(2, "0");
  const iso = `${year}-${two(month)}-${two(day)}T${two(hour)}:${minute.padStart(2, "0")}:${two(second)}${zone.toUpperCase()}`;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? null : ms + Number(fraction) * SECOND;
}

/** Writes an instant with up to seven decimals, none of them a trailing zero. */
export function writeDatetime(ms: number): string {
  const whole = Math.floor(ms / SECOND) * SECOND;
  const date = new Date(whole);
  if (Number.isNaN(date.getTime())) return "";
  return `${date.toISOString().slice(0, 19)}${fractionOf(ms - whole)}Z`;
}

/** Writes a span as `1.02:03:04.5`. */
export function writeTimespan(ms: number): string {
  const size = Math.abs(ms);
  const days = Math.floor(size / DAY);
  const two = (part: number): string => String(Math.floor(part)).padStart(2, "0");
  const rest = size - days * DAY;
  const seconds = (rest / SECOND) % 60;
  const clock = `${two(rest / (3600 * SECOND))}:${two((rest / (60 * SECOND)) % 60)}:${two(seconds)}`;
  return `${ms < 0 ? "-" : ""}${days > 0 ? `${days}.` : ""}${clock}${fractionOf(rest % SECOND)}`;
}

/** Ticks are 100 ns: seven decimals. */
function fractionOf(ms: number): string {
  const ticks = Math.round(ms * 10_000);
  return ticks === 0 ? "" : `.${String(ticks).padStart(7, "0").replace(/0+$/, "")}`;
}

const FORMATS: Readonly<Record<string, (date: Date) => string>> = {
  yyyy: (date) => String(date.getUTCFullYear()),
  yy: (date) => String(date.getUTCFullYear() % 100).padStart(2, "0"),
  MM: (date) => String(date.getUTCMonth() + 1).padStart(2, "0"),
  M: (date) => String(date.getUTCMonth() + 1),
  dd: (date) => String(date.getUTCDate()).padStart(2, "0"),
  d: (date) => String(date.getUTCDate()),
  HH: (date) => String(date.getUTCHours()).padStart(2, "0"),
  H: (date) => String(date.getUTCHours()),
  mm: (date) => String(date.getUTCMinutes()).padStart(2, "0"),
  m: (date) => String(date.getUTCMinutes()),
  ss: (date) => String(date.getUTCSeconds()).padStart(2, "0"),
  s: (date) => String(date.getUTCSeconds()),
  fff: (date) => String(date.getUTCMilliseconds()).padStart(3, "0"),
};

/** `format_datetime`: the letters it knows, everything else as it stands. */
export function formatDatetime(ms: number, format: string): string {
  const date = new Date(ms);
  return format.replace(/yyyy|yy|MM?|dd?|HH?|mm?|ss?|fff/g, (part) => FORMATS[part]?.(date) ?? part);
}
