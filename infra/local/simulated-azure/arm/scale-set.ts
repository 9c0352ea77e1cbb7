// Scale sets and their instances (Microsoft.Compute).

import { type ClusterModel, type NodeModel, nodesInPool, type PoolModel } from "../world/model.ts";
import { guid } from "../world/random.ts";
import { instanceId, interfaceId } from "./node-ids.ts";
import { type ArmResource, armResource, type Document } from "./resource.ts";

/** The nodes of a pool at a minute. */
export function members(cluster: ClusterModel, pool: PoolModel, rel: number): readonly NodeModel[] {
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
          subnet: { id: pool.subnet.id },
          privateIPAddressVersion: `IPv${family}`,
          ...(pool.spec.nodePublicIp && family === 4 ? { publicIPAddressConfiguration: NODE_ADDRESS } : {}),
          loadBalancerBackendAddressPools: poolRefs(cluster, family),
        },
      })),
      ...interfaceSecurity(cluster),
    },
  };
}

const NODE_ADDRESS = { name: "publicip", properties: { idleTimeoutInMinutes: 4, ipTags: [] } };

/** In an own VNet AKS leaves the subnet alone and puts its security group on the interfaces. */
export function interfaceSecurity({ network }: ClusterModel): Document {
  const { interfaceSecurityGroupId: id } = network;
  return id === undefined ? {} : { networkSecurityGroup: { id } };
}

/** The address families of the nodes. */
export function families(cluster: ClusterModel): readonly (4 | 6)[] {
  return cluster.loadBalancer?.frontends.some(({ family }) => family === 6) ? [4, 6] : [4];
}

/** The backend pools that an IP configuration of a family is in. */
export function poolRefs(cluster: ClusterModel, family: 4 | 6): Document[] {
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
