import type { SampleBlock } from "../series/sample-block.ts";
import { DAY_MS, floorDay, floorHour, HOUR_MS } from "../time.ts";
import type { NodePorts } from "./node-ports.ts";
import { outlookOf } from "./outlook.ts";

/** Below this part of the allocation an hour is not kept: nobody asks. */
export const LEAST_KEPT = 0.6;

/** Days before the present one that are kept: three weeks, and the hour before, which may be of the day before. */
const SHAPE_DAYS = 22;

/** The days before that say what is usual at an hour: the last seven, and the last three of the same weekday. */
const LAST_DAYS = [1, 2, 3, 4, 5, 6, 7];
const SAME_WEEKDAYS = [7, 14, 21];

/** So many of them must have reached a level for it to be usual. */
const USUAL_DAYS = 2;

const HOURS = DAY_MS / HOUR_MS;

/** An hour in which nothing was high, or of which nothing is known. */
const QUIET = ".";
/** A high hour in which connections failed. */
const FAILED = "!";
/** Stands for {@link LEAST_KEPT}; each further percent is the next character of ASCII, up to `X`, which is 100 % and all above. */
const FIRST_LEVEL = "0";

/**
 * One UTC day that had a high hour: days since the epoch, and a character for each of its 24 hours. `.` is an hour that was not
 * high, or of which nothing is known; `!` one in which connections failed; `0` to `X` the highest level in percent of the
 * allocation, 60 to 100 (its code less that of `0`, plus 60).
 */
export type ShapeDay = readonly [day: number, hours: string];

/** The days of one node and protocol: only those with a high hour, oldest first. */
export interface NodeShape {
  readonly backendIp: string;
  readonly protocol: string;
  readonly days: readonly ShapeDay[];
}

/** Where the days begin that shapes tell of at an instant. */
export function shapesFrom(nowMs: number): number {
  return floorDay(nowMs) - SHAPE_DAYS * DAY_MS;
}

export const NO_SHAPES: readonly NodeShape[] = [];

/** One hour in which the level of a node was high. */
export interface HighHour {
  /** Any instant of the hour. */
  readonly atMs: number;
  /** The most of it as a part of the allocation, `LEAST_KEPT` or more. */
  readonly level: number;
  /** Whether connections failed. */
  readonly failed: boolean;
}

/** Whose days a shape tells. */
type ShapeNode = Pick<NodeShape, "backendIp" | "protocol">;

/** What an hour of a shape says, see {@link ShapeDay}. */
type Mark = readonly [atMs: number, mark: string];

/** What shapes are made of, as checks have it. */
interface ShapeFacts {
  readonly minuteMs: number;
  readonly samples: SampleBlock;
  readonly ports: readonly NodePorts[];
}

/**
 * Adds the newest minute to the shapes and drops days that are too old. The same minute again changes nothing.
 *
 * @param failing whether connections of a backend failed in the minute
 * @returns `shapes` itself where nothing changed: that is nearly every minute
 */
export function rememberShapes(
  shapes: readonly NodeShape[],
  { minuteMs, samples, ports }: ShapeFacts,
  failing: (backendIp: string) => boolean,
): readonly NodeShape[] {
  let next = shapes;
  for (const node of ports) {
    if (node.ratio === undefined || node.ratio < LEAST_KEPT) continue;
    const level = outlookOf(samples, node, minuteMs)?.level ?? 0;
    if (level < LEAST_KEPT) continue;
    next = addHours(next, node, [{ atMs: minuteMs, level, failed: failing(node.backendIp) }]);
  }
  return next === shapes || minuteMs % HOUR_MS !== 0 ? next : dropOld(next, minuteMs);
}

/**
 * Adds hours of a node, in any order: the higher level counts, and a failure above all.
 *
 * @returns `shapes` itself where that changes nothing
 */
export function addHours(
  shapes: readonly NodeShape[],
  node: ShapeNode,
  hours: readonly HighHour[],
): readonly NodeShape[] {
  const marks = hours.map(({ atMs, level, failed }): Mark => [atMs, failed ? FAILED : levelMark(level)]);
  return putMarks(shapes, node, marks);
}

/** What two know of the same nodes. @returns `shapes` itself where the others know no more */
export function mergeShapes(
  shapes: readonly NodeShape[],
  others: readonly NodeShape[],
): readonly NodeShape[] {
  return others.reduce((known, other) => putMarks(known, other, other.days.flatMap(marksOf)), shapes);
}

function marksOf([day, hours]: ShapeDay): Mark[] {
  return [...hours].map((mark, hour) => [day * DAY_MS + hour * HOUR_MS, mark]);
}

