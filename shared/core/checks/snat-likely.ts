import { formatCount, formatPercent, toTenths } from "../format.ts";
import { type Chance, LIKELY } from "../snat/chance.ts";
import { asOfNow } from "../snat/forecast.ts";
import { minutesAgo } from "../snat/forecast-nodes.ts";
import { nodeChance } from "../snat/node-chances.ts";
import type { NodePorts } from "../snat/node-ports.ts";
import { outlookOf } from "../snat/outlook.ts";
import { raisedKey } from "../snat/raised-nodes.ts";
import { allocationRemedy } from "./allocation-remedy.ts";
import type { Facts } from "./check.ts";
import { givenFor, isHeld, recentFailures, usualNow } from "./node-standing.ts";
import { describeUse, describeUsual } from "./node-words.ts";
import { nodeSubject } from "./result.ts";
import type { Rising } from "./rising.ts";
import { describeTimeLeft } from "./time-left.ts";

/** With this chance of running out within the hour a node is worth a look, and what was critical stays so. */
const LEAST_CHANCE = 0.3;

/** How far ahead the chance looks. */
const HORIZON_MINUTES = 60;

/** Below this use nothing is looked at. */
const LEAST_USE = 0.4;

/**
 * A node that is likely to run out of ports within the hour: it rises, or is high and swings, though no clear line leads there;
 * `null` for every other. What was critical holds on until the use is clearly lower.
 */
export function likelyNode(facts: Facts, node: NodePorts): Rising | null {
  const { ratio = 0, used = 0, backendIp, protocol } = node;
  if (ratio < LEAST_USE || ratio >= 1) return null;
  const outlook = outlookOf(facts.samples, node, facts.minuteMs);
  const chance = nodeChance(facts.courses, node);
  if (outlook === undefined || chance === null) return null;
  const { withinHour, course } = chance;
  const raised = facts.raised?.get(raisedKey("snat-forecast", backendIp, protocol));
  const usual = usualNow(facts, node, outlook, recentFailures(facts, backendIp));
  const { warnRatio } = facts.limits;
  const fails =
    withinHour >= LIKELY ||
    (raised === "critical" && (withinHour >= LEAST_CHANCE || isHeld(ratio, outlook.level, warnRatio)));
  if (!fails && withinHour < LEAST_CHANCE) return null;
  const severity = fails && usual === null ? "fail" : "warn";
  const slope = toTenths(course.slope);
  const move = slope > 0 ? `gains ${slope} a minute` : `stands at about ${formatCount(course.level)}`;
  const odds =
    withinHour >= LEAST_CHANCE
      ? `out of ports within the hour with a chance of ${formatPercent(withinHour)}${describeTime(chance, minutesAgo(facts))}`
      : `it was about to run out, and may still (${formatPercent(withinHour)} within the hour)`;
  return {
    subject: nodeSubject(facts, backendIp, protocol),
    severity,
    forMs: severity === "fail" ? givenFor(facts, 0) : undefined,
    minutes: chance.minutes ?? HORIZON_MINUTES,
    evidence: [
      { name: "chanceWithinTheHour", value: Math.round(withinHour * 100) / 100, limit: LIKELY },
      { name: "level", value: Math.round(course.level), unit: "ports" },
      { name: "slope", value: slope, unit: "ports/min" },
    ],
    summary: `${describeUse(facts, node)} and ${move}: ${odds}${describeUsual(usual)}`,
    remedy: () => allocationRemedy(facts.cluster, used, warnRatio * 0.8),
  };
}

/** `, in about 32 minutes (12 or more)`, from now; nothing where it is not likely. */
function describeTime({ minutes, minutesLow, minutesHigh }: Chance, ago: number): string {
  if (minutes === null) return "";
  return `, in ${describeTimeLeft(asOfNow({ minutes, minutesLow: minutesLow ?? 0, minutesHigh }, ago))}`;
}
