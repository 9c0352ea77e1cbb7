// Scale sets, their instances and their network interfaces (Microsoft.Compute).

import { dotted } from "../world/addresses.ts";
import { type ClusterModel, type NodeModel, nodesInPool, type PoolModel } from "../world/model.ts";
import { guid, mix } from "../world/random.ts";
import { instanceId, interfaceId, ipConfigurationId } from "./node-ids.ts";
import { type ArmResource, armResource, type Document, etagOf, nameOf, resourceGuidOf } from "./resource.ts";

/** 20.48.0.0/16 is kept for nodes. */
const NODE_PUBLIC_RANGE = (20 << 24) | (48 << 16);

function members(cluster: ClusterModel, pool: PoolModel, rel: number): readonly NodeModel[] {
  return nodesInPool(cluster, rel).filter((node) => node.pool === pool);
}

function tagsOf(pool: PoolModel): Document {
  return {
    "aks-managed-creationSource": `vmssclient-${pool.scaleSetName}`,
    "aks-managed-orchestrator": "Kubernetes:1.33.5",
    "aks-managed-poolName": pool.spec.name,
  };
}

function sizeOf(pool: PoolModel): string {
  return pool.spec.vmSize ?? "Standard_D4ds_v5";
}

/** A scale set as ARM shows it. */
export function scaleSet(cluster: ClusterModel, pool: PoolModel): ArmResource {
  return armResource(pool.scaleSetId, (rel) => ({
    name: pool.scaleSetName,
    id: pool.scaleSetId,
    type: "Microsoft.Compute/virtualMachineScaleSets",
    location: cluster.spec.location,
    tags: tagsOf(pool),
    sku: { name: sizeOf(pool), tier: "Standard", capacity: members(cluster, pool, rel).length },
    etag: `"${1 + members(cluster, pool, rel).length}"`,
    properties: {
      singlePlacementGroup: false,
      orchestrationMode: "Uniform",
      upgradePolicy: { mode: "Manual" },
      virtualMachineProfile: {
        osProfile: { computerNamePrefix: pool.scaleSetName, adminUsername: "azureuser" },
        networkProfile: { networkInterfaceConfigurations: [interfaceConfiguration(cluster, pool)] },
      },
      provisioningState: "Succeeded",
      overprovision: false,
      doNotRunExtensionsOnOverprovisionedVMs: false,
      uniqueId: guid(pool.scaleSetId, 0),
    },
  }));
}

function interfaceConfiguration(cluster: ClusterModel, pool: PoolModel): Document {
  return {
    name: pool.scaleSetName,
    properties: {
      primary: true,
      enableAcceleratedNetworking: true,
      disableTcpStateTracking: false,
      dnsSettings: { dnsServers: [] },
      enableIPForwarding: true,
      ipConfigurations: families(cluster).map((family) => ({
        name: family === 4 ? "ipconfig1" : "ipconfig2",
        properties: {
          ...(family === 4 ? { primary: true } : {}),
          subnet: { id: cluster.network.subnetId },
          privateIPAddressVersion: `IPv${family}`,
          loadBalancerBackendAddressPools: poolRefs(cluster, family),
        },
      })),
    },
  };
}

function families(cluster: ClusterModel): readonly (4 | 6)[] {
  return cluster.loadBalancer?.frontends.some(({ family }) => family === 6) ? [4, 6] : [4];
}

function poolRefs(cluster: ClusterModel, family: 4 | 6): Document[] {
  const { loadBalancer } = cluster;
  if (loadBalancer === undefined) return [];
  const suffix = family === 6 ? "-IPv6" : "";
  const names = loadBalancer.outbound ? ["kubernetes", "aksOutboundBackendPool"] : ["kubernetes"];
  return names.map((name) => ({ id: `${loadBalancer.id}/backendAddressPools/${name}${suffix}` }));
}

