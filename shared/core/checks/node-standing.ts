import type { NodePorts } from "../snat/node-ports.ts";
import { failedAt } from "../snat/node-ports.ts";
import { type Outlook, outlookOf } from "../snat/outlook.ts";
import { raisedKey } from "../snat/raised-nodes.ts";
import { usualLevel } from "../snat/shapes.ts";
import { MINUTE_MS } from "../time.ts";
import type { Facts } from "./check.ts";

/** How long after a failed connection a node near its limit still counts as out of ports. */
const FAILED_WINDOW_MS = 3 * MINUTE_MS;

/** Fewer failed connections than this within the window are no sign, but where hardly a port is left. */
const LEAST_FAILED = 5;

/** At this part of the allocation, as a mean over a minute, hardly a port is left ... */
const FULL_RATIO = 0.97;

/** ... and at this one none: it needs no second look. */
const USED_UP_RATIO = 0.985;

/** The failure limit is passed by the smoothed use, not by a spike, or for so many minutes in a row. */
const LEAST_HIGH_MINUTES = 8;

/** One figure now and then is no level: a warning, and no more. */
const LEAST_SAMPLES = 3;

/** A warning is told when the smoothed use has come this near to its limit ... */
const LEVEL_BELOW_WARN = 0.03;

/** ... or after so long: most bursts are over by then. */
const BURST_MS = 6 * MINUTE_MS;

/** What was raised holds on until the use is so far below the limit that raised it. */
const CLEAR_BELOW = 0.15;

/** A use that fell further than this below the clearing level has collapsed: what it was just before has no say. */
const COLLAPSED_BELOW = 0.2;

/** How a node stands to its allocation. */
export interface NodeStanding {
  readonly severity: "warn" | "fail" | null;
  /** Failed connections of the last minutes. */
  readonly failing: number;
  /** See `Finding`. */
  readonly forMs: number | undefined;
  /** The usual level of this hour, where that is what makes it a warning; `null` otherwise. */
  readonly usual: number | null;
}

/**
 * Judges used / allocated ports of one node.
 *
 * Limits that a user gave are held against the newest minute, to the letter. The default ones weigh the last minutes (a spike of
 * a minute is no crossing; what was raised ends only when it is clearly over) and the node's own days.
 */
export function standingOf(facts: Facts, check: string, node: NodePorts): NodeStanding {
  const ratio = node.ratio ?? 0;
  const { given = [] } = facts.limits;
  const raised = facts.raised?.get(raisedKey(check, node.backendIp, node.protocol));
  // Nearly every node: too far below all limits for its last minutes to matter.
  if (raised === undefined && ratio < leastOfInterest(facts)) return AT_EASE;
  const failing = ratio < 0.5 ? 0 : recentFailures(facts, node.backendIp);
  const exhausted =
    (ratio >= FULL_RATIO && failing > 0) || (ratio >= facts.limits.failRatio && failing >= LEAST_FAILED);
  const outlook = outlookOf(facts.samples, node, facts.minuteMs);
  const usual = usualNow(facts, node, outlook, failing);
  if (exhausted) return { severity: "fail", failing, usual: null, forMs: givenFor(facts, 0) };
  const fails =
    (ratio >= facts.limits.warnRatio && failing >= LEAST_FAILED) ||
    (given.includes("failRatio")
      ? ratio >= facts.limits.failRatio
      : usual === null && isNearFull(facts, ratio, outlook, raised === "critical"));
  if (fails) return { severity: "fail", failing, usual: null, forMs: undefined };
  const warns = given.includes("warnRatio")
    ? ratio >= facts.limits.warnRatio
    : isNear(facts, ratio, outlook, raised !== undefined);
  if (!warns) return AT_EASE;
  const follows =
    given.includes("warnRatio") ||
    outlook === undefined ||
    outlook.level >= facts.limits.warnRatio - LEVEL_BELOW_WARN;
  return { severity: "warn", failing, usual, forMs: follows ? undefined : givenFor(facts, BURST_MS) };
}

const AT_EASE: NodeStanding = { severity: null, failing: 0, usual: null, forMs: undefined };

/** How long a finding holds before it is told, unless the user said it. */
export function givenFor({ limits: { given = [] } }: Facts, forMs: number): number | undefined {
  return given.includes("alertFor") ? undefined : forMs;
}

/** Below this use a node that nothing was said of is at ease, whatever it did in the minutes before. */
function leastOfInterest({ limits: { warnRatio, failRatio } }: Facts): number {
  return Math.min(warnRatio, failRatio - CLEAR_BELOW);
}

function isNearFull(
  { limits }: Facts,
  ratio: number,
  outlook: Outlook | undefined,
  raised: boolean,
): boolean {
  if (outlook === undefined) return ratio >= limits.failRatio;
  const { samples, level, minutesHigh } = outlook;
  const clear = limits.failRatio - CLEAR_BELOW;
  if (raised && isHeld(ratio, level, clear)) return true;
  if (samples < LEAST_SAMPLES || ratio < clear) return false;
  if (ratio >= USED_UP_RATIO) return true;
  if (minutesHigh >= LEAST_HIGH_MINUTES && ratio >= limits.failRatio) return true;
  return level >= limits.failRatio;
}

function isNear({ limits }: Facts, ratio: number, outlook: Outlook | undefined, raised: boolean): boolean {
  if (ratio >= limits.warnRatio) return true;
  return raised && isHeld(ratio, outlook?.level ?? ratio, limits.warnRatio - CLEAR_BELOW);
}

/** The use, or its level a moment ago, is still above: the newest minute alone decides only where it fell far. */
export function isHeld(ratio: number, level: number, clear: number): boolean {
  return ratio >= clear || (level >= clear && ratio >= clear - COLLAPSED_BELOW);
}

/** The usual level of this hour where the node is no higher and nothing fails; `null` where its days say nothing, or it is full. */
export function usualNow(
  facts: Facts,
  node: NodePorts,
  outlook: Outlook | undefined,
  failing: number,
): number | null {
  const { shapes = [] } = facts;
  if (shapes.length === 0 || outlook === undefined || failing > 0 || (node.ratio ?? 0) >= FULL_RATIO)
    return null;
  const usual = usualLevel(shapes, node, facts.minuteMs, cameAt(facts, node.backendIp));
  return usual > 0 && outlook.level <= usual * USUAL_SLACK ? usual : null;
}

/** Days differ by so much. */
const USUAL_SLACK = 1.03;

function cameAt({ cluster, foundMs }: Facts, backendIp: string): number {
  const member = cluster.loadBalancer?.members.find((each) => each.backendIp === backendIp);
  const cameMs = member?.firstSeenMs ?? Number.NEGATIVE_INFINITY;
  return foundMs !== undefined && cameMs <= foundMs ? Number.NEGATIVE_INFINITY : cameMs;
}

/** Failed connections of the backend in the last minutes. Azure does not split them by protocol. */
export function recentFailures(facts: Facts, backendIp: string): number {
  let failed = 0;
  for (let at = facts.minuteMs; at > facts.minuteMs - FAILED_WINDOW_MS; at -= MINUTE_MS) {
    failed += Math.max(0, failedAt(facts.samples, backendIp, at) ?? 0);
  }
  return failed;
}
