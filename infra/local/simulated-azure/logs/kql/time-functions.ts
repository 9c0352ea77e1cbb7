import { number, orNull, type PlainFunction, text } from "./plain-function.ts";
import { formatDatetime } from "./time.ts";

/** Bins count from the first day of year 1, which shows in bins of a week. */
const YEAR_ONE_MS = 62_135_596_800_000;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const BIN: PlainFunction = {
  takes: "??",
  type: ([type = "long", size = "long"]) => (type === "long" || type === "int" ? size : type),
  of: ([value, size], [type]) => {
    const offset = type === "datetime" ? YEAR_ONE_MS : 0;
    const width = number(size);
    if (width <= 0) return null;
    return orNull(Math.floor((number(value) + offset) / width) * width - offset);
  },
};

export const TIME_FUNCTIONS: Readonly<Record<string, PlainFunction>> = {
  bin: BIN,
  floor: BIN,
  startofday: { takes: "d n", type: "datetime", of: ([value, days]) => startOfDay(value, days) },
  endofday: {
    takes: "d n",
    type: "datetime",
    // A day ends one tick before the next.
    of: ([value, days]) => {
      const start = startOfDay(value, days);
      return start === null ? null : start + DAY - 0.0001;
    },
  },
  startofhour: {
    takes: "d",
    type: "datetime",
    of: ([value]) => orNull(Math.floor(number(value) / (60 * MINUTE)) * 60 * MINUTE),
  },
  datetime_diff: {
    takes: "sdd",
    type: "long",
    of: ([unit, a, b]) => {
      const size = UNITS[text(unit).toLowerCase()] ?? Number.NaN;
      return orNull(Math.floor(number(a) / size) - Math.floor(number(b) / size));
    },
  },
  datetime_add: {
    takes: "snd",
    type: "datetime",
    of: ([unit, count, start]) =>
      orNull(number(start) + number(count) * (UNITS[text(unit).toLowerCase()] ?? Number.NaN)),
  },
  format_datetime: {
    takes: "ds",
    type: "string",
    of: ([value, format]) => (typeof value === "number" ? formatDatetime(value, text(format)) : ""),
  },
  unixtime_milliseconds_todatetime: { takes: "n", type: "datetime", of: ([value]) => orNull(number(value)) },
  unixtime_seconds_todatetime: {
    takes: "n",
    type: "datetime",
    of: ([value]) => orNull(number(value) * 1000),
  },
};

const UNITS: Readonly<Record<string, number>> = {
  day: DAY,
  hour: 60 * MINUTE,
  minute: MINUTE,
  second: 1000,
  millisecond: 1,
};

function startOfDay(value: Parameters<typeof number>[0], days: Parameters<typeof number>[0]): number | null {
  const offset = typeof days === "number" ? days : 0;
  return orNull((Math.floor(number(value) / DAY) + offset) * DAY);
}
