import { NO_NETWORK } from "#core/egress/cluster-network.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { Cluster } from "#core/egress/topology.ts";

export const SUB = "11111111-1111-1111-1111-111111111111";

/** A cluster of which only the name, place and tags matter. */
export function clusterNamed(
  name: string,
  {
    subscriptionId = SUB,
    location = "westeurope",
    tags = {},
  }: { subscriptionId?: string; location?: string; tags?: Record<string, string> } = {},
): Cluster {
  const id = `/subscriptions/${subscriptionId}/resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/${name}`;
  return {
    ref: { id, key: id.toLowerCase(), name, subscriptionId, resourceGroup: "shop", location },
    nodeResourceGroup: "mc",
    outboundType: "loadBalancer",
    provisioningState: "Succeeded",
    powerState: "running",
    kubernetesVersion: null,
    tags,
    pools: [],
    loadBalancerProfile: null,
    paths: [],
    loadBalancer: null,
    network: NO_NETWORK,
    discoveredAtMs: 0,
    problems: [],
  };
}

export function entryOf(cluster: Cluster, shard: string, goneSinceMs: number | null = null): InventoryEntry {
  return { cluster, shard, firstSeenMs: 0, lastSeenMs: 0, goneSinceMs };
}
