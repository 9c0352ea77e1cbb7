import type { Protocol, SampleBlock } from "../series/sample-block.ts";
import { MINUTE_MS } from "../time.ts";
import { advanceCourse, beginCourse, type Course } from "./course.ts";
import type { NodePorts } from "./node-ports.ts";
import { isPlausible, mostPlausibleUse } from "./node-ports-sense.ts";
import { fillWindow, WINDOW_MINUTES } from "./outlook.ts";

/** From this part of its allocation on a node's course is followed ... */
const FOLLOWED_FROM = 0.4;

/** ... and below this it is no longer: what begins again has another cause. */
const FOLLOWED_TO = 0.25;

/** After so many minutes without a value nothing is known any more. */
const MOST_SILENT_MINUTES = 25;

/** The course of one node and protocol. */
export interface NodeCourse extends Course {
  readonly backendIp: string;
  readonly protocol: Protocol;
  /** The newest minute that it knows of, with a value or without. */
  readonly minuteMs: number;
  /** Minutes in a row without a value. */
  readonly silent: number;
}

/** What a course is told by. */
type NodeUse = Pick<NodePorts, "backendIp" | "protocol" | "used" | "allocated" | "ratio" | "frontends">;

const NO_FIGURES = { used: undefined, allocated: undefined, ratio: undefined, frontends: [] };

/** Courses of the nodes of a cluster that use much of their allocation. */
export type NodeCourses = readonly NodeCourse[];

export const NO_COURSES: NodeCourses = [];

/**
 * The courses as of a minute. The same minute again changes nothing, and a minute that was left out counts as one without a value.
 *
 * A node that is not followed yet begins with the last minutes of the samples.
 */
export function followCourses(
  courses: NodeCourses,
  samples: SampleBlock,
  ports: readonly NodePorts[],
  minuteMs: number,
): NodeCourses {
  const known = new Map<string, NodeCourse>();
  for (const course of courses) known.set(keyOf(course), course);
  const next: NodeCourse[] = [];
  for (const node of ports) {
    const course = known.get(keyOf(node));
    known.delete(keyOf(node));
    const followed =
      course === undefined ? begin(samples, node, minuteMs) : goOn(course, samples, node, minuteMs);
    if (followed !== undefined) next.push(followed);
  }
  // A node that has no series just now may be back in a minute.
  for (const course of known.values()) {
    const followed = goOn(
      course,
      samples,
      { ...NO_FIGURES, backendIp: course.backendIp, protocol: course.protocol },
      minuteMs,
    );
    if (followed !== undefined) next.push(followed);
  }
  return next.length === 0 ? NO_COURSES : next;
}

function keyOf({ backendIp, protocol }: Pick<NodeCourse, "backendIp" | "protocol">): string {
  return `${backendIp}|${protocol}`;
}

/** The course of a node; `undefined`: it uses little, or nothing is known of it. */
export function courseOf(
  courses: NodeCourses,
  { backendIp, protocol }: Pick<NodePorts, "backendIp" | "protocol">,
): NodeCourse | undefined {
  return courses.find((each) => each.backendIp === backendIp && each.protocol === protocol);
}

function begin(samples: SampleBlock, node: NodeUse, minuteMs: number): NodeCourse | undefined {
  if ((node.ratio ?? 0) < FOLLOWED_FROM || !isPlausible(node)) return undefined;
  let course: Course | undefined;
  let silent = 0;
  for (const used of usedBefore(samples, node, minuteMs, WINDOW_MINUTES)) {
    silent = Number.isNaN(used) ? silent + 1 : 0;
    if (course !== undefined) course = advanceCourse(course, used);
    else if (silent === 0) course = beginCourse(used);
  }
  return course && stored(course, node, minuteMs, silent);
}

function goOn(
  course: NodeCourse,
  samples: SampleBlock,
  node: NodeUse,
  minuteMs: number,
): NodeCourse | undefined {
  const missed = (minuteMs - course.minuteMs) / MINUTE_MS;
  if (missed <= 0) return missed < -MOST_SILENT_MINUTES ? begin(samples, node, minuteMs) : course;
  if (missed > MOST_SILENT_MINUTES) return begin(samples, node, minuteMs);
  if (node.ratio !== undefined && node.ratio < FOLLOWED_TO && isPlausible(node)) return undefined;
  let next: Course = course;
  let { silent } = course;
  for (const used of usedBefore(samples, node, minuteMs, missed)) {
    silent = Number.isNaN(used) ? silent + 1 : 0;
    next = advanceCourse(next, used);
  }
  return silent > MOST_SILENT_MINUTES ? undefined : stored(next, node, minuteMs, silent);
}

/** Used ports of the last minutes, those up to and with the given one; `NaN` where the samples have none, or one that cannot be. */
function usedBefore(samples: SampleBlock, node: NodeUse, minuteMs: number, minutes: number): Float64Array {
  const window = new Float64Array(minutes).fill(Number.NaN);
  fillWindow(samples, node, minuteMs, window);
  const most = mostPlausibleUse(node);
  return window.map((used) => (used <= most ? used : Number.NaN));
}

/** Rounded to what matters, so that it is short where it is kept, and the same whether it was kept in between or not. */
function stored(course: Course, node: NodeUse, minuteMs: number, silent: number): NodeCourse {
  const { doubt } = course;
  return {
    backendIp: node.backendIp,
    protocol: node.protocol,
    minuteMs,
    silent,
    samples: course.samples,
    level: rounded(course.level),
    slope: rounded(course.slope),
    deviation: rounded(course.deviation),
    doubt: {
      level: rounded(doubt.level),
      slope: rounded(doubt.slope),
      deviation: rounded(doubt.deviation),
      levelSlope: rounded(doubt.levelSlope),
      levelDeviation: rounded(doubt.levelDeviation),
      slopeDeviation: rounded(doubt.slopeDeviation),
    },
  };
}

const PLACES = 1e6;

function rounded(value: number): number {
  return Math.round(value * PLACES) / PLACES;
}
