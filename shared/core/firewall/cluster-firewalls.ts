import { nameOf, resourceKey } from "../egress/resource-id.ts";
import type { Cluster } from "../egress/topology.ts";

/** A firewall on a path of the cluster. */
export interface ClusterFirewall {
  /** As Azure wrote it. */
  readonly id: string;
  /** As metrics name it. */
  readonly key: string;
  readonly name: string;
  readonly addresses: number;
  readonly hub: boolean;
  /** `null` where the firewall itself was not read. */
  readonly location: string | null;
  /** It sends in the firewall's place. */
  readonly natGatewayId: string | null;
}

/** The firewalls on a path of the cluster, each once: a route with several next hops passes several. */
export function clusterFirewalls(cluster: Cluster): ClusterFirewall[] {
  const firewalls = new Map<string, ClusterFirewall>();
  for (const path of cluster.paths) {
    if (path.kind !== "firewall" || path.resourceId === null) continue;
    const key = resourceKey(path.resourceId);
    if (firewalls.has(key)) continue;
    const read = cluster.network.firewalls.find((each) => resourceKey(each.id) === key);
    firewalls.set(key, {
      id: path.resourceId,
      key,
      name: read?.name ?? nameOf(path.resourceId),
      addresses: read?.publicIps.length ?? path.publicIps.length,
      hub: read?.hub ?? false,
      location: read?.location ?? null,
      natGatewayId: read?.natGatewayId ?? null,
    });
  }
  for (const { id, name, publicIps, hub, location, natGatewayId } of cluster.network.firewalls) {
    const key = resourceKey(id);
    if (firewalls.has(key)) continue;
    firewalls.set(key, { id, key, name, addresses: publicIps.length, hub, location, natGatewayId });
  }
  return [...firewalls.values()];
}
