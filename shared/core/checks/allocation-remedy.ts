import type { Cluster, OutboundRule } from "../egress/topology.ts";
import { formatCount } from "../format.ts";
import { PORTS_PER_FRONTEND_IP } from "../snat/limits.ts";
import { mainOutboundRule, ruleBudget } from "../snat/outbound-budget.ts";
import { planAllocation } from "../snat/port-arithmetic.ts";
import { maximumNodesWithSurge } from "../snat/surge.ts";
import type { Remedy } from "./check.ts";
import { hasManagedAddresses, loadBalancerCommands } from "./load-balancer-change.ts";

/** IPv4 addresses that the outbound rules share out: the family that runs out. */
export function outboundAddressCount(rules: readonly OutboundRule[]): number {
  const addresses = new Set<string>();
  let unread = 0;
  for (const rule of rules) {
    for (const frontend of rule.frontends) {
      if (frontend.family !== "ipv4") continue;
      if (frontend.addresses.length === 0) unread += 1;
      for (const address of frontend.addresses) addresses.add(address);
    }
  }
  return addresses.size + unread;
}

/**
 * The command that gives each node of this cluster enough ports, with the numbers computed.
 *
 * @param peakPorts the most that one node uses of one protocol
 * @param targetRatio how full a node may be afterwards, 0..1
 */
export function allocationRemedy(cluster: Cluster, peakPorts: number, targetRatio: number): Remedy {
  const balancer = cluster.loadBalancer;
  const rule = balancer === null ? null : mainOutboundRule(balancer);
  const addresses = Math.max(1, outboundAddressCount(balancer?.outboundRules ?? []));
  const sharing = balancer === null || rule === null ? 0 : ruleBudget(balancer, rule).sharingRules;
  const nodes = Math.max(maximumNodesWithSurge(cluster.pools), balancer?.members.length ?? 0, 1);
  const { portsPerNode, outboundIps, needsMoreIps } = planAllocation(
    peakPorts,
    targetRatio,
    nodes,
    addresses,
    sharing,
  );
  const sized = `${formatCount(portsPerNode)} ports for each of up to ${formatCount(nodes)} nodes (autoscaler maximum and upgrade surge included) on ${outboundIps} outbound ${outboundIps === 1 ? "address" : "addresses"} of ${formatCount(PORTS_PER_FRONTEND_IP)} ports`;
  const lead = !needsMoreIps
    ? "Give each node more ports"
    : hasManagedAddresses(cluster)
      ? "Add outbound addresses and give each node more ports"
      : `The outbound addresses are your own: add ${outboundIps - addresses} more, then give each node more ports`;
  return {
    text: `${lead}: ${sized}. Changing the allocation resets connections that hold reclaimed ports: do it in a maintenance window.`,
    commands: loadBalancerCommands(cluster, needsMoreIps ? { portsPerNode, outboundIps } : { portsPerNode }),
  };
}
