// Virtual networks and their subnets (Microsoft.Network).

import { type ApplianceModel, type ClusterModel, type FirewallModel, nodesInPool } from "../world/model.ts";
import type { SubnetModel } from "../world/network-model.ts";
import { applianceConfigurationId } from "./appliance.ts";
import { ipConfigurationId, respelled } from "./node-ids.ts";
import {
  type ArmResource,
  armResource,
  type Document,
  nameOf,
  networkChild,
  networkDocument,
} from "./resource.ts";

const SUBNET_POLICIES = {
  delegations: [],
  privateEndpointNetworkPolicies: "Disabled",
  privateLinkServiceNetworkPolicies: "Enabled",
};

interface SubnetDocument {
  readonly name: string;
  readonly properties: (rel: number) => Document;
}

/** A VNet and each of its subnets by itself. */
function networkResources(
  id: string,
  location: string,
  addressSpace: string,
  subnets: readonly SubnetDocument[],
  peers: readonly string[] = [],
): ArmResource[] {
  const head = { id, name: nameOf(id), location, type: "Microsoft.Network/virtualNetworks" };
  const subnetDocument = ({ name, properties }: SubnetDocument, rel: number): Document =>
    networkChild(id, "subnets", name, { ...properties(rel), ...SUBNET_POLICIES });
  const network = armResource(id, (rel) =>
    networkDocument(
      head,
      {
        addressSpace: { addressPrefixes: [addressSpace] },
        subnets: subnets.map((subnet) => subnetDocument(subnet, rel)),
        virtualNetworkPeerings: peers.map((peer) => peering(id, peer)),
        enableDdosProtection: false,
      },
      { tags: {} },
    ),
  );
  return [
    network,
    ...subnets.map((subnet) =>
      armResource(`${id}/subnets/${subnet.name}`, (rel) => subnetDocument(subnet, rel)),
    ),
  ];
}

function peering(networkId: string, remoteId: string): Document {
  return networkChild(networkId, "virtualNetworkPeerings", `peer-${nameOf(remoteId)}`, {
    peeringState: "Connected",
    peeringSyncLevel: "FullyInSync",
    remoteVirtualNetwork: { id: remoteId },
    allowVirtualNetworkAccess: true,
    allowForwardedTraffic: true,
    allowGatewayTransit: false,
    useRemoteGateways: false,
  });
}

/** The VNet of a cluster and its subnets, with what hangs on them. */
export function clusterNetwork(cluster: ClusterModel): ArmResource[] {
  const { network, spec } = cluster;
  const subnets = network.subnets.map((subnet) => ({
    name: subnet.name,
    properties: (rel: number) => nodeSubnet(cluster, subnet, rel),
  }));
  return networkResources(network.id, spec.location, network.addressSpace, subnets, network.peers);
}

function nodeSubnet(cluster: ClusterModel, subnet: SubnetModel, rel: number): Document {
  const members = nodesInPool(cluster, rel)
    .filter(({ pool }) => pool.subnet === subnet)
    .map((node) => ({ id: ipConfigurationId(node, 4) }));
  const { securityGroupId, routeTableId, natGatewayId } = subnet;
  const reference = (id: string): Document => ({ id: respelled(cluster, id) });
  return {
    addressPrefix: subnet.prefix,
    ...(securityGroupId ? { networkSecurityGroup: reference(securityGroupId) } : {}),
    ...(routeTableId ? { routeTable: reference(routeTableId) } : {}),
    ...(natGatewayId ? { natGateway: reference(natGatewayId) } : {}),
    ...(members.length > 0 ? { ipConfigurations: members } : {}),
  };
}

/** The VNet that holds a firewall, and its subnet. */
export function firewallNetwork(firewall: FirewallModel): ArmResource[] {
  const { id, spec, networkId, natGatewayId, spokes } = firewall;
  const [a, b, c] = spec.privateAddress.split(".");
  const properties = (): Document => ({
    addressPrefix: `${a}.${b}.${c}.0/26`,
    ...(natGatewayId ? { natGateway: { id: natGatewayId } } : {}),
    ipConfigurations: [{ id: `${id}/azureFirewallIpConfigurations/ipconfig-1` }],
  });
  const subnets = [{ name: "AzureFirewallSubnet", properties }];
  return networkResources(networkId, spec.location, `${a}.${b}.0.0/16`, subnets, [...spokes]);
}

/** The VNet that holds a third-party appliance, and its subnet. */
export function applianceNetwork(appliance: ApplianceModel): ArmResource[] {
  const { networkId, spec, spokes } = appliance;
  const [a, b, c] = spec.address.split(".");
  const properties = (): Document => ({
    addressPrefix: `${a}.${b}.${c}.0/24`,
    ipConfigurations: [{ id: applianceConfigurationId(appliance) }],
  });
  const subnets = [{ name: "snet-nva", properties }];
  return networkResources(networkId, spec.location, `${a}.${b}.0.0/16`, subnets, [...spokes]);
}
