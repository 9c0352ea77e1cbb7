// Fills in the names and addresses of one cluster.

import type { AddressBook } from "./addresses.ts";
import { buildLoadBalancer } from "./load-balancer.ts";
import type {
  ApplianceModel,
  ClusterModel,
  FirewallModel,
  NatGatewayModel,
  NodeModel,
  PoolModel,
} from "./model.ts";
import { buildNetwork } from "./network.ts";
import type { NetworkModel, PrefixModel, SubnetModel } from "./network-model.ts";
import { guid, hashText, mix } from "./random.ts";
import type { ClusterSpec, PoolSpec } from "./spec.ts";

export interface ClusterSurroundings {
  readonly seed: number;
  readonly book: AddressBook;
  readonly subscriptionId: string;
  readonly networkSubscriptionId: string;
  readonly natGateways: ReadonlyMap<string, NatGatewayModel>;
  readonly firewalls: ReadonlyMap<string, FirewallModel>;
  readonly appliances: readonly ApplianceModel[];
}

/** Builds one cluster; `index` only spreads address ranges. */
export function buildCluster(spec: ClusterSpec, index: number, around: ClusterSurroundings): ClusterModel {
  const { subscriptionId } = around;
  const group = `/subscriptions/${subscriptionId}/resourceGroups`;
  const nodeResourceGroup = nodeGroupName(spec);
  const nodeGroupId = `${group}/${nodeResourceGroup}`;
  // The lower-case "resourcegroups" is how AKS writes its own ids.
  const id = `/subscriptions/${subscriptionId}/resourcegroups/${spec.resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${spec.name}`;
  const seed = hashText(id.toLowerCase(), around.seed);
  const gateway = spec.natGateway === undefined ? undefined : around.natGateways.get(spec.natGateway);
  const network = buildNetwork(spec, index, { ...around, seed, nodeResourceGroup });
  const owner = { id, nodeGroupId, nodeResourceGroup, subscriptionId, seed, spec };
  const pools = spec.pools.map((pool) => buildPool(pool, owner, network, around));
  const nodes = layOutNodes(pools, seed);
  const initial = spec.pools.reduce((sum, pool) => sum + pool.count, 0);
  const stopped = spec.state === "Stopped" || spec.state === "Creating";
  const nodesAt = spec.nodesAt ?? (() => initial);
  // Without an outbound rule AKS makes a load balancer only for the first service.
  const needed = spec.loadBalancer?.outbound !== false || (spec.services ?? []).length > 0;
  const balanced = needed ? spec.loadBalancer : undefined;
  return {
    ...owner,
    index,
    pools,
    nodes,
    draining: drainingNodes(spec.draining ?? 0, nodes, seed),
    network,
    nodesAt: stopped ? () => 0 : (rel) => Math.min(nodes.length, nodesAt(rel)),
    ...(balanced ? { loadBalancer: buildLoadBalancer(owner, balanced, around.book) } : {}),
    ...(gateway ? { natGateway: gateway } : {}),
  };
}

/** The node resource group as AKS names it. */
export function nodeGroupName(spec: Pick<ClusterSpec, "resourceGroup" | "name" | "location">): string {
  return `MC_${spec.resourceGroup}_${spec.name}_${spec.location}`;
}

type Owner = Pick<
  ClusterModel,
  "id" | "nodeGroupId" | "nodeResourceGroup" | "subscriptionId" | "seed" | "spec"
>;

