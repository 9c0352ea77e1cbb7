// Shapes of traffic over time. All are closed forms of the minute: no minute needs the one before it.

import type { Curve, NodeCurve, NodeView } from "./curve.ts";
import type { Moment } from "./moment.ts";
import { noise, unit } from "./random.ts";

/** The same number everywhere, with a little life in it. */
export function steady(level: number, wobble = 0.03): NodeCurve {
  return (node, at) => level * (1 + wobble * noise(node.seed, at.minute));
}

/** Office traffic: every node near its own level, following the hour. `level` is the peak of a usual day. */
export function daily(level: number, spread = 0.2): NodeCurve {
  return (node, at) => {
    const own = 1 + spread * (unit(node.seed, 17) * 2 - 1);
    return level * own * at.day * (1 + 0.08 * noise(node.seed, at.minute));
  };
}

/** Office traffic of a resource rather than of a node. */
export function dailyTotal(level: number, seed: number): Curve {
  return (at) => level * at.day * (1 + 0.06 * noise(seed, at.minute));
}

/** A straight line from one minute and level to another, flat before and after it. */
export function ramp(
  start: readonly [rel: number, level: number],
  end: readonly [rel: number, level: number],
): Curve {
  return ({ rel }) => {
    const part = Math.min(1, Math.max(0, (rel - start[0]) / (end[0] - start[0])));
    return start[1] + (end[1] - start[1]) * part;
  };
}

/** One curve for one node, another for the rest. */
export function onNode(index: number, special: NodeCurve, rest: NodeCurve): NodeCurve {
  return (node, at) => (node.index === index ? special(node, at) : rest(node, at));
}

/** One curve up to a minute, another from then on. */
export function from(rel: number, later: NodeCurve, before: NodeCurve): NodeCurve {
  return (node, at) => (at.rel >= rel ? later(node, at) : before(node, at));
}

/** One curve inside `[start, end)`, another outside. */
export function during(start: number, end: number, inside: NodeCurve, outside: NodeCurve): NodeCurve {
  return (node, at) => (at.rel >= start && at.rel < end ? inside(node, at) : outside(node, at));
}

/** A failure that comes back, each time on another node. */
export interface Recurrence {
  /** Minutes between two occurrences. */
  readonly every: number;
  /** Minute of the occurrence around the anchor at which `ports` counts 0. */
  readonly start: number;
  /** Minutes it lasts. */
  readonly length: number;
  readonly nodes: number;
  /** The node of the first occurrence after the anchor; the next is `step` further. */
  readonly firstNode: number;
  readonly step: number;
}

/**
 * Lays an occurrence over the usual traffic.
 *
 * @param ports ports wanted in a minute of the occurrence, counted from its start
 */
export function recurring(
  when: Recurrence,
  ports: (minute: number, node: NodeView, at: Moment) => number,
  usual: NodeCurve,
): NodeCurve {
  return (node, at) => {
    const since = at.rel - when.start;
    const cycle = Math.floor(since / when.every);
    const minute = since - cycle * when.every;
    if (minute >= when.length) return usual(node, at);
    const victim = when.firstNode + cycle * when.step;
    if (node.index !== ((victim % when.nodes) + when.nodes) % when.nodes) return usual(node, at);
    return Math.max(usual(node, at), ports(minute, node, at));
  };
}
