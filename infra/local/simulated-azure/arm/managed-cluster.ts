// The document of a managed cluster (Microsoft.ContainerService).

import type { ClusterModel, PoolModel } from "../world/model.ts";
import { guid, hashText } from "../world/random.ts";
import type { OmittedKey } from "../world/spec.ts";
import { networkProfile } from "./network-profile.ts";
import { type ArmResource, armResource, type Document } from "./resource.ts";

const KUBERNETES = { minor: "1.33", patch: "1.33.5" };

/** A managed cluster as ARM shows it. */
export function managedCluster(cluster: ClusterModel, tenantId: string): ArmResource {
  const { spec, id } = cluster;
  return armResource(id, (rel) => ({
    id,
    location: spec.location,
    name: spec.name,
    ...(spec.tags ? { tags: spec.tags } : {}),
    // Not "Microsoft.ContainerService/managedClusters", though the id says so.
    type: "Microsoft.ContainerService/ManagedClusters",
    kind: "Base",
    properties: without(spec.omits, spec.state === "Creating" ? creating(cluster) : settled(cluster, rel)),
    identity: { type: "SystemAssigned", principalId: guid(`${id}/principal`, 0), tenantId },
    sku: { name: "Base", tier: "Standard" },
    eTag: guid(`${id}/etag`, 0),
  }));
}

/** Azure leaves keys out, of the cluster or of its network profile. */
function without(omits: readonly OmittedKey[] = [], properties: Document): Document {
  const drop = (key: string): boolean => omits.some((omitted) => omitted === key);
  const keep = (document: Document): Document =>
    Object.fromEntries(
      Object.entries(document)
        .filter(([key]) => !drop(key))
        .map(([key, value]) => [key, key === "networkProfile" && isDocument(value) ? keep(value) : value]),
    );
  return keep(properties);
}

function isDocument(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A cluster that is being made: no outboundType, no power state, no addresses yet. */
function creating(cluster: ClusterModel): Document {
  return {
    provisioningState: "Creating",
    kubernetesVersion: KUBERNETES.minor,
    dnsPrefix: `${cluster.spec.name}-dns`,
    agentPoolProfiles: cluster.pools.map(({ spec }) => ({
      name: spec.name,
      count: spec.count,
      vmSize: spec.vmSize ?? "Standard_D4ds_v5",
      maxPods: 110,
      type: "VirtualMachineScaleSets",
      provisioningState: "Creating",
      orchestratorVersion: KUBERNETES.minor,
      mode: spec.mode ?? "System",
      osType: "Linux",
    })),
    servicePrincipalProfile: { clientId: "msi" },
    nodeResourceGroup: cluster.nodeResourceGroup,
    enableRBAC: true,
    networkProfile: {
      networkPlugin: "azure",
      loadBalancerSku: "standard",
      podCidr: "10.244.0.0/16",
      serviceCidr: "10.0.0.0/16",
      dnsServiceIP: "10.0.0.10",
    },
    maxAgentPools: 100,
  };
}

function settled(cluster: ClusterModel, rel: number): Document {
  const { spec } = cluster;
  const label = `${spec.name}-${(hashText(cluster.id) % 0xffffff).toString(16)}`;
  const zone = `${spec.location}.azmk8s.io`;
  const power = spec.state === "Stopped" ? "Stopped" : "Running";
  return {
    provisioningState: spec.state === "Failed" ? "Failed" : "Succeeded",
    powerState: { code: power },
    kubernetesVersion: KUBERNETES.minor,
    currentKubernetesVersion: KUBERNETES.patch,
    dnsPrefix: spec.name,
    fqdn: `${label}.hcp.${zone}`,
    azurePortalFQDN: `${label}.portal.hcp.${zone}`,
    agentPoolProfiles: cluster.pools.map((pool) => agentPool(cluster, pool, rel, power)),
    servicePrincipalProfile: { clientId: "msi" },
    nodeResourceGroup: cluster.nodeResourceGroup,
    enableRBAC: true,
    supportPlan: "KubernetesOfficial",
    networkProfile: networkProfile(cluster, rel),
    maxAgentPools: 100,
    identityProfile: {
      kubeletidentity: {
        resourceId: `${cluster.nodeGroupId.replace("resourceGroups", "resourcegroups")}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${spec.name}-agentpool`,
        clientId: guid(`${cluster.id}/kubelet`, 0),
        objectId: guid(`${cluster.id}/kubelet-object`, 0),
      },
    },
    autoUpgradeProfile: { nodeOSUpgradeChannel: "NodeImage" },
    disableLocalAccounts: false,
    securityProfile: {},
    oidcIssuerProfile: { enabled: false },
    workloadAutoScalerProfile: {},
    resourceUID: guid(`${cluster.id}/uid`, 0).replaceAll("-", "").slice(0, 24),
    nodeProvisioningProfile: { mode: "Manual", defaultNodePools: "Auto" },
    bootstrapProfile: { artifactSource: "Direct" },
  };
}

function agentPool(cluster: ClusterModel, pool: PoolModel, rel: number, power: string): Document {
  const { spec } = pool;
  const own = cluster.spec.network === "own";
  const count = cluster.nodes.filter(
    (node) => node.pool === pool && node.index < cluster.nodesAt(rel),
  ).length;
  return {
    name: spec.name,
    count,
    vmSize: spec.vmSize ?? "Standard_D4ds_v5",
    osDiskSizeGB: 150,
    osDiskType: "Ephemeral",
    kubeletDiskType: "OS",
    workloadRuntime: "OCIContainer",
    // Same subnet, other spelling than the VNet's own id: AKS echoes what its creator typed.
    ...(own ? { vnetSubnetID: asTyped(pool.subnet.id) } : {}),
    ...(pool.podSubnet ? { podSubnetID: asTyped(pool.podSubnet.id) } : {}),
    maxPods: cluster.spec.networkPlugin === "kubenet" ? 110 : 250,
    type: "VirtualMachineScaleSets",
    ...(spec.maxCount === undefined ? {} : { maxCount: spec.maxCount, minCount: Math.min(1, spec.count) }),
    enableAutoScaling: spec.maxCount !== undefined,
    scaleDownMode: "Delete",
    provisioningState: "Succeeded",
    powerState: { code: power },
    orchestratorVersion: KUBERNETES.minor,
    currentOrchestratorVersion: KUBERNETES.patch,
    enableNodePublicIP: spec.nodePublicIp ?? false,
    mode: spec.mode ?? "System",
    osType: "Linux",
    osSKU: "Ubuntu",
    nodeImageVersion: "AKSUbuntu-2204gen2containerd-202611.05.0",
    ...(pool.prefix ? { gatewayProfile: { publicIPPrefixSize: pool.prefix.length } } : {}),
    upgradeSettings: spec.maxSurge === undefined ? {} : { maxSurge: spec.maxSurge, maxUnavailable: "0" },
    enableFIPS: false,
    networkProfile: {},
    eTag: guid(`${cluster.id}/${spec.name}/etag`, 0),
  };
}

function asTyped(subnetId: string): string {
  return subnetId
    .replace("/resourceGroups/", "/resourcegroups/")
    .replace("/virtualNetworks/vnet-", "/virtualNetworks/VNET-");
}
