import type { SampleBlock } from "../series/sample-block.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";
import type { NodePorts } from "./node-ports.ts";
import { outlookOf } from "./outlook.ts";

/** Below this part of the allocation an hour is not kept: nobody asks. */
const LEAST_KEPT = 0.6;

/** Days that are kept, today included: a week has a day of each kind. */
const DAYS_KEPT = 8;

/** So many earlier days must have reached a level at this hour for it to be usual. */
const USUAL_DAYS = 2;

/** One hour in which a node's level was high: the most of it in percent of the allocation, and whether connections failed. */
export type HighHour = readonly [hourMs: number, percent: number, failed: 0 | 1];

/** The daily shape of one node and protocol: only its high hours, oldest first. */
export interface NodeShape {
  readonly backendIp: string;
  readonly protocol: string;
  readonly hours: readonly HighHour[];
}

export const NO_SHAPES: readonly NodeShape[] = [];

/** What shapes are made of, as checks have it. */
interface ShapeFacts {
  readonly minuteMs: number;
  readonly samples: SampleBlock;
  readonly ports: readonly NodePorts[];
}

/**
 * Adds the newest minute to the shapes and drops hours that are too old. The same minute again changes nothing.
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
  const hourMs = Math.floor(minuteMs / HOUR_MS) * HOUR_MS;
  for (const node of ports) {
    if (node.ratio === undefined || node.ratio < LEAST_KEPT) continue;
    const level = outlookOf(samples, node, minuteMs)?.level ?? 0;
    if (level < LEAST_KEPT) continue;
    next = addHour(next, node, [hourMs, Math.round(level * 100), failing(node.backendIp) ? 1 : 0]);
  }
  return next === shapes || minuteMs % HOUR_MS !== 0 ? next : dropOld(next, hourMs);
}

function addHour(
  shapes: readonly NodeShape[],
  { backendIp, protocol }: NodePorts,
  hour: HighHour,
): readonly NodeShape[] {
  const index = shapes.findIndex((shape) => shape.backendIp === backendIp && shape.protocol === protocol);
  const known = shapes[index];
  if (known === undefined) return [...shapes, { backendIp, protocol, hours: [hour] }];
  const last = known.hours.at(-1);
  if (last === undefined || last[0] < hour[0]) {
    const oldestMs = hour[0] - DAYS_KEPT * DAY_MS;
    const hours = [...known.hours.filter(([hourMs]) => hourMs > oldestMs), hour];
    return shapes.with(index, { ...known, hours });
  }
  // An hour before the newest is history already.
  if (last[0] > hour[0] || (last[1] >= hour[1] && last[2] >= hour[2])) return shapes;
  const merged: HighHour = [hour[0], Math.max(last[1], hour[1]), last[2] === 1 ? 1 : hour[2]];
  return shapes.with(index, { ...known, hours: known.hours.with(-1, merged) });
}

function dropOld(shapes: readonly NodeShape[], hourMs: number): readonly NodeShape[] {
  return shapes.filter(({ hours }) => (hours.at(-1)?.[0] ?? 0) > hourMs - DAYS_KEPT * DAY_MS);
}

/**
 * The level that is usual for a node about this hour of the day, as a ratio: what it reached on two or more earlier days within an
 * hour of now, without a failed connection. 0 where nothing is known.
 *
 * @param sinceMs when the node came: what was before it had the address is not its own
 */
export function usualLevel(
  shapes: readonly NodeShape[],
  { backendIp, protocol }: Pick<NodePorts, "backendIp" | "protocol">,
  minuteMs: number,
  sinceMs: number,
): number {
  const shape = shapes.find((each) => each.backendIp === backendIp && each.protocol === protocol);
  if (shape === undefined) return 0;
  const nowMs = Math.floor(minuteMs / HOUR_MS) * HOUR_MS;
  const byDay = new Map<number, number>();
  for (const [hourMs, percent, failed] of shape.hours) {
    const days = Math.round((nowMs - hourMs) / DAY_MS);
    if (days < 1 || hourMs < sinceMs || Math.abs(nowMs - hourMs - days * DAY_MS) > HOUR_MS) continue;
    const reached = failed === 1 ? 0 : percent;
    // One hour with failures spoils its day.
    const known = byDay.get(days);
    byDay.set(days, known === 0 || reached === 0 ? 0 : Math.max(known ?? 0, reached));
  }
  const levels = [...byDay.values()].sort((a, b) => b - a);
  return (levels[USUAL_DAYS - 1] ?? 0) / 100;
}
