import { formatCount, formatPercent } from "../format.ts";
import type { NodePorts } from "../snat/node-ports.ts";
import { outlookOf } from "../snat/outlook.ts";
import { raisedKey } from "../snat/raised-nodes.ts";
import { allocationRemedy } from "./allocation-remedy.ts";
import type { Facts } from "./check.ts";
import { recentFailures, usualNow } from "./node-standing.ts";
import { nodeLabel, nodeSubject } from "./result.ts";
import type { Rising } from "./rising.ts";

/** A use at this level ... */
const LEAST_LEVEL = 0.84;

/** ... reaches its limit where so many standard deviations of the last minutes ... */
const SWINGS = 3;

/** ... take it to this part of the allocation. */
const REACHED = 0.97;

/** Once told, it is over when they take it no further than this. */
const CLEAR = 0.85;

/** Below this use nothing is looked at. */
const LEAST_USE = 0.6;

/**
 * A node whose use is high and moves so much, up or to and fro, that it meets its allocation within minutes though no line leads
 * there; `null` for every other. The same level without movement is a warning of `snat-ports`.
 */
export function swingingNode(facts: Facts, node: NodePorts): Rising | null {
  const { ratio = 0, used = 0, allocated = 0, backendIp, protocol } = node;
  if (ratio < LEAST_USE || ratio >= 1) return null;
  const outlook = outlookOf(facts.samples, node, facts.minuteMs);
  if (outlook === undefined) return null;
  const { level, swing } = outlook;
  const reach = level + SWINGS * swing;
  const raised = facts.raised?.get(raisedKey("snat-forecast", backendIp, protocol)) === "critical";
  if (!(level >= LEAST_LEVEL && reach >= REACHED) && !(raised && reach >= CLEAR)) return null;
  if (usualNow(facts, node, outlook, recentFailures(facts, backendIp)) !== null) return null;
  const about = formatCount(level * allocated);
  const by = formatCount(swing * allocated);
  return {
    subject: nodeSubject(facts, backendIp, protocol),
    severity: "fail",
    minutes: 0,
    evidence: [
      { name: "level", value: Math.round(level * 1_000) / 1_000, limit: LEAST_LEVEL },
      { name: "swing", value: Math.round(swing * allocated), unit: "ports" },
      { name: "reach", value: Math.round(reach * 1_000) / 1_000, limit: REACHED },
    ],
    summary: `${nodeLabel(facts, backendIp)} uses ${formatCount(used)} of ${formatCount(allocated)} SNAT ports (${protocol.toUpperCase()}) and moves by ${by} about ${about} (${formatPercent(level)}): it meets its allocation within minutes`,
    remedy: () => allocationRemedy(facts.cluster, used, facts.limits.warnRatio * 0.8),
  };
}
