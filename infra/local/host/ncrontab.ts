// NCRONTAB, the schedule language of timer triggers: `{second} {minute} {hour} {day} {month} {day-of-week}`,
// in UTC as on Flex Consumption. Five fields mean second 0.
// Behaviour read in atifaziz/NCrontab, which the Functions timer extension uses. It differs from Unix cron in
// one trap: if both day and day-of-week are given, BOTH must match.

interface Field {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  /** Names of the values from `first` on; three letters are enough, case does not matter. */
  readonly names?: readonly string[];
}

const MONTHS = "january february march april may june july august september october november december";
const DAYS = "sunday monday tuesday wednesday thursday friday saturday";

const SECOND: Field = { name: "second", first: 0, last: 59 };
const MINUTE: Field = { name: "minute", first: 0, last: 59 };
const HOUR: Field = { name: "hour", first: 0, last: 23 };
const DAY: Field = { name: "day", first: 1, last: 31 };
const MONTH: Field = { name: "month", first: 1, last: 12, names: MONTHS.split(" ") };
const WEEKDAY: Field = { name: "day-of-week", first: 0, last: 6, names: DAYS.split(" ") };

/** The values that match, in ascending order, field by field. */
export interface Schedule {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
}

const DAY_MS = 86_400_000;
/** The calendar repeats after 400 years, but any day, month and weekday that meet at all meet within 40. */
const SEARCH_DAYS = 40 * 366;

/** @throws RangeError naming the field and what it expects */
export function parseSchedule(expression: string): Schedule {
  const texts = expression.trim().split(/\s+/);
  if (texts.length !== 5 && texts.length !== 6) {
    throw new RangeError(`schedule must have six fields (or five, without seconds): "${expression}"`);
  }
  const [second = "", minute = "", hour = "", day = "", month = "", weekday = ""] =
    texts.length === 5 ? ["0", ...texts] : texts;
  return {
    seconds: parseField(second, SECOND),
    minutes: parseField(minute, MINUTE),
    hours: parseField(hour, HOUR),
    days: new Set(parseField(day, DAY)),
    months: new Set(parseField(month, MONTH)),
    weekdays: new Set(parseField(weekday, WEEKDAY)),
  };
}

/**
 * The first occurrence strictly after an instant.
 *
 * @param afterMs Unix milliseconds
 * @returns Unix milliseconds, or undefined if there is none (`0 0 0 30 2 *`)
 */
export function nextOccurrence(schedule: string | Schedule, afterMs: number): number | undefined {
  const parsed = typeof schedule === "string" ? parseSchedule(schedule) : schedule;
  const midnightMs = Math.floor(afterMs / DAY_MS) * DAY_MS;
  for (let count = 0; count <= SEARCH_DAYS; count++) {
    const dayMs = midnightMs + count * DAY_MS;
    if (!isOnDay(parsed, new Date(dayMs))) continue;
    const timeMs = firstTimeOfDay(parsed, count === 0 ? afterMs - dayMs : -1);
    if (timeMs !== undefined) return dayMs + timeMs;
  }
  return undefined;
}

function isOnDay({ days, months, weekdays }: Schedule, date: Date): boolean {
  return months.has(date.getUTCMonth() + 1) && days.has(date.getUTCDate()) && weekdays.has(date.getUTCDay());
}

/** The first time of a matching day strictly after `afterMs`, both in milliseconds after midnight. */
function firstTimeOfDay({ seconds, minutes, hours }: Schedule, afterMs: number): number | undefined {
  for (const hour of hours) {
    if ((hour + 1) * 3_600_000 <= afterMs) continue;
    for (const minute of minutes) {
      const minuteMs = hour * 3_600_000 + minute * 60_000;
      if (minuteMs + 60_000 <= afterMs) continue;
      for (const second of seconds) {
        const timeMs = minuteMs + second * 1_000;
        if (timeMs > afterMs) return timeMs;
      }
    }
  }
  return undefined;
}

function parseField(text: string, field: Field): number[] {
  const values = new Set(text.split(",").flatMap((part) => parsePart(part, field)));
  return [...values].sort((a, b) => a - b);
}

/** `*`, `5`, `2-4`, each with an optional step: `0-59/5`, `2-20/3`; `5/10` means from 5 to the end. */
function parsePart(part: string, field: Field): number[] {
  const [range = "", stepText, ...rest] = part.split("/");
  if (rest.length > 0) throw wrong(part, field);
  const step = stepText === undefined ? 1 : parseNumber(stepText, part, field);
  if (step < 1) throw wrong(part, field);

  const [from, to] = parseRange(range, stepText !== undefined, part, field);
  if (from > to) throw wrong(part, field);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

function parseRange(range: string, hasStep: boolean, part: string, field: Field): [number, number] {
  if (range === "*") return [field.first, field.last];
  const [fromText = "", toText, ...rest] = range.split("-");
  if (rest.length > 0) throw wrong(part, field);
  const from = parseValue(fromText, part, field);
  if (toText !== undefined) return [from, parseValue(toText, part, field)];
  return [from, hasStep ? field.last : from];
}

function parseValue(text: string, part: string, field: Field): number {
  const index =
    text.length < 3 ? -1 : (field.names ?? []).findIndex((name) => name.startsWith(text.toLowerCase()));
  const value = index >= 0 ? field.first + index : parseNumber(text, part, field);
  if (value < field.first || value > field.last) throw wrong(part, field);
  return value;
}

function parseNumber(text: string, part: string, field: Field): number {
  if (!/^\d{1,2}$/.test(text)) throw wrong(part, field);
  return Number(text);
}

function wrong(part: string, { name, first, last }: Field): RangeError {
  return new RangeError(`schedule field ${name} must be values from ${first} to ${last}: "${part}"`);
}
