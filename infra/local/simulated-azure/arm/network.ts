// Virtual networks, route tables and security groups (Microsoft.Network).

import { type ClusterModel, type FirewallModel, nodesInPool } from "../world/model.ts";
import { ipConfigurationId } from "./node-ids.ts";
import {
  type ArmResource,
  armResource,
  type Document,
  nameOf,
  networkChild,
  networkDocument,
} from "./resource.ts";

/** The VNet of a cluster, with the node subnet and what hangs on it. */
export function clusterNetwork(cluster: ClusterModel): ArmResource {
  const { network } = cluster;
  const head = { id: network.id, name: network.name, location: cluster.spec.location };
  return armResource(network.id, (rel) =>
    networkDocument(
      { ...head, type: "Microsoft.Network/virtualNetworks" },
      {
        addressSpace: { addressPrefixes: [network.addressSpace] },
        subnets: [nodeSubnet(cluster, rel)],
        virtualNetworkPeerings: [],
        enableDdosProtection: false,
      },
      { tags: {} },
    ),
  );
}

/** The node subnet by itself. */
export function clusterSubnet(cluster: ClusterModel): ArmResource {
  return armResource(cluster.network.subnetId, (rel) => nodeSubnet(cluster, rel));
}

function nodeSubnet(cluster: ClusterModel, rel: number): Document {
  const { network } = cluster;
  const members = nodesInPool(cluster, rel).map((node) => ({ id: ipConfigurationId(node, 4) }));
  return networkChild(network.id, "subnets", network.subnetName, {
    addressPrefix: network.subnetPrefix,
    networkSecurityGroup: { id: network.securityGroupId },
    ...(network.routeTableId ? { routeTable: { id: network.routeTableId } } : {}),
    ...(network.natGatewayId ? { natGateway: { id: network.natGatewayId } } : {}),
    ...(members.length > 0 ? { ipConfigurations: members } : {}),
    delegations: [],
    privateEndpointNetworkPolicies: "Disabled",
    privateLinkServiceNetworkPolicies: "Enabled",
  });
}

/** The hub that holds a firewall. */
export function firewallNetwork(firewall: FirewallModel): ArmResource {
  const [a, b, c] = firewall.spec.privateAddress.split(".");
  const { networkId } = firewall;
  const head = { id: networkId, name: nameOf(networkId), location: firewall.spec.location };
  return armResource(networkId, () =>
    networkDocument(
      { ...head, type: "Microsoft.Network/virtualNetworks" },
      {
        addressSpace: { addressPrefixes: [`${a}.${b}.0.0/16`] },
        subnets: [
          networkChild(networkId, "subnets", "AzureFirewallSubnet", {
            addressPrefix: `${a}.${b}.${c}.0/26`,
            ipConfigurations: [{ id: `${firewall.id}/azureFirewallIpConfigurations/ipconfig-1` }],
            delegations: [],
            privateEndpointNetworkPolicies: "Disabled",
            privateLinkServiceNetworkPolicies: "Enabled",
          }),
        ],
        virtualNetworkPeerings: [],
        enableDdosProtection: false,
      },
    ),
  );
}

/** The route table with the default route of a cluster. */
export function routeTable(cluster: ClusterModel, id: string, nextHop: string): ArmResource {
  const head = {
    id,
    name: nameOf(id),
    type: "Microsoft.Network/routeTables",
    location: cluster.spec.location,
  };
  return armResource(id, () =>
    networkDocument(head, {
      disableBgpRoutePropagation: false,
      routes: [
        networkChild(id, "routes", "default", {
          addressPrefix: "0.0.0.0/0",
          nextHopType: "VirtualAppliance",
          nextHopIpAddress: nextHop,
        }),
      ],
      subnets: [{ id: cluster.network.subnetId }],
    }),
  );
}

type DefaultRule = readonly [
  name: string,
  access: string,
  priority: number,
  direction: string,
  from: string,
  to: string,
];

const DEFAULT_RULES: readonly DefaultRule[] = [
  ["AllowVnetInBound", "Allow", 65_000, "Inbound", "VirtualNetwork", "VirtualNetwork"],
  ["AllowAzureLoadBalancerInBound", "Allow", 65_001, "Inbound", "AzureLoadBalancer", "*"],
  ["DenyAllInBound", "Deny", 65_500, "Inbound", "*", "*"],
  ["AllowVnetOutBound", "Allow", 65_000, "Outbound", "VirtualNetwork", "VirtualNetwork"],
  ["AllowInternetOutBound", "Allow", 65_001, "Outbound", "*", "Internet"],
  ["DenyAllOutBound", "Deny", 65_500, "Outbound", "*", "*"],
];

/** The security group AKS makes: default rules only, one more for outbound type `block`. */
export function securityGroup(cluster: ClusterModel): ArmResource {
  const { securityGroupId: id } = cluster.network;
  const head = { id, name: nameOf(id), location: cluster.spec.location };
  const block = cluster.spec.outboundType === "block";
  return armResource(id, () =>
    networkDocument(
      { ...head, type: "Microsoft.Network/networkSecurityGroups" },
      {
        securityRules: block
          ? [rule(id, "securityRules", ["BlockInternetOutBound", "Deny", 4096, "Outbound", "*", "Internet"])]
          : [],
        defaultSecurityRules: DEFAULT_RULES.map((entry) => rule(id, "defaultSecurityRules", entry)),
        subnets: [{ id: cluster.network.subnetId }],
      },
      { tags: {} },
    ),
  );
}

function rule(groupId: string, collection: string, entry: DefaultRule): Document {
  const [name, access, priority, direction, sourceAddressPrefix, destinationAddressPrefix] = entry;
  return networkChild(groupId, collection, name, {
    protocol: "*",
    sourcePortRange: "*",
    destinationPortRange: "*",
    sourceAddressPrefix,
    destinationAddressPrefix,
    access,
    priority,
    direction,
    sourcePortRanges: [],
    destinationPortRanges: [],
    sourceAddressPrefixes: [],
    destinationAddressPrefixes: [],
  });
}
