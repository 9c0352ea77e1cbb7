import { formatCount } from "../format.ts";
import { automaticPorts, tierEdge } from "../snat/port-arithmetic.ts";
import { maximumNodesWithSurge } from "../snat/surge.ts";
import { allocationRemedy, outboundAddressCount } from "./allocation-remedy.ts";
import { notByLoadBalancer } from "./applies.ts";
import type { Check, CheckResult, Facts } from "./check.ts";
import { found, notApplicable, pass, unknown } from "./result.ts";

const ID = "allocation-tier";

/** With automatic allocation: does today's peak fit what each node gets after the next nodes are added? */
export const allocationTier: Check = {
  id: ID,
  question: "With automatic allocation, does the peak still fit when the cluster grows into the next tier?",
  judgesTraffic: false,
  judge,
};

function judge(facts: Facts): CheckResult {
  const { cluster, limits } = facts;
  const reason = notByLoadBalancer(cluster);
  if (reason !== null) return notApplicable(ID, reason);
  const balancer = cluster.loadBalancer;
  if (balancer === null) return unknown(ID, "cannot tell: the load balancer could not be read");
  const rules = balancer.outboundRules;
  if (rules.every((rule) => rule.allocatedPorts > 0)) {
    return notApplicable(ID, "the ports for each node are fixed");
  }
  const addresses = outboundAddressCount(rules);
  const nodes = balancer.members.length;
  if (addresses === 0 || nodes === 0)
    return unknown(ID, "cannot tell: no outbound address or no node is known");

  const reachable = Math.max(nodes + 1, maximumNodesWithSurge(cluster.pools));
  const edge = tierEdge(nodes);
  const now = automaticPorts(nodes) * addresses;
  const later = automaticPorts(reachable) * addresses;
  const evidence = [
    { name: "nodes", value: nodes, ...(edge === null ? {} : { limit: edge }) },
    { name: "reachableNodes", value: reachable },
    { name: "portsPerNodeNow", value: now, unit: "ports" },
    { name: "portsPerNodeAtReachable", value: later, unit: "ports" },
  ];
  if (edge === null || later === now) {
    return pass(
      ID,
      `the tier of ${formatCount(now)} ports holds up to ${formatCount(reachable)} nodes, the most this cluster can have`,
      { evidence },
    );
  }

  const peak = peakPorts(facts);
  if (peak === undefined) return unknown(ID, "cannot tell: no peak use is known yet", { evidence });
  const withPeak = [
    ...evidence,
    { name: "peakUsedPorts", value: peak, unit: "ports", limit: later * limits.warnRatio },
  ];
  const step = `${formatCount(later)} instead of ${formatCount(now)} ports for each node beyond ${formatCount(edge)} nodes`;
  if (peak < later * limits.warnRatio) {
    return pass(ID, `the peak of ${formatCount(peak)} ports fits the next tier: ${step}`, {
      evidence: withPeak,
    });
  }
  const summary = `the cluster has ${formatCount(nodes)} nodes and can reach ${formatCount(reachable)}: then ${step}, and a node used up to ${formatCount(peak)}`;
  return found(ID, summary, [{ subject: { resourceId: balancer.id }, severity: "warn", summary }], {
    evidence: withPeak,
    remedy: allocationRemedy(cluster, peak, limits.warnRatio * 0.8),
  });
}

/** The most ports one node used of one protocol in the last day, the judged minute included. */
function peakPorts(facts: Facts): number | undefined {
  const used = [
    ...facts.peaks.map((peak) => peak.usedPorts),
    ...facts.ports.flatMap((node) => (node.used === undefined ? [] : [node.used])),
  ];
  return used.length === 0 ? undefined : Math.max(...used);
}