function buildPool(
  spec: PoolSpec,
  owner: Owner,
  network: NetworkModel,
  around: ClusterSurroundings,
): PoolModel {
  const scaleSetName = `aks-${spec.name}-${10_000_000 + (owner.seed % 90_000_000)}-vmss`;
  const podSubnet = spec.podSubnet === undefined ? undefined : subnetOf(network, spec.podSubnet);
  const subnet = subnetOf(network, spec.subnet);
  const prefix = spec.mode === "Gateway" ? gatewayPrefix(spec, owner, around.book) : undefined;
  return {
    spec,
    scaleSetName,
    scaleSetId: `${owner.nodeGroupId}/providers/Microsoft.Compute/virtualMachineScaleSets/${scaleSetName}`,
    subnet,
    bypassesLoadBalancer: (spec.nodePublicIp ?? false) || leavesElsewhere(subnet, network, around),
    ...(podSubnet ? { podSubnet } : {}),
    ...(prefix ? { prefix } : {}),
  };
}

/** In Azure's order: a route that leads elsewhere, then a NAT gateway on the subnet or on the whole VNet. */
function leavesElsewhere(
  subnet: SubnetModel,
  network: NetworkModel,
  { natGateways }: ClusterSurroundings,
): boolean {
  const table = network.routeTables.find(({ id }) => id === subnet.routeTableId);
  const hop = table?.defaultRoute?.type ?? "Internet";
  const whole = [...natGateways.values()].some(({ networkId }) => networkId === network.id);
  return hop !== "Internet" || subnet.natGatewayId !== undefined || whole;
}

function subnetOf({ subnets }: NetworkModel, name: string | undefined): SubnetModel {
  const found = name === undefined ? subnets[0] : subnets.find((subnet) => subnet.name === name);
  if (found === undefined) throw new RangeError(`no subnet named ${name}`);
  return found;
}

/** The addresses that pods get who ask for them: a prefix beside the nodes, in nobody's load balancer. */
function gatewayPrefix(
  { name, gatewayPrefix: length = 31 }: PoolSpec,
  { id, seed, nodeResourceGroup, subscriptionId, spec }: Owner,
  book: AddressBook,
): PrefixModel {
  const prefixName = `egressgateway-${guid(`${id}/${name}/gateway`, seed)}`;
  const order = { name: prefixName, resourceGroup: nodeResourceGroup, subscriptionId };
  return book.prefix({ ...order, location: spec.location, family: 4 }, length);
}

/** Most nodes a pool will ever have. */
function capacity(pool: PoolSpec): number {
  return Math.max(pool.count, pool.maxCount ?? 0);
}

function layOutNodes(pools: readonly PoolModel[], seed: number): NodeModel[] {
  const nodes: NodeModel[] = [];
  pools.forEach((pool, poolIndex) => {
    const last = poolIndex === pools.length - 1;
    const count = last ? capacity(pool.spec) : pool.spec.count;
    for (let at = 0; at < count; at += 1) nodes.push(nodeAt(pool, at, nodes.length, seed));
  });
  return nodes;
}

/** A scale set counts on after instances were deleted: from the third node on one number is missing. */
function nodeAt(pool: PoolModel, at: number, index: number, seed: number): NodeModel {
  const instanceId = at < 3 ? at : at + 1;
  return {
    index,
    seed: mix(seed, 1000 + index),
    pool,
    instanceId,
    // Scale sets count in base 36, padded to six places.
    computerName: `${pool.scaleSetName}${instanceId.toString(36).padStart(6, "0")}`,
    ...addressesOf(index, pool.subnet),
    draining: false,
  };
}

/** Azure keeps the first four addresses of a subnet for itself. */
function addressesOf(index: number, { prefix }: SubnetModel): { address: string; address6: string } {
  const [a, b, c] = prefix.split(".");
  const host = index + 4;
  return {
    address: `${a}.${b}.${Number(c) + (host >> 8)}.${host & 255}`,
    address6: `fd17:d93d:bf7d:acc2::${host.toString(16)}`,
  };
}

function drainingNodes(count: number, nodes: readonly NodeModel[], seed: number): NodeModel[] {
  const [template] = nodes;
  if (template === undefined) return [];
  return Array.from({ length: count }, (_, at) => {
    const index = nodes.length + 20 + at;
    return { ...nodeAt(template.pool, index, index, seed), draining: true };
  });
}
