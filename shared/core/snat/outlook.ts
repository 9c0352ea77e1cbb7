import type { SampleBlock } from "../series/sample-block.ts";
import { MINUTE_MS } from "../time.ts";
import { backendSeries, type PortGroup } from "./backend-series.ts";
import { PORTS_PER_FRONTEND_IP } from "./limits.ts";
import type { NodePorts } from "./node-ports.ts";
import { isPlausible, MOST_OVER } from "./node-ports-sense.ts";

/** Every window is as wide as what the checks are sure to be handed, so that a minute judged late ends the same. */
export const WINDOW_MINUTES = 16;

/** The level follows the use with this memory, in minutes: a minute's spike moves it by a fifth. */
const LEVEL_MINUTES = 5;

/** A minute at or above this part of the allocation counts towards {@link Outlook.minutesHigh}. */
const HIGH = 0.9;

/** How a node's use stands to the ports it has now, over the last {@link WINDOW_MINUTES}. All ratios of the present allocation. */
export interface Outlook {
  /** Minutes with a value. */
  readonly samples: number;
  /** The smoothed use. */
  readonly level: number;
  /** Minutes in a row, up to the newest, at 90 % or above. */
  readonly minutesHigh: number;
}

const room = new Float64Array(WINDOW_MINUTES);

/** The outlook of a node at a minute; `undefined` where its ports cannot be told. */
export function outlookOf(samples: SampleBlock, node: NodePorts, minuteMs: number): Outlook | undefined {
  const { allocated, ratio } = node;
  if (ratio === undefined || allocated === undefined || !isPlausible(node)) return undefined;
  if (!fillWindow(samples, node, minuteMs, room)) return undefined;
  return summarise(room, allocated);
}

function summarise(window: Float64Array, allocated: number): Outlook {
  let samples = 0;
  let level = Number.NaN;
  let minutesHigh = 0;
  for (const used of window) {
    if (Number.isNaN(used)) continue;
    // Of an allocation that was cut, the use before that was more.
    const ratio = Math.min(used / allocated, MOST_OVER);
    samples += 1;
    level = samples === 1 ? ratio : level + (ratio - level) / LEVEL_MINUTES;
    minutesHigh = ratio >= HIGH ? minutesHigh + 1 : 0;
  }
  return { samples, level, minutesHigh };
}

/**
 * Used ports over the frontends of a node, the newest minute last; `NaN` where a frontend has no value, or one that cannot be.
 *
 * @param node its frontends are those that count; none: all that the samples name
 * @returns false where the samples have no series of it, and the window is as it was
 */
export function fillWindow(
  samples: SampleBlock,
  { backendIp, protocol, frontends }: Pick<NodePorts, "backendIp" | "protocol" | "frontends">,
  minuteMs: number,
  window: Float64Array,
): boolean {
  const whole = backendSeries(samples).backends.get(backendIp)?.[protocol];
  if (whole === undefined) return false;
  const group = ofFrontends(whole, frontends);
  const first = (minuteMs - samples.startMs) / MINUTE_MS - window.length + 1;
  const most = PORTS_PER_FRONTEND_IP * group.frontends.length;
  for (let i = 0; i < window.length; i += 1) {
    let sum = 0;
    for (const { used } of group.frontends) sum += used?.at(first + i) ?? Number.NaN;
    window[i] = sum >= 0 && sum <= most ? sum : Number.NaN;
  }
  return true;
}

/** Without frontends that were taken away: their silence is no missing part of the sum. */
function ofFrontends(group: PortGroup, frontends: NodePorts["frontends"]): PortGroup {
  if (frontends.length === 0 || frontends.length === group.frontends.length) return group;
  const kept = new Set(frontends.map(({ frontendIp }) => frontendIp));
  return { ...group, frontends: group.frontends.filter(({ frontendIp }) => kept.has(frontendIp)) };
}
