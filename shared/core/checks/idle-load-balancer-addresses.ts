import type { Cluster } from "../egress/topology.ts";
import { formatCount } from "../format.ts";
import { PORT_BLOCK } from "../snat/limits.ts";
import { mainOutboundRule, type RuleBudget, ruleBudget } from "../snat/outbound-budget.ts";
import { automaticPorts, frontendIpsFor, roundUpToBlock } from "../snat/port-arithmetic.ts";
import { maximumNodesWithSurge } from "../snat/surge.ts";
import { azTarget } from "./applies.ts";
import { idList, shellWord } from "./az-command.ts";
import type { Evidence, Remedy } from "./check.ts";
import {
  ADDRESS_SIDE_EFFECTS,
  cannotTell,
  type IdleVerdict,
  idle,
  neededAll,
  RESERVE_FACTOR,
} from "./idle-addresses.ts";
import {
  hasManagedAddresses,
  type OutboundPrefix,
  outboundPrefixes,
  prefixIdsOf,
  prefixLength,
} from "./load-balancer-change.ts";

/** Smallest public prefix that Azure gives: a /31. Source: "Public IP address prefix". */
const SMALLEST_PREFIX = 2;

/**
 * Holds the outbound addresses of a load balancer against the highest use.
 *
 * @param peakPorts the most that one node used of one protocol
 */
export function idleLoadBalancerAddresses(cluster: Cluster, peakPorts: number): IdleVerdict {
  const balancer = cluster.loadBalancer;
  const rule = balancer === null ? null : mainOutboundRule(balancer);
  if (balancer === null || rule === null)
    return cannotTell("the load balancer has no outbound rule to judge");
  const budget = ruleBudget(balancer, rule);
  if (budget.unread > 0) return cannotTell("outbound addresses of the load balancer could not be read");
  const count = budget.addresses.length;
  const nodes = Math.max(maximumNodesWithSurge(cluster.pools), balancer.members.length, 1);
  const wanted = Math.max(PORT_BLOCK, roundUpToBlock(peakPorts * RESERVE_FACTOR));
  const needed = addressesNeeded(budget, wanted, nodes);
  const evidence: Evidence[] = [
    { name: "outboundAddresses", value: count, limit: needed },
    { name: "peakUsedPorts", value: peakPorts, unit: "ports" },
    { name: "portsPerNodeWithReserve", value: wanted, unit: "ports" },
    { name: "nodesWithSurge", value: nodes, unit: "nodes" },
  ];
  const why = `${formatCount(nodes)} nodes (most, surge included) with twice the highest use of ${formatCount(peakPorts)} ports need ${addressText(needed)}`;
  if (count <= 1)
    return neededAll("the load balancer has one outbound address, the least there can be", evidence);
  if (needed >= count) return neededAll(`${why} of ${count}`, evidence);

  if (cluster.loadBalancerProfile?.addresses === "prefixes") {
    return idlePrefixes(cluster, balancer.id, needed, why, evidence);
  }
  const summary = `${count - needed} of ${count} outbound addresses could go: ${why}`;
  return idle(balancer.id, summary, fewerAddresses(cluster, budget, wanted, needed), evidence);
}

/** With automatic allocation each address brings a tier's ports; with fixed ports all addresses are one budget. */
function addressesNeeded({ rule, sharingRules }: RuleBudget, wanted: number, nodes: number): number {
  return rule.allocatedPorts > 0
    ? frontendIpsFor(wanted, nodes, sharingRules)
    : Math.max(1, Math.ceil(wanted / automaticPorts(nodes)));
}

