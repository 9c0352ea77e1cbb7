// The world with its names and addresses filled in: what the ARM documents and the metrics are both made from, so
// that a backend address of a metric is always that of a network interface.

import type { WorkspaceModel } from "../logs/model.ts";
import type { FirewallSpec, NatGatewaySpec } from "./device-spec.ts";
import type { LoadBalancerModel } from "./load-balancer-model.ts";
import type { NetworkModel, PrefixModel, PublicIpModel, SubnetModel } from "./network-model.ts";
import type { ApplianceSpec } from "./network-spec.ts";
import type { ClusterSpec, PoolSpec, ScenarioPlan, Seed } from "./spec.ts";

export interface SubscriptionModel {
  readonly id: string;
  readonly name: string;
  readonly forbidden: boolean;
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
  readonly subnet: SubnetModel;
  readonly podSubnet?: SubnetModel;
  /** Something before the outbound rule carries its IPv4 traffic: a route, a NAT gateway, its own addresses. */
  readonly bypassesLoadBalancer: boolean;
  /** The addresses of a static egress gateway pool. */
  readonly prefix?: PrefixModel;
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
  readonly nodesAt: (rel: number) => number;
}

export interface NatGatewayModel {
  readonly spec: NatGatewaySpec;
  readonly id: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly publicIps: readonly PublicIpModel[];
  readonly seed: number;
  readonly prefixes: readonly PrefixModel[];
  readonly subnets: string[];
  /** The VNet, if it is attached to the whole of it. */
  networkId?: string;
}

export interface FirewallModel {
  readonly spec: FirewallSpec;
  readonly id: string;
  readonly subscriptionId: string;
  readonly publicIps: readonly PublicIpModel[];
  /** Its addresses if it is in a hub, where they are no objects. */
  readonly hubAddresses: readonly string[];
  /** Its VNet, or its hub. */
  readonly networkId: string;
  readonly natGatewayId?: string;
  readonly seed: number;
  /** VNets peered with its own. */
  readonly spokes: Set<string>;
}

export interface ApplianceModel {
  readonly spec: ApplianceSpec;
  /** The interface, or the load balancer. */
  readonly id: string;
  readonly networkId: string;
  /** VNets peered with its own. */
  readonly spokes: Set<string>;
}

export interface World {
  readonly plan: ScenarioPlan;
  readonly seed: Seed;
  readonly tenantId: string;
  readonly subscriptions: readonly SubscriptionModel[];
  readonly clusters: readonly ClusterModel[];
  readonly natGateways: readonly NatGatewayModel[];
  readonly firewalls: readonly FirewallModel[];
  readonly appliances: readonly ApplianceModel[];
  readonly workspaces: readonly WorkspaceModel[];
  readonly publicIps: readonly PublicIpModel[];
  readonly prefixes: readonly PrefixModel[];
}

/** The nodes in the pool at a minute. */
export function nodesInPool(cluster: ClusterModel, rel: number): readonly NodeModel[] {
  return cluster.nodes.slice(0, cluster.nodesAt(rel));
}
