import type { SampleBlock } from "../series/sample-block.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";
import { LIKELY } from "./chance.ts";
import { asOfNow, type Forecast, forecastExhaustion, isFirm, LEAST_USE } from "./forecast.ts";
import { nodeChance } from "./node-chances.ts";
import type { NodeCourses } from "./node-courses.ts";
import type { NodePorts } from "./node-ports.ts";
import { isPlausible } from "./node-ports-sense.ts";
import { fillWindow, WINDOW_MINUTES } from "./outlook.ts";

/** Forecasts further off than this say nothing. */
const FURTHEST_MS = DAY_MS;

/**
 * Whether one node and protocol runs out of ports, and when; `null` where it does not rise, or has run out already.
 *
 * @param window room for the values: one serves all nodes of a cluster
 */
function forecastNode(
  samples: SampleBlock,
  node: NodePorts,
  minuteMs: number,
  window: Float64Array,
): Forecast | null {
  const { ratio, allocated } = node;
  if (ratio === undefined || allocated === undefined || ratio < LEAST_USE || ratio >= 1 || !isPlausible(node))
    return null;
  if (!fillWindow(samples, node, minuteMs, window)) return null;
  return forecastExhaustion(window, allocated);
}

/** What a forecast of nodes looks at, as checks have it. */
export interface NodeUse {
  readonly minuteMs: number;
  readonly samples: SampleBlock;
  readonly ports: readonly NodePorts[];
  readonly courses: NodeCourses;
  readonly limits: { readonly collectLagMs: number };
}

/** How many minutes ago the judged minute ended, when it is judged in time. */
export function minutesAgo({ limits }: Pick<NodeUse, "limits">): number {
  return limits.collectLagMs / MINUTE_MS;
}

interface Latest {
  readonly ports: readonly NodePorts[];
  readonly forecasts: ReadonlyMap<NodePorts, Forecast>;
}

/** Both the check and the verdict ask, one after the other, about the same ports. */
let latest: Latest | undefined;

/** The nodes that are on their way to run out. */
export function forecastNodes({ minuteMs, samples, ports }: NodeUse): ReadonlyMap<NodePorts, Forecast> {
  if (latest?.ports === ports) return latest.forecasts;
  const forecasts = new Map<NodePorts, Forecast>();
  let window: Float64Array | undefined;
  for (const node of ports) {
    if (node.ratio === undefined || node.ratio < LEAST_USE) continue;
    window ??= new Float64Array(WINDOW_MINUTES);
    const forecast = forecastNode(samples, node, minuteMs, window);
    if (forecast !== null) forecasts.set(node, forecast);
  }
  latest = { ports, forecasts };
  return forecasts;
}

/** Seconds from now until the predicted exhaustion; `null` where it is more than a day off, or nothing firm is predicted. */
export function exhaustionSeconds(
  use: Pick<NodeUse, "limits">,
  forecast: Forecast | undefined,
): number | null {
  if (forecast === undefined || forecast.minutes * MINUTE_MS > FURTHEST_MS || !isFirm(forecast)) return null;
  return Math.round(asOfNow(forecast, minutesAgo(use)).minutes * 60);
}

/** Seconds until a node has no port left: 0 where it has none now, `null` where none is in sight. */
export function nodeExhaustionSeconds(use: NodeUse, node: NodePorts): number | null {
  if ((node.ratio ?? 0) >= 1) return 0;
  return exhaustionSeconds(use, forecastNodes(use).get(node)) ?? likelySeconds(use, node);
}

/** Seconds after which it is as likely as not that a node has run out, where it is likely to within the hour. */
function likelySeconds(use: NodeUse, node: NodePorts): number | null {
  const chance = nodeChance(use.courses, node);
  if (chance === null || chance.withinHour < LIKELY || chance.minutes === null) return null;
  return Math.round(Math.max(0, chance.minutes - minutesAgo(use)) * 60);
}
