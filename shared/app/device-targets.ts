import type { Cluster } from "#core/egress/topology.ts";
import { clusterFirewalls } from "#core/firewall/cluster-firewalls.ts";
import { clusterGateways } from "#core/nat/cluster-gateways.ts";
import type { DeviceTarget } from "#ports/metrics-source.ts";

/** The gateways and firewalls that this cluster's traffic passes; none of a stopped cluster. */
export function carrierTargets(cluster: Cluster): DeviceTarget[] {
  if (cluster.powerState === "stopped") return [];
  const here = cluster.ref.location;
  return [
    ...clusterGateways(cluster).map(({ id, location }) => deviceOf("natGateway", id, location ?? here)),
    ...clusterFirewalls(cluster).map(({ id, location }) => deviceOf("firewall", id, location ?? here)),
  ];
}

/** The scale sets of the cluster's nodes; none of a stopped cluster. */
export function nodeTargets(cluster: Cluster): DeviceTarget[] {
  if (cluster.powerState === "stopped") return [];
  return cluster.network.scaleSets.map(({ id, nodes }) => ({
    ...deviceOf("scaleSet", id, cluster.ref.location),
    nodes,
  }));
}

function deviceOf(kind: DeviceTarget["kind"], resourceId: string, region: string): DeviceTarget {
  return { kind, resourceId, region, nodes: 0 };
}
