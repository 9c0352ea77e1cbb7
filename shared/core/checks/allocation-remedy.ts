import type { Cluster, OutboundRule } from "../egress/topology.ts";
import { formatCount } from "../format.ts";
import { PORTS_PER_FRONTEND_IP } from "../snat/limits.ts";
import { planAllocation } from "../snat/port-arithmetic.ts";
import { maximumNodesWithSurge } from "../snat/surge.ts";
import { azTarget } from "./applies.ts";
import type { Remedy } from "./check.ts";

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
  const rules = cluster.loadBalancer?.outboundRules ?? [];
  const addresses = Math.max(1, outboundAddressCount(rules));
  const members = cluster.loadBalancer?.members.length ?? 0;
  const nodes = Math.max(maximumNodesWithSurge(cluster.pools), members, 1);
  const plan = planAllocation(peakPorts, targetRatio, nodes, addresses);
  const managed =
    cluster.loadBalancerProfile?.addresses !== "publicIps" &&
    cluster.loadBalancerProfile?.addresses !== "prefixes";
  const ports = `--load-balancer-outbound-ports ${plan.portsPerNode}`;
  const sideEffect =
    "Changing the allocation resets connections that hold reclaimed ports: do it in a maintenance window.";
  const sized = `${formatCount(plan.portsPerNode)} ports for each of up to ${formatCount(nodes)} nodes (autoscaler maximum and upgrade surge included) on ${plan.outboundIps} outbound ${plan.outboundIps === 1 ? "address" : "addresses"} of ${formatCount(PORTS_PER_FRONTEND_IP)} ports`;
  if (!plan.needsMoreIps) {
    return {
      text: `Give each node more ports: ${sized}. ${sideEffect}`,
      commands: [`az aks update ${azTarget(cluster)} ${ports}`],
    };
  }
  if (managed) {
    return {
      text: `Add outbound addresses and give each node more ports: ${sized}. ${sideEffect}`,
      commands: [
        `az aks update ${azTarget(cluster)} --load-balancer-managed-outbound-ip-count ${plan.outboundIps} ${ports}`,
      ],
    };
  }
  const flag =
    cluster.loadBalancerProfile?.addresses === "prefixes"
      ? "--load-balancer-outbound-ip-prefixes <ids of all prefixes, the new one included>"
      : "--load-balancer-outbound-ips <ids of all addresses, the new ones included>";
  return {
    text: `The outbound addresses are your own: add ${plan.outboundIps - addresses} more, then give each node more ports: ${sized}. ${sideEffect}`,
    commands: [`az aks update ${azTarget(cluster)} ${flag} ${ports}`],
  };
}
