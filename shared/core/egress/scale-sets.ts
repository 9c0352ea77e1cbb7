import type { ScaleSetTopology } from "./cluster-network.ts";
import { dailyTurn } from "./daily-turn.ts";
import type { ListedCluster, ListedPool } from "./listed-cluster.ts";
import { listedMembers } from "./load-balancer-topology.ts";
import type { NetworkIndex } from "./network-index.ts";
import { poolOfMachine, scaleSetKeyOf } from "./node-name.ts";
import { outboundLoadBalancer } from "./outbound-load-balancer.ts";
import {
  groupKey,
  groupKeyOf,
  nameOf,
  parseResourceId,
  type ResourceIdParts,
  resourceKey,
} from "./resource-id.ts";
import type { Cluster } from "./topology.ts";

/** A scale set whose network interfaces have to be read to learn its members' addresses. */
export interface ScaleSetToRead extends ResourceIdParts {
  readonly key: string;
}

/**
 * The scale sets of a cluster's outbound pool with a member whose address nobody knows yet.
 *
 * Addresses stay with an instance, so those of the last discovery hold until the set of members changes. They are read
 * again once a day, each set at its own time, and after a stop: a stopped machine gives its address back.
 */
export function scaleSetsToRead(
  cluster: ListedCluster,
  network: NetworkIndex,
  previous: Cluster | undefined,
  nowMs: number,
): readonly ScaleSetToRead[] {
  const balancer = outboundLoadBalancer(cluster, network);
  if (balancer === undefined) return [];

  const ran = cluster.powerState !== "stopped" && previous?.powerState !== "stopped";
  const known = new Set(
    ran && !lostSecurityGroup(network, previous)
      ? previous?.loadBalancer?.members.flatMap((it) => (it.backendIp === null ? [] : it.key))
      : [],
  );
  const found = new Map<string, ScaleSetToRead>();
  for (const member of listedMembers(balancer)) {
    const key = scaleSetKeyOf(member.key);
    if (key === null || found.has(key)) continue;
    if (known.has(member.key) && !dailyTurn(key, previous?.discoveredAtMs ?? nowMs, nowMs)) continue;
    const parts = parseResourceId(key);
    if (parts !== null) found.set(key, { key, ...parts });
  }
  return [...found.values()];
}

/**
 * The scale sets of a pool's nodes, told by the outbound pool and by the subnets: their nodes' public addresses are in no list
 * of a subscription.
 */
export function poolScaleSets(
  cluster: ListedCluster,
  pool: ListedPool,
  network: NetworkIndex,
): readonly ScaleSetToRead[] {
  return [...countNodes(cluster, network).keys()].flatMap((key) => {
    const parts = parseResourceId(key);
    return parts !== null && poolOfMachine(parts.name, [pool]) !== null ? [{ key, ...parts }] : [];
  });
}

/** The scale sets of a cluster's nodes with what is known of their size. */
export function scaleSetsOf(cluster: ListedCluster, network: NetworkIndex): readonly ScaleSetTopology[] {
  return [...countNodes(cluster, network)].map(([key, nodes]) => ({
    id: key,
    pool: poolOfMachine(nameOf(key), cluster.pools),
    nodes,
  }));
}

/** Known instances of the cluster's scale sets, by key: those in the outbound pool, or those with an interface in a subnet. */
function countNodes(cluster: ListedCluster, network: NetworkIndex): ReadonlyMap<string, number> {
  const group = groupKey(cluster.ref.subscriptionId, cluster.nodeResourceGroup);
  const balancer = outboundLoadBalancer(cluster, network);
  const members = new Map<string, number>();
  for (const member of balancer === undefined ? [] : listedMembers(balancer)) {
    const key = scaleSetKeyOf(member.key);
    if (key !== null) members.set(key, (members.get(key) ?? 0) + 1);
  }
  const nodes = new Map<string, number>();
  // Pods with a subnet of their own bring their node in a second time: the larger number counts, not the sum.
  const inSubnets = (network.subnetsByNodeGroup.get(group) ?? []).flatMap((subnet) => [...subnet.scaleSets]);
  for (const [key, count] of [...members, ...inSubnets]) {
    if (groupKeyOf(key) === group) nodes.set(key, Math.max(nodes.get(key) ?? 0, count));
  }
  return nodes;
}

/**
 * Whether a security group was on the cluster's interfaces and its list names none of them any more: it was taken off, or only
 * the interfaces themselves tell.
 */
function lostSecurityGroup(network: NetworkIndex, previous: Cluster | undefined): boolean {
  return (previous?.network.securityGroups ?? []).some(
    (group) =>
      group.on === "interface" && network.securityGroups.get(resourceKey(group.id))?.users.length === 0,
  );
}
