import type { Cluster, LoadBalancerTopology } from "../egress/topology.ts";
import { formatCount } from "../format.ts";
import { MAX_OUTBOUND_IPS } from "../snat/limits.ts";
import { type RuleBudget, ruleBudget } from "../snat/outbound-budget.ts";
import { frontendIpsFor, portsPerNode, roundUpToBlock } from "../snat/port-arithmetic.ts";
import { maximumNodes, maximumNodesWithSurge } from "../snat/surge.ts";
import { notByLoadBalancer } from "./applies.ts";
import type { Check, CheckResult, Evidence, Facts, Remedy } from "./check.ts";
import { loadBalancerCommands } from "./load-balancer-change.ts";
import { found, notApplicable, pass, unknown } from "./result.ts";

const ID = "upgrade-surge";

/** With fixed ports for each node: do they fit the most nodes that the cluster can have during an upgrade? */
export const upgradeSurge: Check = {
  id: ID,
  question: "Do fixed ports fit the most nodes and the upgrade surge?",
  judgesTraffic: false,
  judge,
};

/** One rule with fixed ports, held against the nodes that may come. */
interface Fit extends RuleBudget {
  readonly needed: number;
  /** The most nodes that its ports serve. */
  readonly nodesServed: number;
}

function judge(facts: Facts): CheckResult {
  const { cluster } = facts;
  const reason = notByLoadBalancer(cluster);
  if (reason !== null) return notApplicable(ID, reason);
  const balancer = cluster.loadBalancer;
  if (balancer === null) return unknown(ID, "cannot tell: the load balancer could not be read");
  const fixed = balancer.outboundRules.filter((rule) => rule.allocatedPorts > 0);
  if (fixed.length === 0) {
    return notApplicable(ID, "the ports of each node follow the size of the pool: see allocation-tier");
  }
  const strangers = nodesOfNoPool(balancer);
  const nodes = Math.max(maximumNodesWithSurge(cluster.pools) + strangers, balancer.members.length);
  const fits = fixed
    .map((rule) => fitOf(ruleBudget(balancer, rule), nodes))
    .toSorted((a, b) => a.nodesServed - b.nodesServed);
  const tightest = fits[0];
  if (tightest === undefined || nodes === 0) return unknown(ID, "cannot tell: no node is known");

  const evidence = evidenceOf(cluster, tightest, nodes, strangers);
  if (tightest.needed <= tightest.ports) {
    const open = strangers > 0 ? `; ${withoutMaximum(strangers)}` : "";
    return pass(
      ID,
      `${arithmetic(tightest, nodes)}: room for ${formatCount(tightest.nodesServed)} nodes${open}`,
      {
        evidence,
      },
    );
  }
  if (tightest.unread > 0) {
    return unknown(ID, "cannot tell: outbound addresses could not be read, so their number is not known", {
      evidence,
    });
  }
  const summary = `${arithmetic(tightest, nodes)}: Azure will refuse ${refused(cluster, tightest, strangers)} with InvalidLoadBalancerProfileAllocatedOutboundPorts`;
  return found(ID, summary, [{ subject: { resourceId: balancer.id }, severity: "warn", summary }], {
    evidence,
    remedy: remedyOf(facts, tightest, nodes),
  });
}

function fitOf(budget: RuleBudget, nodes: number): Fit {
  const { allocatedPorts } = budget.rule;
  return {
    ...budget,
    needed: allocatedPorts * nodes,
    nodesServed: Math.floor(budget.ports / allocatedPorts),
  };
}

function arithmetic({ rule, needed, ports }: Fit, nodes: number): string {
  return `${formatCount(rule.allocatedPorts)} ports x ${formatCount(nodes)} nodes (most, upgrade surge included) = ${formatCount(needed)} of ${formatCount(ports)} ports`;
}

