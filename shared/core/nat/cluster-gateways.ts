import { noPoolLeavesThrough } from "../egress/no-pool-leaves.ts";
import { nameOf, resourceKey } from "../egress/resource-id.ts";
import type { Cluster } from "../egress/topology.ts";
import { NAT_PORTS_PER_IP } from "./limits.ts";

/** A NAT gateway that carries traffic of the cluster. */
export interface ClusterGateway {
  /** As Azure wrote it. */
  readonly id: string;
  /** As metrics name it. */
  readonly key: string;
  readonly name: string;
  /** IPv4 addresses; `null` where unknown. */
  readonly addresses: number | null;
  /** Made by AKS, so that `az aks update` changes it. */
  readonly managed: boolean;
  /** `null` where the gateway itself was not read. */
  readonly location: string | null;
  readonly sku: string | null;
}

/** The gateways on a path of the cluster, and those on the subnet of a firewall on a path; each once. */
export function clusterGateways(cluster: Cluster): ClusterGateway[] {
  const gateways = new Map<string, ClusterGateway>();
  for (const path of cluster.paths) {
    if (path.kind !== "natGateway" || path.resourceId === null) continue;
    const budget = path.portBudget === null ? null : Math.round(path.portBudget / NAT_PORTS_PER_IP);
    const gateway = gatewayOf(cluster, path.resourceId, budget);
    if (!gateways.has(gateway.key)) gateways.set(gateway.key, gateway);
  }
  for (const { natGatewayId } of cluster.network.firewalls) {
    if (natGatewayId === null) continue;
    const gateway = gatewayOf(cluster, natGatewayId, null);
    if (!gateways.has(gateway.key)) gateways.set(gateway.key, gateway);
  }
  return [...gateways.values()];
}

function gatewayOf(cluster: Cluster, id: string, addresses: number | null): ClusterGateway {
  const key = resourceKey(id);
  const read = cluster.network.natGateways.find((each) => resourceKey(each.id) === key);
  return {
    id,
    key,
    name: read?.name ?? nameOf(id),
    addresses: read?.ipv4Count ?? addresses,
    managed: read?.managed ?? false,
    location: read?.location ?? null,
    sku: read?.sku ?? null,
  };
}

/** Why NAT gateways do not matter to this cluster, or `null` where they do. */
export function notByNatGateway(cluster: Cluster): string | null {
  if (cluster.powerState === "stopped") return "the cluster is stopped";
  const concerned =
    cluster.paths.some((path) => path.kind === "natGateway") ||
    cluster.network.firewalls.some((firewall) => firewall.natGatewayId !== null);
  if (concerned) return null;
  return noPoolLeavesThrough("a NAT gateway", cluster);
}
