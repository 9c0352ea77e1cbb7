import type { ManagedCluster, ManagedClusterAgentPoolProfile } from "@azure/arm-containerservice";
import type { ListedCluster, ListedPool } from "#core/egress/listed-cluster.ts";
import { parseResourceId, resourceKey } from "#core/egress/resource-id.ts";

/** AKS's default, where the load balancer profile leaves it out: 30 minutes, not the load balancer's own 4. */
const AKS_IDLE_TIMEOUT_MINUTES = 30;

/** A cluster in our words; nothing for an item without a usable id. */
export function translateCluster(cluster: ManagedCluster): readonly ListedCluster[] {
  const parts = parseResourceId(cluster.id ?? "");
  if (cluster.id === undefined || parts === null) return [];
  const location = regionName(cluster.location);
  const name = cluster.name ?? parts.name;
  const network = cluster.networkProfile;
  return [
    {
      ref: {
        id: cluster.id,
        key: resourceKey(cluster.id),
        name,
        subscriptionId: parts.subscriptionId,
        resourceGroup: parts.resourceGroup,
        location,
      },
      nodeResourceGroup: cluster.nodeResourceGroup ?? `MC_${parts.resourceGroup}_${name}_${location}`,
      outboundType: network?.outboundType ?? null,
      provisioningState: cluster.provisioningState ?? "Unknown",
      powerState: powerState(cluster.powerState?.code),
      kubernetesVersion: cluster.currentKubernetesVersion ?? cluster.kubernetesVersion ?? null,
      tags: { ...cluster.tags },
      pools: (cluster.agentPoolProfiles ?? []).map(translatePool),
      loadBalancerProfile: loadBalancerProfile(cluster),
      loadBalancerSku: network?.loadBalancerSku?.toLowerCase() ?? null,
      nodeProvisioning: cluster.nodeProvisioningProfile?.mode?.toLowerCase() === "auto",
    },
  ];
}

/** `West Europe` and `westeurope` are one region. */
export function regionName(location: string | undefined): string {
  return (location ?? "").toLowerCase().replaceAll(" ", "");
}

function translatePool(pool: ManagedClusterAgentPoolProfile): ListedPool {
  const scale = pool.virtualMachinesProfile?.scale;
  const autoscaling = pool.enableAutoScaling ?? (scale?.autoscale?.length ?? 0) > 0;
  return {
    name: pool.name,
    mode: pool.mode ?? "User",
    count: pool.count ?? sum(scale?.manual?.map((it) => it.count)) ?? 0,
    autoscaling,
    minCount: autoscaling ? (pool.minCount ?? sum(scale?.autoscale?.map((it) => it.minCount)) ?? null) : null,
    maxCount: autoscaling ? (pool.maxCount ?? sum(scale?.autoscale?.map((it) => it.maxCount)) ?? null) : null,
    maxSurge: pool.upgradeSettings?.maxSurge ?? null,
    subnetId: pool.vnetSubnetID ?? null,
    podSubnetId: pool.podSubnetID ?? null,
    nodePublicIp: pool.enableNodePublicIP ?? false,
    nodePublicIpPrefixId: pool.nodePublicIPPrefixID ?? null,
    osType: pool.osType ?? "Linux",
    vmSize: pool.vmSize ?? "",
  };
}

function loadBalancerProfile(cluster: ManagedCluster): ListedCluster["loadBalancerProfile"] {
  const profile = cluster.networkProfile?.loadBalancerProfile;
  if (profile == null) return null;
  return {
    allocatedOutboundPorts: profile.allocatedOutboundPorts ?? 0,
    idleTimeoutMinutes: profile.idleTimeoutInMinutes ?? AKS_IDLE_TIMEOUT_MINUTES,
    addresses:
      profile.outboundIPs != null
        ? "publicIps"
        : profile.outboundIPPrefixes != null
          ? "prefixes"
          : profile.managedOutboundIPs != null
            ? "managed"
            : "unknown",
  };
}

function powerState(code: string | undefined): ListedCluster["powerState"] {
  switch (code?.toLowerCase()) {
    case "running":
      return "running";
    case "stopped":
      return "stopped";
    default:
      return "unknown";
  }
}

function sum(counts: readonly (number | undefined)[] | undefined): number | undefined {
  return counts === undefined || counts.length === 0
    ? undefined
    : counts.reduce<number>((total, count) => total + (count ?? 0), 0);
}