/** The instances of a scale set. */
export function instances(cluster: ClusterModel, pool: PoolModel, rel: number): Document[] {
  return members(cluster, pool, rel).map((node) => ({
    name: `${pool.scaleSetName}_${node.instanceId}`,
    id: instanceId(node),
    type: "Microsoft.Compute/virtualMachineScaleSets/virtualMachines",
    location: cluster.spec.location,
    tags: tagsOf(pool),
    instanceId: String(node.instanceId),
    sku: { name: sizeOf(pool), tier: "Standard" },
    properties: {
      latestModelApplied: true,
      modelDefinitionApplied: "VirtualMachineScaleSet",
      networkProfileConfiguration: {
        networkInterfaceConfigurations: [interfaceConfiguration(cluster, pool)],
      },
      provisioningState: "Succeeded",
      hardwareProfile: { vmSize: sizeOf(pool) },
      vmId: guid(instanceId(node), 0),
      osProfile: { computerName: node.computerName, adminUsername: "azureuser" },
      networkProfile: { networkInterfaces: [{ id: interfaceId(node) }] },
    },
  }));
}

/** The network interfaces of a scale set: the one place that joins a backend address with a node. */
export function interfaces(cluster: ClusterModel, pool: PoolModel, rel: number): Document[] {
  return members(cluster, pool, rel).map((node) => {
    const id = interfaceId(node);
    return {
      name: pool.scaleSetName,
      id,
      etag: etagOf(id),
      properties: {
        provisioningState: "Succeeded",
        resourceGuid: resourceGuidOf(id),
        ipConfigurations: families(cluster).map((family) => ipConfiguration(cluster, node, family)),
        dnsSettings: { dnsServers: [], appliedDnsServers: [] },
        macAddress: macOf(node.seed),
        enableIPForwarding: true,
        // Azure leaves the key out now and then.
        ...(node.index % 4 === 3 ? {} : { primary: true }),
        virtualMachine: { id: instanceId(node) },
      },
      location: cluster.spec.location,
    };
  });
}

/** The public addresses of the nodes, in pools that have them. */
export function instancePublicIps(cluster: ClusterModel, pool: PoolModel, rel: number): Document[] {
  if (!pool.spec.nodePublicIp) return [];
  return members(cluster, pool, rel).map((node) => {
    const id = instancePublicIpId(node);
    return {
      name: nameOf(id),
      id,
      etag: etagOf(id),
      properties: {
        provisioningState: "Succeeded",
        resourceGuid: resourceGuidOf(id),
        ipAddress: dotted(NODE_PUBLIC_RANGE + (node.seed & 0xffff)),
        publicIPAddressVersion: "IPv4",
        publicIPAllocationMethod: "Dynamic",
        idleTimeoutInMinutes: 4,
        ipTags: [],
        ipConfiguration: { id: ipConfigurationId(node, 4) },
      },
    };
  });
}

function instancePublicIpId(node: NodeModel): string {
  return `${ipConfigurationId(node, 4)}/publicIPAddresses/publicip`;
}

function ipConfiguration(cluster: ClusterModel, node: NodeModel, family: 4 | 6): Document {
  const id = ipConfigurationId(node, family);
  return {
    name: family === 4 ? "ipconfig1" : "ipconfig2",
    id,
    etag: etagOf(id),
    properties: {
      provisioningState: "Succeeded",
      privateIPAddress: family === 4 ? node.address : node.address6,
      privateIPAllocationMethod: "Dynamic",
      subnet: { id: cluster.network.subnetId },
      primary: family === 4,
      privateIPAddressVersion: `IPv${family}`,
      ...(node.pool.spec.nodePublicIp && family === 4
        ? { publicIPAddress: { id: instancePublicIpId(node) } }
        : {}),
      loadBalancerBackendAddressPools: poolRefs(cluster, family),
    },
  };
}

function macOf(seed: number): string {
  const hex = mix(seed, 7).toString(16).padStart(8, "0").toUpperCase();
  return `00-0D-3A-${hex.slice(0, 2)}-${hex.slice(2, 4)}-${hex.slice(4, 6)}`;
}
