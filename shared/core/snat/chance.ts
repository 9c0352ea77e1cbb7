import { type Course, FADING_MINUTES, SAMPLE_NOISE, SWING } from "./course.ts";
import { normalBelow } from "./normal.ts";

/** At this part of the allocation, as a mean over a minute, connections begin to fail. */
const FULL = 0.985;

/** Deviations that lie so many minutes apart have nothing to do with each other: each such span is a chance of its own. */
const INDEPENDENT_MINUTES = 16;

/** Minutes ahead that are looked at: closer together where more is known. The last is the horizon. */
const AHEAD: readonly number[] = [2, 4, 6, 8, 10, 13, 16, 20, 25, 30, 36, 42, 48, 54, 60];

/** With this chance of running out within the hour a node is as good as out of ports. */
export const LIKELY = 0.82;

/** No deviation is smaller than that of this part of the allocation. */
const LEAST_SIZE = 0.05;

/** Beyond so many standard deviations a chance is none. */
const FAR = 6;

/** How likely a node runs out of ports, and when, from what is known of its course. */
export interface Chance {
  /** ... within the hour, 0..1. */
  readonly withinHour: number;
  /** Minutes after which it is as likely as not; `null`: not within the hour. */
  readonly minutes: number | null;
  /** Minutes that hold it in nine of ten cases; an end that lies beyond the hour is `null`. */
  readonly minutesLow: number | null;
  readonly minutesHigh: number | null;
}

const NO_CHANCE: Chance = { withinHour: 0, minutes: null, minutesLow: null, minutesHigh: null };

/**
 * The chance that the use reaches the allocation within the hour, where it goes on as it does: the course's line, its doubt, and
 * swings about it that are as large as ordinary traffic's.
 *
 * @param allocated ports that the node has now, above 0
 */
export function chanceToRunOut(course: Course, allocated: number): Chance {
  const size = Math.max(course.level, LEAST_SIZE * allocated);
  let stays = 1;
  let minute = 0;
  let minutes: number | null = null;
  let minutesLow: number | null = null;
  let minutesHigh: number | null = null;
  for (const ahead of AHEAD) {
    const below = normalBelow(deviationsLeft(course, ahead, FULL * allocated, size));
    const next = stays * below ** ((ahead - minute) / INDEPENDENT_MINUTES);
    const at = (chance: number) => crossing(minute, 1 - stays, ahead, 1 - next, chance);
    minutesLow ??= at(0.05);
    minutes ??= at(0.5);
    minutesHigh ??= at(0.95);
    stays = next;
    minute = ahead;
  }
  if (stays >= 1) return NO_CHANCE;
  return { withinHour: 1 - stays, minutes, minutesLow, minutesHigh };
}

/** Standard deviations between the expected use at a minute ahead and the limit. */
function deviationsLeft(course: Course, ahead: number, limit: number, size: number): number {
  const { level, slope, deviation, doubt } = course;
  const left = Math.exp(-ahead / FADING_MINUTES);
  const expected = level + slope * ahead + deviation * left;
  const variance =
    doubt.level +
    2 * ahead * doubt.levelSlope +
    ahead ** 2 * doubt.slope +
    left ** 2 * doubt.deviation +
    2 * left * (doubt.levelDeviation + ahead * doubt.slopeDeviation) +
    (SWING * size) ** 2 * (1 - left ** 2) +
    (SAMPLE_NOISE * size) ** 2;
  return Math.min(FAR, (limit - expected) / Math.sqrt(variance));
}

/** Where a chance that grows from one minute to another passes a value; `null`: not between them. */
function crossing(from: number, atFrom: number, to: number, atTo: number, chance: number): number | null {
  if (atTo < chance) return null;
  return atFrom >= chance ? from : from + ((to - from) * (chance - atFrom)) / (atTo - atFrom);
}
