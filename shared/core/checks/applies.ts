import { noPoolLeavesThrough } from "../egress/no-pool-leaves.ts";
import type { Cluster } from "../egress/topology.ts";
import { leavesByLoadBalancer } from "../egress/topology.ts";
import { shellWord } from "./az-command.ts";

/**
 * Why the load balancer's SNAT figures say nothing about this cluster, or `null` where they do.
 *
 * The load balancer counts only where it is in the path: a NAT gateway or a route takes over whatever `outboundType` says.
 */
export function notByLoadBalancer(cluster: Cluster): string | null {
  if (cluster.powerState === "stopped") return "the cluster is stopped";
  if (!leavesByLoadBalancer(cluster)) {
    return noPoolLeavesThrough("a load balancer", cluster);
  }
  if (cluster.loadBalancer !== null && cluster.loadBalancer.members.length === 0) {
    return "the outbound pool of the load balancer is empty";
  }
  return null;
}

/**
 * True for a load balancer that carries the traffic but has no SNAT metrics: a Basic one, without outbound rules.
 * Nobody can tell how full its ports are.
 */
export function hasNoSnatMetrics(cluster: Cluster): boolean {
  return cluster.loadBalancer !== null && cluster.loadBalancer.sku === "basic";
}

/** The fixed part of a command that names this cluster. */
export function azTarget(cluster: Cluster): string {
  const { subscriptionId, resourceGroup, name } = cluster.ref;
  return `--subscription ${subscriptionId} --resource-group ${shellWord(resourceGroup)} --name ${shellWord(name)}`;
}
