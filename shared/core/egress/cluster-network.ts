// What the checks look at beside the paths: the subnets of a cluster with their routes and rules, and the devices that its
// traffic passes. Plain data, stored with the cluster.

import type { SourceProblem } from "../failure.ts";

/** The default route that a subnet's route table holds. */
export interface SubnetRoute {
  readonly name: string;
  /** `0.0.0.0/0`, or `0.0.0.0/1` where the two halves stand for it. */
  readonly prefix: string;
  /** As Azure writes it: `VirtualAppliance`, `VirtualApplianceEcmp`, `Internet`, `VirtualNetworkGateway`, `VnetLocal`, `None`. */
  readonly nextHopType: string;
  readonly nextHops: readonly string[];
  /**
   * Whether something answers at a next hop; `dead` only where the network that should hold it was read and nothing has it.
   * Without a hop: `live` for `Internet`, `dead` for `None`, else `unknown`.
   */
  readonly hopState: "live" | "dead" | "unknown";
}

/** A subnet that holds nodes or pods of the cluster. */
export interface ClusterSubnet {
  readonly id: string;
  readonly name: string;
  /** CIDR notation; empty where Azure does not say. */
  readonly prefixes: readonly string[];
  readonly use: "nodes" | "pods";
  /** Names of the pools; empty for nodes of no pool. */
  readonly pools: readonly string[];
  readonly routeTableId: string | null;
  /** `unread`: its route table, or the subnet itself, cannot be read. */
  readonly routeState: "none" | "read" | "unread";
  /** `null` where no route table is read or it has no default route. */
  readonly defaultRoute: SubnetRoute | null;
  /** Attached to it, or (StandardV2) to its whole network; `null` where there is none. */
  readonly natGatewayId: string | null;
  /** `null` where none is on the subnet. */
  readonly securityGroupId: string | null;
}

/** An outbound rule of a network security group. Values as Azure writes them: `*`, tags (`Internet`), CIDRs, `443`, `1000-2000`. */
export interface SecurityRule {
  readonly name: string;
  /** Smaller is asked first. Azure's own default rules have 65000 and more. */
  readonly priority: number;
  readonly access: "allow" | "deny";
  /** In lower case: `*`, `tcp`, `udp`, `icmp`, `esp`, `ah`. */
  readonly protocol: string;
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  readonly ports: readonly string[];
}

/** A network security group in force on nodes of the cluster, on their subnet or their interfaces. */
export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly on: "subnet" | "interface";
  /** Names of the pools that it concerns; empty: all. */
  readonly pools: readonly string[];
  /** Outbound rules, its own and Azure's default ones, by priority. */
  readonly rules: readonly SecurityRule[];
}

export interface NatGatewayTopology {
  readonly id: string;
  readonly name: string;
  /** As Azure writes it: `Standard`, `StandardV2`. */
  readonly sku: string;
  readonly location: string;
  /** `null` where Azure does not say (its own default is 4). */
  readonly idleTimeoutMinutes: number | null;
  readonly publicIps: readonly string[];
  /** IPv4 addresses, prefixes counted by their size; `null` where one could not be read. */
  readonly ipv4Count: number | null;
  /** Made by AKS (it lies in the node resource group), so that `az aks update` changes it. */
  readonly managed: boolean;
}

/** Where a firewall's deny logs go. */
export interface FirewallLogDestination {
  /** ARM id of the workspace. */
  readonly workspaceId: string;
  /** What queries call it (a GUID); `null` where the workspace cannot be read. */
  readonly customerId: string | null;
  /** Tables of their own (`AZFW…`), or `AzureDiagnostics`. */
  readonly tables: "resourceSpecific" | "legacy";
  /** Log categories switched on, as Azure writes them; `all` for a setting with `allLogs`. */
  readonly categories: readonly string[] | "all";
}

export interface FirewallTopology {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly location: string;
  /** `Basic`, `Standard`, `Premium`; `null` where Azure does not say. */
  readonly tier: string | null;
  /** In a Virtual WAN hub: no subnet, no NAT gateway possible. */
  readonly hub: boolean;
  readonly publicIps: readonly string[];
  /** NAT gateway on `AzureFirewallSubnet`: it sends in the firewall's place, whose own SNAT figures say nothing then. */
  readonly natGatewayId: string | null;
  /** Empty: no diagnostic setting sends its logs to a workspace. `null`: the settings could not be read, see `logProblem`. */
  readonly logs: readonly FirewallLogDestination[] | null;
  /** Why the logs cannot be had, with the command that changes it; `null` where they can. */
  readonly logProblem: SourceProblem | null;
}

export interface ScaleSetTopology {
  readonly id: string;
  /** `null` for one of no pool. */
  readonly pool: string | null;
  /** Instances that are known; 0 where unknown. */
  readonly nodes: number;
}

/** A load-balancing rule with a public address: traffic comes in by it, whatever takes it out. */
export interface PublicInboundRule {
  readonly loadBalancerId: string;
  readonly name: string;
  /** Empty where it could not be read. */
  readonly addresses: readonly string[];
  readonly protocol: string;
  readonly port: number;
}

/** One endpoint of the list that Azure gives for the cluster. */
export interface ListedEndpoint {
  /** As Azure writes it: `azure-resource-management`, `images`, ... */
  readonly category: string;
  /** A domain, perhaps with `*.` before it, an address, or a range. */
  readonly destination: string;
  readonly port: number | null;
  /** In lower case: `tcp`, `udp`, `http`, `https`; `null` where Azure does not say. */
  readonly protocol: string | null;
  readonly description: string | null;
}

export interface ClusterNetwork {
  readonly subnets: readonly ClusterSubnet[];
  /** `null`: they could not be read, so that nothing can be said of rules. */
  readonly securityGroups: readonly SecurityGroup[] | null;
  /** Those on a path of the cluster, or on a firewall's subnet. */
  readonly natGateways: readonly NatGatewayTopology[];
  /** Those on a path of the cluster. */
  readonly firewalls: readonly FirewallTopology[];
  readonly scaleSets: readonly ScaleSetTopology[];
  /** Of all load balancers of the node resource group. */
  readonly publicInbound: readonly PublicInboundRule[];
  /**
   * What Azure lists for the cluster, each destination, port and protocol once; `null` where it was not asked (no firewall or
   * appliance on a path) or never answered: then the documented list counts.
   */
  readonly requiredEndpoints: readonly ListedEndpoint[] | null;
  /** When the parts that are read once a day (diagnostic settings, required endpoints) were last asked for, epoch ms; 0: never. */
  readonly dailyReadMs: number;
}

export const NO_NETWORK: ClusterNetwork = {
  subnets: [],
  securityGroups: null,
  natGateways: [],
  firewalls: [],
  scaleSets: [],
  publicInbound: [],
  requiredEndpoints: null,
  dailyReadMs: 0,
};
