// Networks of the world with their names and addresses filled in.

import type { SecurityRuleSpec } from "./network-spec.ts";

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
  /** The minutes in which it is there; absent: always. */
  existsAt?: (rel: number) => boolean;
  /** The minutes in which it is attached; absent: always. */
  usedAt?: (rel: number) => boolean;
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
  natGatewayId?: string;
}

export interface SubnetModel {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly securityGroupId?: string;
  readonly routeTableId?: string;
  readonly natGatewayId?: string;
}

/** Where a route leads, in Azure's words. */
export interface NextHopModel {
  readonly type: "VirtualAppliance" | "VirtualApplianceEcmp" | "VirtualNetworkGateway" | "Internet" | "None";
  readonly addresses: readonly string[];
}

interface RouteTableModel {
  readonly id: string;
  readonly subnetId: string;
  readonly defaultRoute?: NextHopModel;
}

interface SecurityGroupModel {
  readonly id: string;
  readonly rules: readonly SecurityRuleSpec[];
  readonly subnets: readonly string[];
}

export interface NetworkModel {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly addressSpace: string;
  /** At least one; the first is where pools are that name none. */
  readonly subnets: readonly SubnetModel[];
  readonly routeTables: readonly RouteTableModel[];
  readonly securityGroups: readonly SecurityGroupModel[];
  /** The group on the interfaces of the nodes; AKS makes one where the VNet is not its own. */
  readonly interfaceSecurityGroupId?: string;
  /** VNets it is peered with. */
  readonly peers: readonly string[];
}