function putMarks(
  shapes: readonly NodeShape[],
  { backendIp, protocol }: ShapeNode,
  marks: readonly Mark[],
): readonly NodeShape[] {
  const index = shapes.findIndex((shape) => shape.backendIp === backendIp && shape.protocol === protocol);
  const before = shapes[index]?.days ?? [];
  const days = marks.reduce(putHour, before);
  if (days === before) return shapes;
  const next = { backendIp, protocol, days };
  return index < 0 ? [...shapes, next] : shapes.with(index, next);
}

function putHour(days: readonly ShapeDay[], [atMs, mark]: Mark): readonly ShapeDay[] {
  const day = Math.floor(atMs / DAY_MS);
  const hour = hourOf(atMs);
  const newest = Math.max(day, days.at(-1)?.[0] ?? day);
  if (day < newest - SHAPE_DAYS) return days;
  const index = days.findIndex(([each]) => each === day);
  const hours = days[index]?.[1] ?? QUIET.repeat(HOURS);
  const before = hours[hour] ?? QUIET;
  if (before === FAILED || (mark !== FAILED && mark <= before)) return days;
  const put: ShapeDay = [day, hours.slice(0, hour) + mark + hours.slice(hour + 1)];
  if (index >= 0) return days.with(index, put);
  return [...days, put].filter(([each]) => each >= newest - SHAPE_DAYS).sort(([a], [b]) => a - b);
}

function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS) % HOURS;
}

function levelMark(level: number): string {
  return String.fromCharCode(FIRST_LEVEL.charCodeAt(0) + Math.round((Math.min(1, level) - LEAST_KEPT) * 100));
}

/** The level that a mark stands for: 0 for a quiet hour, `null` for one in which connections failed. */
function levelOf(mark: string): number | null {
  if (mark === FAILED) return null;
  return mark < FIRST_LEVEL ? 0 : (mark.charCodeAt(0) - FIRST_LEVEL.charCodeAt(0) + LEAST_KEPT * 100) / 100;
}

function dropOld(shapes: readonly NodeShape[], nowMs: number): readonly NodeShape[] {
  const oldest = Math.floor(nowMs / DAY_MS) - SHAPE_DAYS;
  return shapes.filter(({ days }) => (days.at(-1)?.[0] ?? 0) >= oldest);
}

/** The shapes as they were before the hour that holds the instant. */
export function shapesBefore(shapes: readonly NodeShape[], atMs: number): readonly NodeShape[] {
  const day = Math.floor(atMs / DAY_MS);
  const hour = hourOf(atMs);
  return shapes.flatMap((shape) => {
    const days = shape.days
      .filter(([each]) => each <= day)
      .map(
        ([each, hours]): ShapeDay => [each, each < day ? hours : hours.slice(0, hour).padEnd(HOURS, QUIET)],
      )
      .filter(([, hours]) => hours !== QUIET.repeat(HOURS));
    return days.length === 0 ? [] : [{ ...shape, days }];
  });
}

/**
 * The level that is usual for a node about this hour, as a ratio: what it reached within an hour of this time, without a failed
 * connection, on two or more of the last seven days (a daily peak), or of the last three of the same weekday (a weekly one). 0 where
 * nothing is known.
 *
 * @param sinceMs when the node came: what was before it had the address is not its own
 */
export function usualLevel(
  shapes: readonly NodeShape[],
  { backendIp, protocol }: ShapeNode,
  minuteMs: number,
  sinceMs: number,
): number {
  const shape = shapes.find((each) => each.backendIp === backendIp && each.protocol === protocol);
  if (shape === undefined) return 0;
  const days = new Map(shape.days);
  const reached = (daysAgo: number) => reachedAbout(days, floorHour(minuteMs) - daysAgo * DAY_MS, sinceMs);
  return Math.max(repeated(LAST_DAYS.map(reached)), repeated(SAME_WEEKDAYS.map(reached)));
}

/** The level reached within an hour of an hour; 0 also where connections failed in one of them. */
function reachedAbout(days: ReadonlyMap<number, string>, hourMs: number, sinceMs: number): number {
  let most = 0;
  for (let atMs = hourMs - HOUR_MS; atMs <= hourMs + HOUR_MS; atMs += HOUR_MS) {
    if (atMs < sinceMs) continue;
    const level = levelOf(days.get(Math.floor(atMs / DAY_MS))?.[hourOf(atMs)] ?? QUIET);
    // One hour with failures spoils its day.
    if (level === null) return 0;
    most = Math.max(most, level);
  }
  return most;
}

/** The level that so many of them reached that it is usual. */
function repeated(levels: readonly number[]): number {
  return levels.toSorted((a, b) => b - a)[USUAL_DAYS - 1] ?? 0;
}
