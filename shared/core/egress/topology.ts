import type { SourceProblem } from "../failure.ts";
import type { ClusterNetwork } from "./cluster-network.ts";

/** How a cluster is told from every other: by its ARM resource id. */
export interface ClusterRef {
  /** Resource id as Azure wrote it. */
  readonly id: string;
  /** The id in lower case, without a trailing slash: ARM compares ids without regard to case, we compare keys. */
  readonly key: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Region, in lower case without spaces (`westeurope`). */
  readonly location: string;
}

/** Where a pool's traffic leaves, closed set of the HTTP API. */
export type PathKind =
  | "loadBalancer"
  | "natGateway"
  | "firewall"
  | "virtualAppliance"
  | "nodePublicIp"
  | "egressGateway"
  | "none"
  | "unknown";

/** The device that carries the internet traffic of some node pools *in fact*, by Azure's order of precedence. */
export interface EgressPath {
  readonly kind: PathKind;
  /** The load balancer, gateway or firewall; `null` where there is none or it cannot be read. */
  readonly resourceId: string | null;
  /** Public addresses as text, prefixes expanded; empty where unknown or none. */
  readonly publicIps: readonly string[];
  readonly protocols: { readonly tcp: boolean; readonly udp: boolean; readonly icmp: boolean };
  /** SNAT ports of the whole path for each protocol; `null` where the path has no such number or it is unknown. */
  readonly portBudget: number | null;
  /** Names of the node pools that leave by it. */
  readonly pools: readonly string[];
  /** Why we think so, one sentence. */
  readonly reason: string;
  /** Where a route of the subnet decides the path: the hops it names, and whether anything answers there. */
  readonly nextHop?: {
    readonly addresses: readonly string[];
    /** `dead` only where the network that should hold the address was read and nothing has it. */
    readonly state: "live" | "dead" | "unknown";
  };
}

export interface NodePool {
  readonly name: string;
  /** As Azure writes it: `System`, `User`, `Gateway`. */
  readonly mode: string;
  /** Nodes asked for; 0 where Azure does not say. */
  readonly count: number;
  readonly autoscaling: boolean;
  /** Only with autoscaling. */
  readonly minCount: number | null;
  readonly maxCount: number | null;
  /** As configured: `"1"`, `"33%"`; `null` where not set (Azure then uses one node, or 10 % on newer versions). */
  readonly maxSurge: string | null;
  /** `null` in a managed VNet. */
  readonly subnetId: string | null;
  readonly podSubnetId: string | null;
  readonly nodePublicIp: boolean;
  readonly osType: string;
  readonly vmSize: string;
}

/** A frontend address of an outbound rule. */
export interface OutboundFrontend {
  readonly name: string;
  /** Public addresses: one for a public IP, all of them for a prefix; empty if they could not be read. */
  readonly addresses: readonly string[];
  readonly family: "ipv4" | "ipv6";
}

export interface OutboundRule {
  readonly name: string;
  /** Ports given to each node over all frontends of the rule; 0 means Azure's tiers for each frontend. */
  readonly allocatedPorts: number;
  readonly idleTimeoutMinutes: number;
  readonly protocol: string;
  readonly frontends: readonly OutboundFrontend[];
  readonly backendPool: string;
}

/** One node's address in the outbound pool. */
export interface PoolMember {
  /** The IP configuration's id in lower case, or the address for a pool by IP address. */
  readonly key: string;
  /** Address as metrics name it in `BackendIPAddress`; `null` where it could not be read. */
  readonly backendIp: string | null;
  /** Kubernetes node name (`aks-pool-12345-vmss000003`); `null` where unknown. */
  readonly node: string | null;
  /** Node pool name; `null` where unknown. */
  readonly pool: string | null;
  /** When discovery first saw it, epoch ms. */
  readonly firstSeenMs: number;
}

export interface LoadBalancingRule {
  readonly name: string;
  /** Addresses of its frontend; empty for an internal one or where unknown. */
  readonly frontendAddresses: readonly string[];
  readonly protocol: string;
  readonly frontendPort: number;
  readonly backendPort: number;
  readonly probe: { readonly protocol: string; readonly port: number; readonly path: string | null } | null;
}

export interface LoadBalancerTopology {
  readonly id: string;
  /** `standard` or `basic`, in lower case. */
  readonly sku: string;
  readonly location: string;
  readonly outboundRules: readonly OutboundRule[];
  /** Members of the outbound rules' pools, each once. */
  readonly members: readonly PoolMember[];
  /** True when every member's address is known: only then does a metric's backend outside the pool mean "leaving". */
  readonly membersResolved: boolean;
  readonly rules: readonly LoadBalancingRule[];
}

/** A cluster with its egress, as one discovery saw it. Plain data: stored as JSON. */
export interface Cluster {
  readonly ref: ClusterRef;
  readonly nodeResourceGroup: string;
  /** `networkProfile.outboundType`; `null` where Azure leaves the key out. A hint, never the answer. */
  readonly outboundType: string | null;
  /** As Azure writes it: `Succeeded`, `Creating`, `Updating`, `Upgrading`, `Failed`, ... */
  readonly provisioningState: string;
  readonly powerState: "running" | "stopped" | "unknown";
  readonly kubernetesVersion: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly pools: readonly NodePool[];
  /** What `networkProfile.loadBalancerProfile` says; `null` without one. */
  readonly loadBalancerProfile: {
    readonly allocatedOutboundPorts: number;
    readonly idleTimeoutMinutes: number;
    /** How its addresses were chosen. */
    readonly addresses: "managed" | "publicIps" | "prefixes" | "unknown";
  } | null;
  readonly paths: readonly EgressPath[];
  /** The load balancer with an outbound rule, where the cluster has one (even if another device carries the traffic). */
  readonly loadBalancer: LoadBalancerTopology | null;
  readonly network: ClusterNetwork;
  readonly discoveredAtMs: number;
  /** What discovery could not read for this cluster. */
  readonly problems: readonly SourceProblem[];
}

/** True when at least one pool leaves through the load balancer. */
export function leavesByLoadBalancer(cluster: Cluster): boolean {
  return cluster.paths.some((path) => path.kind === "loadBalancer");
}
