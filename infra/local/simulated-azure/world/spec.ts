// What a scenario author writes. Everything else (ids, addresses, ARM documents, metric series) follows from it.

import type { FaultRule } from "../http/faults.ts";
import type { WorkspaceSpec } from "../logs/spec.ts";
import type { Curve, NodeCurve } from "./curve.ts";
import type { FirewallSpec, NatGatewaySpec } from "./device-spec.ts";
import type { LoadBalancerSpec, ServiceSpec } from "./load-balancer-spec.ts";
import type { ApplianceSpec, PlaceSpec, RouteSpec, SecurityRuleSpec, SubnetSpec } from "./network-spec.ts";

/** What makes one world differ from another of the same scenario. */
export interface Seed {
  readonly seed: number;
  /** The minute that scenarios call 0. */
  readonly anchorMinute: number;
}

interface SubscriptionSpec {
  readonly name: string;
  /** Listed, but every call below it is answered with 403. */
  readonly forbidden?: boolean;
}

export interface PoolSpec {
  readonly name: string;
  readonly count: number;
  /** Present: the autoscaler is on. */
  readonly maxCount?: number;
  readonly maxSurge?: string;
  readonly vmSize?: string;
  readonly mode?: "System" | "User" | "Gateway";
  readonly nodePublicIp?: boolean;
  /** One of {@link ClusterSpec.subnets}; default: the first. */
  readonly subnet?: string;
  /** Length of the public prefix of a gateway pool, 28 to 31; default 31. */
  readonly gatewayPrefix?: number;
  /** Subnet the pods take their addresses from, with flat networking. */
  readonly podSubnet?: string;
}

interface TrafficSpec {
  /** TCP ports a node wants on IPv4. More than its allocation means failed connections. */
  readonly tcp: NodeCurve;
  readonly udp?: NodeCurve;
  /** TCP ports a node wants on IPv6, where the cluster has it. */
  readonly tcp6?: NodeCurve;
  /** Connections of a minute that fail for other reasons than ports. */
  readonly failed?: NodeCurve;
  /** Availability of the data path per frontend, 0..100. */
  readonly vipAvailability?: Curve;
  /** True: a minute without a failed connection has no value in the Failed series, rather than 0. */
  readonly sparseFailures?: boolean;
  /** Minutes for which nothing was ever recorded, for any metric. */
  readonly absent?: (rel: number) => boolean;
}

/** How busy the nodes themselves are; what is not named is at ease. */
export interface NodeLoadSpec {
  /** Percent. */
  readonly cpu?: NodeCurve;
  /** Bytes of the node's 16 GiB. */
  readonly availableMemory?: NodeCurve;
  readonly diskQueue?: NodeCurve;
  /** Percent of what the OS disk may do. */
  readonly diskIops?: NodeCurve;
  /** Minutes without any node metric. */
  readonly absent?: (rel: number) => boolean;
}

/** Keys that Azure leaves out now and then. */
export type OmittedKey =
  | "loadBalancerProfile"
  | "networkProfile"
  | "outboundType"
  | "powerState"
  | "agentPoolProfiles";

/** How Azure happens to write the ids of this cluster: it is not consistent, and a reader must not care. */
export type Casing = "plain" | "upper" | "microsoftCompute";

export interface ClusterSpec {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly pools: readonly PoolSpec[];
  /** Nodes in the pool over time, if it is not constant; the last pool takes the change. */
  readonly nodesAt?: (rel: number) => number;
  /** Nodes that left the pool and whose series keep coming. */
  readonly draining?: number;
  readonly outboundType?: string;
  readonly loadBalancer?: LoadBalancerSpec;
  /** Name of a gateway in {@link ScenarioPlan.natGateways} that sits on the first node subnet, or on its VNet. */
  readonly natGateway?: string;
  /** Default route of the first node subnet. */
  readonly defaultRoute?: RouteSpec;
  /** Rules of the security group on the first node subnet. */
  readonly securityRules?: readonly SecurityRuleSpec[];
  /** Rules of the security group that AKS puts on the interfaces of an own VNet. */
  readonly nodeSecurityRules?: readonly SecurityRuleSpec[];
  /** Subnets of an own VNet; default: one, with the gateway, route and rules above. */
  readonly subnets?: readonly SubnetSpec[];
  readonly vnet?: PlaceSpec;
  /** Firewalls whose VNet the own one is peered with though no route leads to them. */
  readonly peeredWith?: readonly string[];
  readonly services?: readonly ServiceSpec[];
  readonly traffic: TrafficSpec;
  readonly nodeLoad?: NodeLoadSpec;
  readonly state?: "Running" | "Stopped" | "Creating" | "Failed";
  readonly omits?: readonly OmittedKey[];
  /** What the list of required endpoints answers instead of a list. */
  readonly endpoints?: "forbidden" | "notFound";
  /** An own VNet, or the one AKS makes in the node resource group. */
  readonly network?: "managed" | "own";
  readonly networkPlugin?: "overlay" | "flat" | "kubenet";
  readonly loadBalancerSku?: "Standard" | "standard" | "basic";
  readonly casing?: Casing;
  readonly tags?: Readonly<Record<string, string>>;
  /** True: now and then some minutes of this cluster come eight minutes late. */
  readonly lateBursts?: boolean;
}

/** Limits of the request rate, as a token bucket for each subscription and region. */
export interface RateLimit {
  readonly capacity: number;
  readonly refillPerSecond: number;
  readonly retryAfter: "always" | "never" | "alternate";
}

export interface ScenarioPlan {
  readonly subscriptions: readonly SubscriptionSpec[];
  readonly clusters: readonly ClusterSpec[];
  readonly natGateways?: readonly NatGatewaySpec[];
  readonly firewalls?: readonly FirewallSpec[];
  readonly appliances?: readonly ApplianceSpec[];
  readonly workspaces?: readonly WorkspaceSpec[];
  /** Items on a page of an ARM list; small on purpose where paging is to be seen. */
  readonly pageSize?: number;
  readonly rateLimit?: RateLimit;
  readonly faults?: readonly FaultRule[];
  /** Minutes by which everything comes later than usual. */
  readonly extraLateMinutes?: number;
}

interface ScenarioOptions {
  /** Size of a parametric scenario. */
  readonly clusters: number;
  readonly nodes: number;
  readonly clustersPerSubscription: number;
  /** Outbound addresses of each cluster. */
  readonly frontends: number;
}

export interface Scenario {
  readonly name: string;
  /** One line for the list of scenarios: what a monitor should make of it. */
  readonly description: string;
  readonly plan: (options: ScenarioOptions) => ScenarioPlan;
}
