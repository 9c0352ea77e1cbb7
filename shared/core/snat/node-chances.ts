import { type Chance, chanceToRunOut } from "./chance.ts";
import { courseOf, type NodeCourse, type NodeCourses } from "./node-courses.ts";
import type { NodePorts } from "./node-ports.ts";

/** With fewer values the course of a use is a guess. */
const LEAST_SAMPLES = 8;

/** A node as its course has it. */
export interface NodeChance extends Chance {
  readonly course: NodeCourse;
}

/** Both the check and the verdict ask, one after the other. A course is of one minute, in which the node has one allocation. */
const known = new WeakMap<NodeCourse, NodeChance>();

/** The chance of a node to run out within the hour; `null` where it uses little, or too little is known of its course. */
export function nodeChance(courses: NodeCourses, node: NodePorts): NodeChance | null {
  const course = courseOf(courses, node);
  if (course === undefined || course.samples < LEAST_SAMPLES || node.allocated === undefined) return null;
  let chance = known.get(course);
  if (chance === undefined) {
    chance = { ...chanceToRunOut(course, node.allocated), course };
    known.set(course, chance);
  }
  return chance;
}
