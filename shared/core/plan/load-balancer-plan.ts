import type { Cluster, EgressPath } from "../egress/topology.ts";
import { formatCount, formatPercent } from "../format.ts";
import { ALLOCATION_TIERS, MAX_OUTBOUND_IPS, PORTS_PER_FRONTEND_IP } from "../snat/limits.ts";
import { mainOutboundRule, ruleBudget } from "../snat/outbound-budget.ts";
import {
  automaticPorts,
  frontendIpsFor,
  planAllocation,
  portBudget,
  roundUpToBlock,
} from "../snat/port-arithmetic.ts";
import {
  LARGEST_POOL,
  type LoadBalancerSetting,
  type LoadBalancerSuggestion,
  loadBalancerChanges,
} from "./load-balancer-plan-changes.ts";
import type { PathPlan, PlanContext, PlanTerm, PlanVerdict } from "./plan.ts";
import { unknownPlan } from "./unknown-plan.ts";

/** Ports of each node against its peak, and of all nodes against the addresses. */
export function planLoadBalancer(cluster: Cluster, path: EgressPath, context: PlanContext): PathPlan {
  const balancer = cluster.loadBalancer;
  const rule = balancer === null ? null : mainOutboundRule(balancer);
  if (balancer === null || rule === null) {
    return unknownPlan(path, "the load balancer has no outbound rule: its ports are not known");
  }
  const today = ruleBudget(balancer, rule);
  if (today.unread > 0 && context.question.outboundIps === undefined) {
    return unknownPlan(path, "outbound addresses could not be read: give their number as outboundIps");
  }
  const { nodes, question } = context;
  const ips = question.outboundIps ?? today.addresses.length;
  const ports = question.portsPerNode ?? rule.allocatedPorts;
  const setting: LoadBalancerSetting = {
    ports,
    ips,
    ipsToday: today.addresses.length,
    portsToday: rule.allocatedPorts,
    sharingRules: today.sharingRules,
    perNode: ports > 0 ? ports : automaticPorts(nodes) * ips,
    budget: portBudget(ips, today.sharingRules),
  };
  const verdict = verdictOf(setting, context);
  const suggestion = suggest(setting, context);
  return {
    kind: path.kind,
    resourceId: path.resourceId,
    pools: path.pools,
    verdict,
    summary: summaryOf(setting, context, verdict),
    assumed: { portsPerNode: ports, outboundIps: ips },
    arithmetic: arithmeticOf(setting, context),
    share: shareOf(setting, context),
    maxNodes: mostNodes(setting, context),
    neededOutboundIps: suggestion.ips,
    suggestedPortsPerNode: suggestion.ports,
    changes: loadBalancerChanges(cluster, setting, context, verdict, suggestion),
  };
}

/** Whether Azure takes it: enough ports in the addresses, and a pool that is not too large. */
function isGranted(setting: LoadBalancerSetting, nodes: number): boolean {
  return nodes <= LARGEST_POOL && (setting.ports === 0 || setting.ports * nodes <= setting.budget);
}

function verdictOf(
  setting: LoadBalancerSetting,
  { nodes, peak, question, maximumNodes, warnRatio }: PlanContext,
): PlanVerdict {
  if (!isGranted(setting, nodes)) return "doesNotFit";
  if (peak.usedPorts === null) return "unknown";
  if (peak.usedPorts > setting.perNode) return "doesNotFit";
  const growsTooFar = question.nodes === undefined && !isGranted(setting, maximumNodes);
  return peak.usedPorts >= warnRatio * setting.perNode || growsTooFar ? "tight" : "fits";
}

/** Where Azure refuses the setting there is nothing to take a share of. */
function shareOf(setting: LoadBalancerSetting, { nodes, peak }: PlanContext): number | null {
  if (peak.usedPorts === null || setting.perNode === 0 || !isGranted(setting, nodes)) return null;
  return peak.usedPorts / setting.perNode;
}