function fewerAddresses(cluster: Cluster, budget: RuleBudget, wanted: number, needed: number): Remedy {
  // Fixed ports that no longer fit the fewer addresses would be refused.
  const ports = budget.rule.allocatedPorts === 0 ? "" : ` --load-balancer-outbound-ports ${wanted}`;
  const update = `az aks update ${azTarget(cluster)}`;
  const sized =
    ports === ""
      ? ""
      : `, with ${formatCount(wanted)} ports for each node, which resets connections on reclaimed ones`;
  if (hasManagedAddresses(cluster)) {
    return {
      text: `Keep ${addressText(needed)}${sized}. ${ADDRESS_SIDE_EFFECTS} Azure chooses which addresses go.`,
      commands: [`${update} --load-balancer-managed-outbound-ip-count ${needed}${ports}`],
    };
  }
  const kept = budget.addresses.slice(0, needed);
  const ids = idList({ kind: "public-ip", subscriptionId: cluster.ref.subscriptionId, texts: kept }, ",");
  return {
    text: `Keep ${kept.join(", ")}${sized}. The addresses are your own: delete the others afterwards, they are paid for until then. ${ADDRESS_SIDE_EFFECTS}`,
    commands: [`${update} --load-balancer-outbound-ips ${ids}${ports}`],
  };
}

/** A prefix is paid for as a whole: only whole ones can go, or be exchanged for a smaller one. */
function idlePrefixes(
  cluster: Cluster,
  balancerId: string,
  needed: number,
  why: string,
  evidence: readonly Evidence[],
): IdleVerdict {
  const prefixes = outboundPrefixes(cluster);
  const kept = prefixesToKeep(prefixes, needed);
  const update = `az aks update ${azTarget(cluster)} --load-balancer-outbound-ip-prefixes`;
  const { subscriptionId } = cluster.ref;
  if (kept.length < prefixes.length) {
    const dropped = prefixes.filter((prefix) => !kept.includes(prefix)).map((prefix) => prefix.text);
    return idle(
      balancerId,
      `prefix ${dropped.join(", ")} could go as a whole (a prefix is paid for whole): ${why}`,
      {
        text: `Keep ${kept.map((prefix) => prefix.text).join(", ")} and delete the rest afterwards. ${ADDRESS_SIDE_EFFECTS}`,
        commands: [`${update} ${prefixIdsOf(subscriptionId, kept)}`],
      },
      evidence,
    );
  }
  const total = prefixes.reduce((sum, prefix) => sum + prefix.addresses.length, 0);
  const size = Math.max(SMALLEST_PREFIX, 2 ** Math.ceil(Math.log2(needed)));
  if (prefixes.length !== 1 || size >= total) {
    return neededAll(`${why} of ${total}; a prefix is paid for whole, and none could go`, evidence);
  }
  const { name, resourceGroup, location } = cluster.ref;
  const smaller = `${name}-egress-small`;
  const target = `--subscription ${subscriptionId} --resource-group ${shellWord(resourceGroup)} --name ${shellWord(smaller)}`;
  return idle(
    balancerId,
    `the prefix of ${total} addresses is paid for whole, and one of ${size} would do: ${why}`,
    {
      text: `A prefix cannot be made smaller: make a /${prefixLength(size)}, use it, delete the old one afterwards. ${ADDRESS_SIDE_EFFECTS}`,
      commands: [
        `az network public-ip prefix create ${target} --location ${location} --length ${prefixLength(size)}`,
        `${update} "$(az network public-ip prefix show ${target} --query id --output tsv)"`,
      ],
    },
    evidence,
  );
}

/** Leaves out the largest prefixes first, as long as the others have enough addresses. */
function prefixesToKeep(prefixes: readonly OutboundPrefix[], needed: number): readonly OutboundPrefix[] {
  let left = prefixes.reduce((sum, prefix) => sum + prefix.addresses.length, 0);
  const dropped = new Set<OutboundPrefix>();
  for (const prefix of prefixes.toSorted((a, b) => b.addresses.length - a.addresses.length)) {
    if (left - prefix.addresses.length < needed) continue;
    left -= prefix.addresses.length;
    dropped.add(prefix);
  }
  return prefixes.filter((prefix) => !dropped.has(prefix));
}

function addressText(count: number): string {
  return count === 1 ? "1 address" : `${count} addresses`;
}
