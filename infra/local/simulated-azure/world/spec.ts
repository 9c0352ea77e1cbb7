// What a scenario author writes. Everything else (ids, addresses, ARM documents, metric series) follows from it.

import type { FaultRule } from "../http/faults.ts";
import type { Moment } from "./moment.ts";

/** What makes one world differ from another of the same scenario. */
export interface Seed {
  readonly seed: number;
  /** The minute that scenarios call 0. */
  readonly anchorMinute: number;
}

/** A node as a curve sees it: its place in the cluster and its own source of chance. */
export interface NodeView {
  readonly index: number;
  readonly seed: number;
}

/** A quantity of one node over time. */
export type NodeCurve = (node: NodeView, at: Moment) => number;

/** A quantity of one resource over time. */
export type Curve = (at: Moment) => number;

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
}

/** Where the outbound addresses of a load balancer come from. */
type AddressSource =
  | { readonly from: "managed"; readonly count: number; readonly ipv6?: number }
  | { readonly from: "own"; readonly count: number }
  | { readonly from: "prefix"; readonly length: number };

export interface LoadBalancerSpec {
  readonly addresses: AddressSource;
  /** 0 or absent: automatic, by Azure's tier table. */
  readonly portsPerNode?: number;
  readonly idleTimeoutInMinutes?: number;
  /** Basic load balancers have no outbound rule and none of the SNAT metrics. */
  readonly sku?: "Standard" | "Basic";
  /** False: inbound services only, as in a cluster with user-defined routing. */
  readonly outbound?: boolean;
}

/** One inbound service of type LoadBalancer. */
export interface ServiceSpec {
  readonly name: string;
  readonly port: number;
  /** Local: an HTTP /healthz probe that only nodes with a pod of the service answer. */
  readonly policy: "Cluster" | "Local";
  /** Whether a backend answers its probe, 0..100. */
  readonly backendUp?: NodeCurve;
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
  /** Name of a gateway in {@link ScenarioPlan.natGateways} that sits on the node subnet. */
  readonly natGateway?: string;
  /** Default route of the node subnet: a firewall by name, or an address that may lead nowhere. */
  readonly defaultRoute?: { readonly firewall: string } | { readonly address: string };
  readonly services?: readonly ServiceSpec[];
  readonly traffic: TrafficSpec;
  readonly state?: "Running" | "Stopped" | "Creating";
  /** An own VNet, or the one AKS makes in the node resource group. */
  readonly network?: "managed" | "own";
  readonly networkPlugin?: "overlay" | "kubenet";
  readonly loadBalancerSku?: "Standard" | "standard" | "basic";
  readonly casing?: Casing;
  readonly tags?: Readonly<Record<string, string>>;
  /** True: now and then some minutes of this cluster come eight minutes late. */
  readonly lateBursts?: boolean;
}

export interface NatGatewaySpec {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly addresses: number;
  readonly sku?: "Standard" | "StandardV2";
  /** Belongs to AKS and lives in the node resource group of the cluster that names it. */
  readonly managed?: boolean;
  readonly connections: Curve;
  /** New connections attempted in a minute. */
  readonly attempted: Curve;
  readonly failed?: Curve;
  readonly droppedPackets?: Curve;
  readonly availability?: Curve;
}

export interface FirewallSpec {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly privateAddress: string;
  readonly addresses: number;
  readonly tier?: "Standard" | "Premium";
  /** SNAT port utilization in percent; NaN: none reported, which Azure shows as health 0. */
  readonly utilization: Curve;
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
}

export interface Scenario {
  readonly name: string;
  /** One line for the list of scenarios: what a monitor should make of it. */
  readonly description: string;
  readonly plan: (options: ScenarioOptions) => ScenarioPlan;
}