function summaryOf(
  setting: LoadBalancerSetting,
  { nodes, peak, maximumNodes, question, warnRatio }: PlanContext,
  verdict: PlanVerdict,
): string {
  const given = `${formatCount(nodes)} nodes with ${formatCount(setting.perNode)} ports each${setting.ports === 0 ? " (automatic)" : ""} on ${setting.ips} ${setting.ips === 1 ? "address" : "addresses"}`;
  if (nodes > LARGEST_POOL) return `${given}: a load balancer serves ${formatCount(LARGEST_POOL)} nodes`;
  if (!isGranted(setting, nodes)) {
    return `${given} need ${formatCount(setting.ports * nodes)} of ${formatCount(setting.budget)} ports: Azure refuses it`;
  }
  if (peak.usedPorts === null) return `${given}: Azure grants it; no peak use is known yet`;
  const use = `the highest use of a node was ${formatCount(peak.usedPorts)} (${formatPercent(peak.usedPorts / Math.max(1, setting.perNode))})`;
  if (verdict === "tight" && peak.usedPorts < warnRatio * setting.perNode) {
    return `${given}: ${use}; at the maximum of ${formatCount(maximumNodes)} nodes${question.nodes === undefined ? ", upgrade surge included," : ""} Azure refuses it`;
  }
  return `${given}: ${use}`;
}

function arithmeticOf(setting: LoadBalancerSetting, context: PlanContext): PlanTerm[] {
  const { nodes, peak, warnRatio } = context;
  const terms: PlanTerm[] = [
    { name: "nodes", value: nodes, unit: "nodes", limit: LARGEST_POOL },
    { name: "outboundIps", value: setting.ips, unit: "addresses", limit: MAX_OUTBOUND_IPS },
    { name: "portsPerAddress", value: PORTS_PER_FRONTEND_IP, unit: "ports" },
    { name: "loadBalancingRulesOnAddresses", value: setting.sharingRules, unit: "rules" },
    { name: "portBudget", value: setting.budget, unit: "ports" },
    { name: "portsPerNode", value: setting.perNode, unit: "ports" },
  ];
  if (setting.ports > 0) {
    terms.push(
      { name: "neededPorts", value: setting.ports * nodes, unit: "ports", limit: setting.budget },
      {
        name: "neededPortsAtMaximum",
        value: setting.ports * context.maximumNodes,
        unit: "ports",
        limit: setting.budget,
      },
    );
  } else {
    terms.push({
      name: "portsPerNodeAtMaximum",
      value: automaticPorts(context.maximumNodes) * setting.ips,
      unit: "ports",
    });
  }
  if (peak.usedPorts !== null) {
    terms.push({
      name: "peakUsedPorts",
      value: peak.usedPorts,
      unit: "ports",
      limit: warnRatio * setting.perNode,
    });
  }
  return terms;
}

/** The most nodes with these settings: by the budget; with tiers, the largest pool whose tier holds the peak. */
function mostNodes(setting: LoadBalancerSetting, { peak, targetRatio }: PlanContext): number {
  const wanted = (peak.usedPorts ?? 0) / targetRatio;
  if (setting.ports > 0) {
    return setting.ports < wanted ? 0 : Math.min(LARGEST_POOL, Math.floor(setting.budget / setting.ports));
  }
  const tier = ALLOCATION_TIERS.findLast(({ ports }) => ports * setting.ips >= wanted);
  return tier?.maxNodes ?? 0;
}

function suggest(
  setting: LoadBalancerSetting,
  { nodes, peak, targetRatio }: PlanContext,
): LoadBalancerSuggestion {
  const { ips, sharingRules } = setting;
  if (peak.usedPorts === null) {
    // Without a peak only what is asked for can be made to fit.
    const wanted = setting.ports > 0 ? setting.ports : automaticPorts(nodes) * ips;
    return {
      ports: wanted,
      ips: Math.max(1, setting.ports > 0 ? frontendIpsFor(wanted, nodes, sharingRules) : ips),
    };
  }
  const wanted = Math.min(PORTS_PER_FRONTEND_IP, Math.max(8, roundUpToBlock(peak.usedPorts / targetRatio)));
  const needed = frontendIpsFor(wanted, nodes, sharingRules);
  const plan = planAllocation(peak.usedPorts, targetRatio, nodes, Math.max(ips, 1), sharingRules);
  return { ports: Math.max(plan.portsPerNode, 0), ips: needed };
}
