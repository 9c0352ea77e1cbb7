// The network resources of a subscription in our own words. Adapters translate ARM's answers into these and drop the
// rest at once: a thousand clusters have millions of IP configurations. `key` is always `resourceKey(id)`.

import type { FailureReason } from "../failure.ts";
import type { SecurityRule } from "./cluster-network.ts";
import type { IpFamily } from "./ip.ts";
import type { LoadBalancingRule } from "./topology.ts";

export interface Subnet {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly routeTableId: string | null;
  readonly natGatewayId: string | null;
  /** `false` for a private subnet; `null` where Azure does not say. */
  readonly defaultOutboundAccess: boolean | null;
  readonly securityGroupId: string | null;
  /** Scale sets (keys) that have a network interface in it, and how many of their instances do. */
  readonly scaleSets: ReadonlyMap<string, number>;
  /** Resource groups (keys) of the AKS nodes in it. */
  readonly nodeGroups: readonly string[];
}

export interface VirtualNetwork {
  readonly id: string;
  readonly key: string;
  readonly prefixes: readonly string[];
  /** Keys of the networks it is peered with. */
  readonly peers: readonly string[];
  readonly subnets: readonly Subnet[];
}

export interface Route {
  readonly name: string;
  readonly prefix: string;
  /** As Azure writes it: `VirtualAppliance`, `VirtualApplianceEcmp`, `Internet`, `VirtualNetworkGateway`, `VnetLocal`, `None`. */
  readonly nextHopType: string;
  readonly nextHops: readonly string[];
}

export interface RouteTable {
  readonly id: string;
  readonly key: string;
  readonly routes: readonly Route[];
}

/** Public IPs and prefixes that a device sends from, by id. */
export interface AddressRefs {
  readonly publicIpIds: readonly string[];
  readonly prefixIds: readonly string[];
}

/** A network security group: what it says of outbound traffic, and whose traffic that is. */
export interface ListedSecurityGroup {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  /** Keys of the subnets that it is on. */
  readonly subnets: readonly string[];
  /** Whose interfaces it is on: keys of scale sets, and of single network interfaces that AKS named. */
  readonly users: readonly string[];
  /** Outbound, by priority. */
  readonly rules: readonly SecurityRule[];
}

export interface NatGateway extends AddressRefs {
  readonly id: string;
  readonly key: string;
  readonly location: string;
  /** `null` where Azure does not say. */
  readonly idleTimeoutMinutes: number | null;
  /** As Azure writes it: `Standard`, `StandardV2`. */
  readonly sku: string;
  /** Key of the network it serves whole (StandardV2); `null` if it is attached to subnets. */
  readonly virtualNetworkKey: string | null;
}

export interface Firewall {
  readonly id: string;
  readonly key: string;
  readonly location: string;
  /** As Azure writes it; `null` where it does not. */
  readonly tier: string | null;
  /** Whether it is in a Virtual WAN hub. */
  readonly hub: boolean;
  readonly privateIps: readonly string[];
  readonly publicIpIds: readonly string[];
  /** Public addresses in text: a firewall in a hub has no resources for them. */
  readonly publicAddresses: readonly string[];
  /** Key of its subnet; `null` in a hub. */
  readonly subnetKey: string | null;
}

export interface PublicIp {
  readonly key: string;
  /** `null` while none is assigned. */
  readonly address: string | null;
  readonly family: IpFamily;
}

export interface PublicIpPrefix {
  readonly id: string;
  readonly key: string;
  /** CIDR notation; `null` while none is assigned. */
  readonly prefix: string | null;
  readonly family: IpFamily;
  /** Whether a load balancer or NAT gateway uses it. */
  readonly attached: boolean;
  /** Scale sets (keys) whose instances took addresses from it. */
  readonly scaleSets: readonly string[];
}

export interface Frontend extends AddressRefs {
  readonly key: string;
  readonly name: string;
  readonly family: IpFamily;
  /** `null` for a public frontend. */
  readonly privateIp: string | null;
  /** Load-balancing and inbound NAT rules on it: each takes eight of its SNAT ports. */
  readonly ruleCount: number;
}

/** A member of a backend pool as the load balancer tells it. */
export interface BackendMember {
  /** Key of the IP configuration, or the address for a member by address. */
  readonly key: string;
  /** Only for a member by address. */
  readonly address: string | null;
}

export interface ListedOutboundRule {
  readonly name: string;
  readonly allocatedPorts: number;
  readonly idleTimeoutMinutes: number;
  readonly protocol: string;
  readonly frontendKeys: readonly string[];
  readonly poolKey: string;
}

export interface ListedLoadBalancingRule extends Omit<LoadBalancingRule, "frontendAddresses"> {
  readonly frontendKey: string;
}

export interface ListedLoadBalancer {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly sku: string;
  readonly location: string;
  readonly frontends: ReadonlyMap<string, Frontend>;
  /** Members of the pools, by the pool's key. */
  readonly pools: ReadonlyMap<string, readonly BackendMember[]>;
  /** Names of the pools as Azure writes them, by key. */
  readonly poolNames: ReadonlyMap<string, string>;
  readonly outboundRules: readonly ListedOutboundRule[];
  readonly rules: readonly ListedLoadBalancingRule[];
}

/** An IP configuration of a network interface. */
export interface NicAddress {
  readonly key: string;
  readonly address: string;
  /** Key of the virtual machine; `null` for an interface that no machine has. */
  readonly machineKey: string | null;
  /** Key of the network security group on the interface; `null` for none. */
  readonly securityGroupKey: string | null;
}

/** Names of the lists that discovery reads, as messages call them. */
export type NetworkList =
  | "loadBalancers"
  | "publicIPAddresses"
  | "publicIPPrefixes"
  | "natGateways"
  | "azureFirewalls"
  | "routeTables"
  | "virtualNetworks"
  | "networkInterfaces"
  | "networkSecurityGroups";

/** A list of one subscription that could not be read to its end. Nothing of it is used. */
export interface FailedList {
  readonly subscriptionId: string;
  readonly list: NetworkList;
  readonly reason: FailureReason;
  /** One sentence: status, code, what to grant. */
  readonly message: string;
}
