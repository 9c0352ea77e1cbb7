// Fills in the VNet of one cluster: subnets, route tables, security groups.

import type { ApplianceModel, FirewallModel, NatGatewayModel } from "./model.ts";
import type { NetworkModel, NextHopModel, SubnetModel } from "./network-model.ts";
import type { RouteSpec, SubnetSpec } from "./network-spec.ts";
import { peersOf } from "./peering.ts";
import { mix } from "./random.ts";
import type { ClusterSpec } from "./spec.ts";

interface NetworkSurroundings {
  readonly seed: number;
  readonly nodeResourceGroup: string;
  readonly subscriptionId: string;
  /** Where the VNet lives; another subscription only if it is an own one. */
  readonly networkSubscriptionId: string;
  readonly natGateways: ReadonlyMap<string, NatGatewayModel>;
  readonly firewalls: ReadonlyMap<string, FirewallModel>;
  readonly appliances: readonly ApplianceModel[];
}

/** What the ids of a VNet and its neighbours begin with. */
interface Place {
  readonly spec: ClusterSpec;
  readonly provider: string;
  readonly networkId: string;
  readonly agentPoolGroupId: string;
  readonly second: number;
  readonly around: NetworkSurroundings;
}

/** Builds the VNet; `index` only spreads address ranges. */
export function buildNetwork(spec: ClusterSpec, index: number, around: NetworkSurroundings): NetworkModel {
  const own = spec.network === "own";
  const digits = String(10_000_000 + (mix(around.seed, 3) % 90_000_000));
  const name = own ? `vnet-${spec.name}` : `aks-vnet-${digits}`;
  const ownGroup = spec.vnet?.resourceGroup ?? spec.resourceGroup;
  const resourceGroup = own ? ownGroup : around.nodeResourceGroup;
  const provider = providerOf(around.networkSubscriptionId, resourceGroup);
  const id = `${provider}/virtualNetworks/${name}`;
  const agentPoolGroupId = `${providerOf(around.subscriptionId, around.nodeResourceGroup)}/networkSecurityGroups/aks-agentpool-${digits}-nsg`;
  const second = 20 + (index % 200);
  const place: Place = { spec, provider, networkId: id, agentPoolGroupId, second, around };
  const built = subnetsOf(spec).map((subnet, at) => buildSubnet(subnet, at, place));
  const subnets = built.map(({ subnet }) => subnet);
  const named = spec.natGateway === undefined ? undefined : gatewayOf(spec.natGateway, around);
  if (named?.spec.wholeNetwork) named.networkId = id;
  return {
    id,
    name,
    resourceGroup,
    addressSpace: own ? `10.${second}.0.0/16` : "10.224.0.0/12",
    subnets,
    routeTables: built.flatMap(({ routeTable }) => routeTable ?? []),
    securityGroups: [
      ...built.flatMap(({ securityGroup }) => securityGroup ?? []),
      {
        id: agentPoolGroupId,
        rules: own ? (spec.nodeSecurityRules ?? []) : [...(spec.securityRules ?? []), ...blockRules(spec)],
        subnets: own ? [] : subnets.map((subnet) => subnet.id),
      },
    ],
    ...(own ? { interfaceSecurityGroupId: agentPoolGroupId } : {}),
    peers: own ? peersOf(spec, id, around) : [],
  };
}

function subnetsOf(spec: ClusterSpec): readonly SubnetSpec[] {
  const { natGateway, defaultRoute, securityRules } = spec;
  const first: SubnetSpec = {
    name: spec.network === "own" ? "snet-nodes" : "aks-subnet",
    ...(natGateway === undefined ? {} : { natGateway }),
    ...(defaultRoute === undefined ? {} : { defaultRoute }),
    ...(securityRules === undefined ? {} : { securityRules }),
  };
  return spec.subnets ?? [first];
}

/** What AKS adds for outbound type `block`. */
function blockRules(spec: ClusterSpec): NetworkModel["securityGroups"][number]["rules"] {
  return spec.outboundType === "block"
    ? [{ name: "BlockInternetOutBound", access: "Deny", priority: 4096 }]
    : [];
}

interface BuiltSubnet {
  readonly subnet: SubnetModel;
  readonly routeTable?: NetworkModel["routeTables"][number];
  readonly securityGroup?: NetworkModel["securityGroups"][number];
}

function buildSubnet(spec: SubnetSpec, at: number, place: Place): BuiltSubnet {
  const { spec: cluster, provider, networkId, around } = place;
  const id = `${networkId}/subnets/${spec.name}`;
  const own = cluster.network === "own";
  const suffix = at === 0 ? cluster.name : `${cluster.name}-${spec.name}`;
  const gateway = spec.natGateway === undefined ? undefined : gatewayOf(spec.natGateway, around);
  const attached = gateway?.spec.wholeNetwork ? undefined : gateway;
  attached?.subnets.push(id);
  const groupId = own ? `${provider}/networkSecurityGroups/nsg-${suffix}` : place.agentPoolGroupId;
  // Route tables of a managed VNet belong to the owner of the cluster, not to AKS.
  const routeProvider = own ? provider : providerOf(around.subscriptionId, cluster.resourceGroup);
  const routeTableId = `${routeProvider}/routeTables/rt-${suffix}`;
  const nextHop = spec.defaultRoute === undefined ? undefined : nextHopOf(spec.defaultRoute, around);
  return {
    subnet: {
      id,
      name: spec.name,
      prefix: own ? `10.${place.second}.${at * 16}.0/20` : "10.224.0.0/16",
      ...(spec.open ? {} : { securityGroupId: groupId }),
      ...(spec.defaultRoute === undefined ? {} : { routeTableId }),
      ...(attached === undefined ? {} : { natGatewayId: attached.id }),
    },
    ...(spec.defaultRoute === undefined
      ? {}
      : { routeTable: { id: routeTableId, subnetId: id, ...(nextHop ? { defaultRoute: nextHop } : {}) } }),
    ...(own && !spec.open
      ? { securityGroup: { id: groupId, rules: spec.securityRules ?? [], subnets: [id] } }
      : {}),
  };
}

function providerOf(subscriptionId: string, resourceGroup: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Network`;
}

function gatewayOf(name: string, { natGateways }: NetworkSurroundings): NatGatewayModel {
  const found = natGateways.get(name);
  if (found === undefined) throw new RangeError(`no NAT gateway named ${name}`);
  return found;
}

/** @returns undefined for a table without a default route */
function nextHopOf(route: RouteSpec, around: NetworkSurroundings): NextHopModel | undefined {
  if (route === "missing") return undefined;
  if ("hop" in route) return { type: route.hop, addresses: [] };
  if ("ecmp" in route) return { type: "VirtualApplianceEcmp", addresses: route.ecmp };
  if ("address" in route) return { type: "VirtualAppliance", addresses: [route.address] };
  const firewall = around.firewalls.get(route.firewall);
  if (firewall === undefined) throw new RangeError(`no firewall named ${route.firewall}`);
  return { type: "VirtualAppliance", addresses: [firewall.spec.privateAddress] };
}
