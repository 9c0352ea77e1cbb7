// The world with its names and addresses filled in: what the ARM documents and the metrics are both made from, so
// that a backend address of a metric is always that of a network interface.

import type { Moment } from "./moment.ts";
import type { ClusterSpec, FirewallSpec, NatGatewaySpec, PoolSpec, ScenarioPlan, Seed } from "./spec.ts";

export interface SubscriptionModel {
  readonly id: string;
  readonly name: string;
  readonly forbidden: boolean;
}

export interface PublicIpModel {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly subscriptionId: string;
  readonly location: string;
  readonly address: string;
  readonly family: 4 | 6;
  readonly idleTimeoutInMinutes: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly sku: "Standard" | "StandardV2" | "Basic";
  readonly prefixId?: string;
  /** The frontend, if one uses it. */
  attachedTo?: string;
  natGatewayId?: string;
}

export interface PrefixModel {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly subscriptionId: string;
  readonly location: string;
  readonly prefix: string;
  readonly length: number;
  readonly addresses: readonly PublicIpModel[];
  frontendId?: string;
}

export interface NodeModel {
  readonly index: number;
  readonly seed: number;
  readonly pool: PoolModel;
  readonly instanceId: number;
  readonly computerName: string;
  readonly address: string;
  readonly address6: string;
  /** Left the pool; its series keep coming. */
  readonly draining: boolean;
}

export interface PoolModel {
  readonly spec: PoolSpec;
  readonly scaleSetName: string;
  readonly scaleSetId: string;
}

export interface FrontendModel {
  readonly name: string;
  readonly id: string;
  readonly family: 4 | 6;
  /** One address, or all of a prefix. */
  readonly addresses: readonly string[];
  readonly publicIpId?: string;
  readonly prefixId?: string;
}

export interface ServiceModel {
  readonly name: string;
  /** `a` and 31 hex digits: the name the cloud provider gives to frontend, rule and probe. */
  readonly frontend: FrontendModel;
  readonly port: number;
  readonly nodePort: number;
  readonly policy: "Cluster" | "Local";
  readonly backendUp: (node: NodeModel, moment: Moment) => number;
}

export interface LoadBalancerModel {
  readonly id: string;
  readonly sku: "Standard" | "Basic";
  /** Ports of the outbound rule, 0 for automatic. */
  readonly portsPerNode: number;
  readonly idleTimeoutInMinutes: number;
  readonly outbound: boolean;
  readonly frontends: readonly FrontendModel[];
  readonly services: readonly ServiceModel[];
}

export interface NetworkModel {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly addressSpace: string;
  readonly subnetName: string;
  readonly subnetId: string;
  readonly subnetPrefix: string;
  readonly securityGroupId: string;
  readonly routeTableId?: string;
  readonly natGatewayId?: string;
}

export interface ClusterModel {
  readonly spec: ClusterSpec;
  readonly index: number;
  readonly id: string;
  readonly subscriptionId: string;
  readonly nodeResourceGroup: string;
  /** `/subscriptions/.../resourceGroups/<node resource group>`. */
  readonly nodeGroupId: string;
  readonly seed: number;
  readonly pools: readonly PoolModel[];
  /** Every node that is ever in the pool, those in it first. */
  readonly nodes: readonly NodeModel[];
  readonly draining: readonly NodeModel[];
  readonly network: NetworkModel;
  readonly loadBalancer?: LoadBalancerModel;
  readonly natGateway?: NatGatewayModel;
  /** Next hop of the default route. */
  readonly nextHop?: string;
  readonly nodesAt: (rel: number) => number;
}

export interface NatGatewayModel {
  readonly spec: NatGatewaySpec;
  readonly id: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly publicIps: readonly PublicIpModel[];
  readonly seed: number;
  readonly subnets: string[];
}

export interface FirewallModel {
  readonly spec: FirewallSpec;
  readonly id: string;
  readonly subscriptionId: string;
  readonly publicIps: readonly PublicIpModel[];
  readonly networkId: string;
  readonly seed: number;
}

export interface World {
  readonly plan: ScenarioPlan;
  readonly seed: Seed;
  readonly tenantId: string;
  readonly subscriptions: readonly SubscriptionModel[];
  readonly clusters: readonly ClusterModel[];
  readonly natGateways: readonly NatGatewayModel[];
  readonly firewalls: readonly FirewallModel[];
  readonly publicIps: readonly PublicIpModel[];
  readonly prefixes: readonly PrefixModel[];
}

/** The nodes in the pool at a minute. */
export function nodesInPool(cluster: ClusterModel, rel: number): readonly NodeModel[] {
  return cluster.nodes.slice(0, cluster.nodesAt(rel));
}