/** What comes first on the way to the most nodes: the autoscaler's own maximum, or only an upgrade on top of it. */
function refused(cluster: Cluster, fit: Fit, strangers: number): string {
  return maximumNodes(cluster.pools) + strangers > fit.nodesServed
    ? `to scale beyond ${formatCount(fit.nodesServed)} nodes`
    : "the surge nodes of an upgrade at full size";
}

/**
 * Nodes that belong to no pool, such as those of node auto-provisioning: they take ports like any other, and nothing in
 * `agentPoolProfiles` bounds them.
 */
function nodesOfNoPool({ members }: LoadBalancerTopology): number {
  return members.filter((member) => member.node !== null && member.pool === null).length;
}

function withoutMaximum(strangers: number): string {
  return `${formatCount(strangers)} nodes belong to no pool (node auto-provisioning), which has no maximum: more of them need more ports`;
}

function evidenceOf(cluster: Cluster, fit: Fit, nodes: number, strangers: number): Evidence[] {
  const pools = maximumNodes(cluster.pools);
  const evidence: Evidence[] = [
    { name: "allocatedPortsPerNode", value: fit.rule.allocatedPorts, unit: "ports" },
    { name: "maximumNodes", value: pools, unit: "nodes" },
    { name: "surgeNodes", value: maximumNodesWithSurge(cluster.pools) - pools, unit: "nodes" },
    { name: "nodesWithSurge", value: nodes, unit: "nodes", limit: fit.nodesServed },
    { name: "outboundAddresses", value: fit.addresses.length + fit.unread },
    { name: "portBudget", value: fit.ports, unit: "ports" },
    { name: "neededPorts", value: fit.needed, unit: "ports", limit: fit.ports },
  ];
  if (fit.sharingRules > 0) {
    evidence.push({ name: "loadBalancingRulesOnTheAddresses", value: fit.sharingRules });
  }
  if (strangers > 0) evidence.push({ name: "nodesOfNoPool", value: withoutMaximum(strangers) });
  return evidence;
}

const SIDE_EFFECTS =
  "Changing the ports resets connections that hold reclaimed ones: do it in a maintenance window. New addresses are new sources for allow-lists elsewhere.";

/** Fewer ports where the peak leaves room for it, else more addresses. */
function remedyOf(facts: Facts, fit: Fit, nodes: number): Remedy {
  const { cluster, limits } = facts;
  const target = limits.warnRatio * 0.8;
  const peak = highestPeak(facts);
  const fewer = portsPerNode(fit.addresses.length, nodes, fit.sharingRules);
  if (peak !== undefined && fewer > 0 && roundUpToBlock(peak / target) <= fewer) {
    return {
      text: `Give each node ${formatCount(fewer)} ports: they fit ${formatCount(nodes)} nodes, and the highest use so far is ${formatCount(peak)}. ${SIDE_EFFECTS}`,
      commands: loadBalancerCommands(cluster, { portsPerNode: fewer }),
    };
  }
  const ports = fit.rule.allocatedPorts;
  const ips = frontendIpsFor(ports, nodes, fit.sharingRules);
  if (ips > MAX_OUTBOUND_IPS) {
    return {
      text: `${formatCount(ips)} addresses would be needed and Azure takes ${MAX_OUTBOUND_IPS}: lower the pools' maximum, or move to a NAT gateway, which allocates on demand.`,
      commands: [],
    };
  }
  return {
    text: `Use ${ips} outbound addresses instead of ${fit.addresses.length}, so that ${formatCount(ports)} ports fit ${formatCount(nodes)} nodes. ${SIDE_EFFECTS}`,
    commands: loadBalancerCommands(cluster, { portsPerNode: ports, outboundIps: ips }),
  };
}

/** The most that a node used of one protocol, as far back as is known. */
function highestPeak(facts: Facts): number | undefined {
  const used = [
    ...facts.dailyPeaks.flatMap((peak) => peak.usedPorts ?? []),
    ...facts.peaks.map((peak) => peak.usedPorts),
    ...facts.ports.flatMap((node) => node.used ?? []),
  ];
  return used.length === 0 ? undefined : Math.max(...used);
}
