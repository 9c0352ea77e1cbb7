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
  const group = backendSeries(samples).backends.get(node.backendIp)?.[node.protocol];
  if (group === undefined) return undefined;
  fillWindow(samples, group, minuteMs, room);
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

/** Used ports over the frontends, the newest minute last; `NaN` where a frontend has no value, or one that cannot be. */
export function fillWindow(
  samples: SampleBlock,
  group: PortGroup,
  minuteMs: number,
  window: Float64Array,
): void {
  const first = (minuteMs - samples.startMs) / MINUTE_MS - window.length + 1;
  const most = PORTS_PER_FRONTEND_IP * group.frontends.length;
  for (let i = 0; i < window.length; i += 1) {
    let sum = 0;
    for (const { used } of group.frontends) sum += used?.at(first + i) ?? Number.NaN;
    window[i] = sum >= 0 && sum <= most ? sum : Number.NaN;
  }
}
