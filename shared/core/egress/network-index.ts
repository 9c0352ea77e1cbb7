import type {
  FailedList,
  Firewall,
  ListedLoadBalancer,
  ListedSecurityGroup,
  NatGateway,
  NetworkList,
  NicAddress,
  PublicIp,
  PublicIpPrefix,
  RouteTable,
  Subnet,
  VirtualNetwork,
} from "./network.ts";
import { groupKeyOf, networkKeyOf } from "./resource-id.ts";

/** What the lists of all subscriptions said, one array for each kind of resource. */
export interface NetworkParts {
  /** Subscriptions that were asked. */
  readonly subscriptionIds: readonly string[];
  readonly virtualNetworks: readonly VirtualNetwork[];
  readonly routeTables: readonly RouteTable[];
  readonly natGateways: readonly NatGateway[];
  readonly firewalls: readonly Firewall[];
  readonly loadBalancers: readonly ListedLoadBalancer[];
  readonly publicIps: readonly PublicIp[];
  readonly prefixes: readonly PublicIpPrefix[];
  readonly nicAddresses: readonly NicAddress[];
  readonly securityGroups: readonly ListedSecurityGroup[];
  readonly failures: readonly FailedList[];
}

/** The network of all readable subscriptions, indexed so that each join is one look-up. */
export interface NetworkIndex {
  readonly subscriptions: ReadonlySet<string>;
  readonly networks: ReadonlyMap<string, VirtualNetwork>;
  readonly networksByGroup: ReadonlyMap<string, readonly VirtualNetwork[]>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** Subnets that have nodes of this node resource group. */
  readonly subnetsByNodeGroup: ReadonlyMap<string, readonly Subnet[]>;
  readonly routeTables: ReadonlyMap<string, RouteTable>;
  readonly natGateways: ReadonlyMap<string, NatGateway>;
  /** StandardV2 gateways by the network that they serve whole. */
  readonly natGatewaysByNetwork: ReadonlyMap<string, NatGateway>;
  readonly firewallsByPrivateIp: ReadonlyMap<string, readonly Firewall[]>;
  readonly loadBalancersByGroup: ReadonlyMap<string, readonly ListedLoadBalancer[]>;
  readonly publicIps: ReadonlyMap<string, PublicIp>;
  readonly prefixes: ReadonlyMap<string, PublicIpPrefix>;
  readonly prefixesByScaleSet: ReadonlyMap<string, readonly PublicIpPrefix[]>;
  /** Prefixes that no load balancer and no gateway uses, by resource group. */
  readonly loosePrefixesByGroup: ReadonlyMap<string, readonly PublicIpPrefix[]>;
  readonly nicAddresses: ReadonlyMap<string, NicAddress>;
  /** Interfaces that have a security group, by resource group; of scale sets only those that were asked. */
  readonly guardedNics: ReadonlyMap<string, readonly NicAddress[]>;
  readonly securityGroups: ReadonlyMap<string, ListedSecurityGroup>;
  readonly securityGroupsBySubnet: ReadonlyMap<string, ListedSecurityGroup>;
  /** Those on interfaces of AKS nodes, by the resource group of the nodes. */
  readonly securityGroupsByNodeGroup: ReadonlyMap<string, readonly ListedSecurityGroup[]>;
  /** Public addresses of nodes, by the key of their scale set; only of those that were asked. */
  readonly nodePublicIps: ReadonlyMap<string, readonly string[]>;
  /** Private addresses of load balancer frontends and network interfaces. */
  readonly privateAddresses: ReadonlySet<string>;
  /** Failed lists by `subscription/list`, in lower case. */
  readonly failures: ReadonlyMap<string, FailedList>;
  readonly failuresBySubscription: ReadonlyMap<string, readonly FailedList[]>;
  readonly failuresByList: ReadonlyMap<NetworkList, readonly FailedList[]>;
}

/** Indexes everything once: linear in the number of resources. */
export function indexNetwork(parts: NetworkParts): NetworkIndex {
  const subnets = parts.virtualNetworks.flatMap((network) => network.subnets);
  return {
    subscriptions: new Set(parts.subscriptionIds.map((id) => id.toLowerCase())),
    networks: byKey(parts.virtualNetworks),
    networksByGroup: grouped(parts.virtualNetworks, (network) => [groupKeyOf(network.key)]),
    subnets: byKey(subnets),
    subnetsByNodeGroup: grouped(subnets, (subnet) => subnet.nodeGroups),
    routeTables: byKey(parts.routeTables),
    natGateways: byKey(parts.natGateways),
    natGatewaysByNetwork: new Map(
      parts.natGateways.flatMap((gateway) =>
        gateway.virtualNetworkKey === null ? [] : [[gateway.virtualNetworkKey, gateway] as const],
      ),
    ),
    firewallsByPrivateIp: grouped(parts.firewalls, (firewall) => firewall.privateIps),
    loadBalancersByGroup: grouped(parts.loadBalancers, (balancer) => [groupKeyOf(balancer.key)]),
    publicIps: byKey(parts.publicIps),
    prefixes: byKey(parts.prefixes),
    loosePrefixesByGroup: grouped(parts.prefixes, (prefix) =>
      prefix.attached ? [] : [groupKeyOf(prefix.key)],
    ),
    prefixesByScaleSet: grouped(parts.prefixes, (prefix) => prefix.scaleSets),
    ...withNics(byKey(parts.nicAddresses)),
    securityGroups: byKey(parts.securityGroups),
    securityGroupsBySubnet: new Map(
      parts.securityGroups.flatMap((group) => group.subnets.map((key) => [key, group] as const)),
    ),
    securityGroupsByNodeGroup: grouped(parts.securityGroups, (group) => [
      ...new Set(group.users.map(groupKeyOf)),
    ]),
    nodePublicIps: new Map(),
    privateAddresses: new Set([
      ...parts.nicAddresses.map((nic) => nic.address),
      ...parts.loadBalancers.flatMap((it) =>
        [...it.frontends.values()].flatMap((frontend) => frontend.privateIp ?? []),
      ),
    ]),
    failures: new Map(
      parts.failures.map((failure) => [failureKey(failure.subscriptionId, failure.list), failure]),
    ),
    failuresBySubscription: grouped(parts.failures, (failure) => [failure.subscriptionId.toLowerCase()]),
    failuresByList: grouped(parts.failures, (failure) => [failure.list]),
  };
}

/** What is indexed by network interface: again once those of scale sets are known. */
export function withNics(
  nicAddresses: ReadonlyMap<string, NicAddress>,
): Pick<NetworkIndex, "nicAddresses" | "guardedNics"> {
  const guarded = [...nicAddresses.values()].filter((nic) => nic.securityGroupKey !== null);
  return { nicAddresses, guardedNics: grouped(guarded, (nic) => [groupKeyOf(nic.key)]) };
}

/** The failure of one list of one subscription, if it failed. */
export function failureOf(
  network: NetworkIndex,
  subscriptionId: string,
  list: NetworkList,
): FailedList | undefined {
  return network.failures.get(failureKey(subscriptionId, list));
}

/** The network that a subnet lies in, if it was read. */
export function networkOf(network: NetworkIndex, subnet: Subnet): VirtualNetwork | undefined {
  return network.networks.get(networkKeyOf(subnet.key));
}

function failureKey(subscriptionId: string, list: NetworkList): string {
  return `${subscriptionId}/${list}`.toLowerCase();
}

function byKey<T extends { readonly key: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.key, item]));
}

function grouped<T, K>(items: readonly T[], keysOf: (item: T) => readonly K[]): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return groups;
}
