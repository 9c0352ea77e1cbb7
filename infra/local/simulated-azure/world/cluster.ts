// Fills in the names and addresses of one cluster.

import type { AddressBook } from "./addresses.ts";
import { buildLoadBalancer } from "./load-balancer.ts";
import type {
  ClusterModel,
  FirewallModel,
  NatGatewayModel,
  NetworkModel,
  NodeModel,
  PoolModel,
} from "./model.ts";
import { hashText, mix } from "./random.ts";
import type { ClusterSpec, PoolSpec } from "./spec.ts";

export interface ClusterSurroundings {
  readonly seed: number;
  readonly book: AddressBook;
  readonly subscriptionId: string;
  readonly natGateways: ReadonlyMap<string, NatGatewayModel>;
  readonly firewalls: ReadonlyMap<string, FirewallModel>;
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
  const network = buildNetwork(spec, index, { group, nodeResourceGroup, seed, natGatewayId: gateway?.id });
  gateway?.subnets.push(network.subnetId);

  const suffix = String(10_000_000 + (seed % 90_000_000));
  const pools = spec.pools.map((pool): PoolModel => {
    const scaleSetName = `aks-${pool.name}-${suffix}-vmss`;
    const scaleSetId = `${nodeGroupId}/providers/Microsoft.Compute/virtualMachineScaleSets/${scaleSetName}`;
    return { spec: pool, scaleSetName, scaleSetId };
  });
  const nodes = layOutNodes(pools, network, seed);
  const initial = spec.pools.reduce((sum, pool) => sum + pool.count, 0);
  const stopped = spec.state === "Stopped" || spec.state === "Creating";
  const nodesAt = spec.nodesAt ?? (() => initial);
  const owner = { id, nodeGroupId, nodeResourceGroup, subscriptionId, seed, spec };
  const nextHop = nextHopOf(spec, around);
  // Without an outbound rule AKS makes a load balancer only for the first service.
  const needed = spec.loadBalancer?.outbound !== false || (spec.services ?? []).length > 0;
  const balanced = needed ? spec.loadBalancer : undefined;
  return {
    ...owner,
    index,
    pools,
    nodes,
    draining: drainingNodes(spec.draining ?? 0, nodes, seed, network),
    network,
    nodesAt: stopped ? () => 0 : (rel) => Math.min(nodes.length, nodesAt(rel)),
    ...(balanced ? { loadBalancer: buildLoadBalancer(owner, balanced, around.book) } : {}),
    ...(gateway ? { natGateway: gateway } : {}),
    ...(nextHop === undefined ? {} : { nextHop }),
  };
}

/** The node resource group as AKS names it. */
export function nodeGroupName(spec: Pick<ClusterSpec, "resourceGroup" | "name" | "location">): string {
  return `MC_${spec.resourceGroup}_${spec.name}_${spec.location}`;
}

function nextHopOf(spec: ClusterSpec, around: ClusterSurroundings): string | undefined {
  if (spec.defaultRoute === undefined) return undefined;
  if ("address" in spec.defaultRoute) return spec.defaultRoute.address;
  const firewall = around.firewalls.get(spec.defaultRoute.firewall);
  if (firewall === undefined) throw new RangeError(`no firewall named ${spec.defaultRoute.firewall}`);
  return firewall.spec.privateAddress;
}

interface Place {
  readonly group: string;
  readonly nodeResourceGroup: string;
  readonly seed: number;
  readonly natGatewayId: string | undefined;
}

function buildNetwork(spec: ClusterSpec, index: number, place: Place): NetworkModel {
  const own = spec.network === "own";
  const digits = String(10_000_000 + (mix(place.seed, 3) % 90_000_000));
  const second = 20 + (index % 200);
  const name = own ? `vnet-${spec.name}` : `aks-vnet-${digits}`;
  const resourceGroup = own ? spec.resourceGroup : place.nodeResourceGroup;
  const id = `${place.group}/${resourceGroup}/providers/Microsoft.Network/virtualNetworks/${name}`;
  const subnetName = own ? "snet-nodes" : "aks-subnet";
  const routed = spec.defaultRoute !== undefined;
  const tables = `${place.group}/${spec.resourceGroup}/providers/Microsoft.Network/routeTables`;
  return {
    id,
    name,
    resourceGroup,
    addressSpace: own ? `10.${second}.0.0/16` : "10.224.0.0/12",
    subnetName,
    subnetId: `${id}/subnets/${subnetName}`,
    subnetPrefix: own ? `10.${second}.0.0/20` : "10.224.0.0/16",
    securityGroupId: `${place.group}/${place.nodeResourceGroup}/providers/Microsoft.Network/networkSecurityGroups/aks-agentpool-${digits}-nsg`,
    ...(routed ? { routeTableId: `${tables}/rt-${spec.name}` } : {}),
    ...(place.natGatewayId === undefined ? {} : { natGatewayId: place.natGatewayId }),
  };
}

/** Most nodes a pool will ever have. */
function capacity(pool: PoolSpec): number {
  return Math.max(pool.count, pool.maxCount ?? 0);
}

function layOutNodes(pools: readonly PoolModel[], network: NetworkModel, seed: number): NodeModel[] {
  const nodes: NodeModel[] = [];
  pools.forEach((pool, poolIndex) => {
    const last = poolIndex === pools.length - 1;
    const count = last ? capacity(pool.spec) : pool.spec.count;
    for (let at = 0; at < count; at += 1) nodes.push(nodeAt(pool, at, nodes.length, network, seed));
  });
  return nodes;
}

/** A scale set counts on after instances were deleted: from the third node on one number is missing. */
function nodeAt(pool: PoolModel, at: number, index: number, network: NetworkModel, seed: number): NodeModel {
  const instanceId = at < 3 ? at : at + 1;
  return {
    index,
    seed: mix(seed, 1000 + index),
    pool,
    instanceId,
    // Scale sets count in base 36, padded to six places.
    computerName: `${pool.scaleSetName}${instanceId.toString(36).padStart(6, "0")}`,
    ...addressesOf(index, network),
    draining: false,
  };
}

/** Azure keeps the first four addresses of a subnet for itself. */
function addressesOf(index: number, network: NetworkModel): { address: string; address6: string } {
  const [a, b] = network.subnetPrefix.split(".");
  const host = index + 4;
  return {
    address: `${a}.${b}.${host >> 8}.${host & 255}`,
    address6: `fd17:d93d:bf7d:acc2::${host.toString(16)}`,
  };
}

function drainingNodes(
  count: number,
  nodes: readonly NodeModel[],
  seed: number,
  network: NetworkModel,
): NodeModel[] {
  const [template] = nodes;
  if (template === undefined) return [];
  return Array.from({ length: count }, (_, at) => {
    const index = nodes.length + 20 + at;
    return { ...nodeAt(template.pool, index, index, network, seed), draining: true };
  });
}
