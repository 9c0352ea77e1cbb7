// The network interfaces and public addresses of a scale set's instances (Microsoft.Network).

import { dotted } from "../world/addresses.ts";
import type { ClusterModel, NodeModel, PoolModel } from "../world/model.ts";
import type { PrefixModel } from "../world/network-model.ts";
import { mix } from "../world/random.ts";
import { instanceId, interfaceId, ipConfigurationId } from "./node-ids.ts";
import { type Document, etagOf, nameOf, resourceGuidOf } from "./resource.ts";
import { families, interfaceSecurity, members, poolRefs } from "./scale-set.ts";

/** 20.48.0.0/16 is kept for nodes. */
const NODE_PUBLIC_RANGE = (20 << 24) | (48 << 16);

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
        ipConfigurations: [
          ...families(cluster).map((family) => ipConfiguration(cluster, node, family)),
          ...gatewayConfiguration(node),
        ],
        ...interfaceSecurity(cluster),
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
  if (!pool.spec.nodePublicIp && !pool.prefix) return [];
  return members(cluster, pool, rel).flatMap((node, at) => {
    const address = pool.prefix
      ? pool.prefix.addresses[at]?.address
      : dotted(NODE_PUBLIC_RANGE + (node.seed & 0xffff));
    return address === undefined ? [] : [instancePublicIp(node, address)];
  });
}

function instancePublicIp(node: NodeModel, ipAddress: string): Document {
  const { prefix } = node.pool;
  const id = prefix ? gatewayPublicIpId(node, prefix) : instancePublicIpId(node);
  const owner = prefix ? gatewayConfigurationId(node, prefix) : ipConfigurationId(node, 4);
  return {
    name: nameOf(id),
    id,
    etag: etagOf(id),
    properties: {
      provisioningState: "Succeeded",
      resourceGuid: resourceGuidOf(id),
      ipAddress,
      publicIPAddressVersion: "IPv4",
      publicIPAllocationMethod: "Dynamic",
      idleTimeoutInMinutes: 4,
      ipTags: [],
      ...(prefix ? { publicIPPrefix: { id: prefix.id } } : {}),
      ipConfiguration: { id: owner },
    },
  };
}

function gatewayConfigurationId(node: NodeModel, { name }: PrefixModel): string {
  return `${interfaceId(node)}/ipConfigurations/${name}`;
}

function gatewayPublicIpId(node: NodeModel, prefix: PrefixModel): string {
  return `${gatewayConfigurationId(node, prefix)}/publicIPAddresses/${prefix.name}`;
}

/** The second address of a gateway node: it leaves by the prefix, for the pods that ask for it. */
function gatewayConfiguration(node: NodeModel): Document[] {
  const { prefix, subnet } = node.pool;
  if (prefix === undefined) return [];
  const [a, b, c, d] = node.address.split(".");
  const id = gatewayConfigurationId(node, prefix);
  return [
    {
      name: prefix.name,
      id,
      etag: etagOf(id),
      properties: {
        provisioningState: "Succeeded",
        privateIPAddress: `${a}.${b}.${Number(c) + 8}.${d}`,
        privateIPAllocationMethod: "Dynamic",
        subnet: { id: subnet.id },
        primary: false,
        privateIPAddressVersion: "IPv4",
        publicIPAddress: { id: gatewayPublicIpId(node, prefix) },
      },
    },
  ];
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
      subnet: { id: node.pool.subnet.id },
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
