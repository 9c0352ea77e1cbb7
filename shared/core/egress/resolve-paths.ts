import type { ListedCluster, ListedPool } from "./listed-cluster.ts";
import { claimsLoadBalancer, loadBalancerPath } from "./load-balancer-path.ts";
import type { ListedLoadBalancer, Subnet } from "./network.ts";
import { failureOf, type NetworkIndex } from "./network-index.ts";
import { egressGatewayPath, nodePublicIpPath } from "./node-address-path.ts";
import { mergePaths, path, type ResolvedPath } from "./path.ts";
import { poolSubnet, type SubnetLookup, strayNodeSubnets, subnetById } from "./pool-subnet.ts";
import { nameOf, resourceKey } from "./resource-id.ts";
import { subnetPath } from "./subnet-path.ts";
import type { EgressPath } from "./topology.ts";
import { type ProblemList, TOPOLOGY_SOURCE, whyUnread } from "./unread.ts";

/** What the paths of one cluster are resolved from. */
export interface PathContext {
  readonly cluster: ListedCluster;
  readonly network: NetworkIndex;
  /** Chosen by `outboundLoadBalancer`. */
  readonly balancer: ListedLoadBalancer | undefined;
  /** Gets what could not be read. */
  readonly problems: ProblemList;
}

/**
 * The egress paths of a cluster *in fact*, by Azure's order of precedence for each pool: default route to an appliance, NAT
 * gateway, node public IP, outbound rule, none. `outboundType` only helps where the subnet cannot be read.
 */
export function resolvePaths(context: PathContext): readonly EgressPath[] {
  const { cluster, network } = context;
  const pools = cluster.pools.length > 0 ? cluster.pools : [null];
  const resolved: { pool: string | null; path: ResolvedPath }[] = [];
  const subnetKeys = new Set<string>();

  for (const pool of pools) {
    const lookup = poolSubnet(cluster, pool, network);
    if (lookup.kind === "found") subnetKeys.add(lookup.subnet.key);
    resolved.push({ pool: pool?.name ?? null, path: poolPath(context, pool, lookup) });

    if (pool?.podSubnetId != null && pool.podSubnetId !== pool.subnetId) {
      // Pods with addresses of their own subnet are not translated to the node's: they leave by their subnet's path.
      subnetKeys.add(resourceKey(pool.podSubnetId));
      const pods = bySubnet(context, pool, subnetById(network, pool.podSubnetId));
      resolved.push({ pool: pool.name, path: pods });
    }
  }
  for (const subnet of strayNodeSubnets(cluster, network, subnetKeys)) {
    const stray = bySubnet(context, null, { kind: "found", subnet });
    resolved.push({ pool: null, path: { ...stray, reason: `${stray.reason} (nodes of no pool)` } });
  }
  return mergePaths(resolved);
}

function poolPath(context: PathContext, pool: ListedPool | null, lookup: SubnetLookup): ResolvedPath {
  if (pool !== null && pool.mode.toLowerCase() === "gateway") {
    return egressGatewayPath(context.cluster, pool, context.network);
  }
  return bySubnet(context, pool, lookup);
}

function bySubnet(context: PathContext, pool: ListedPool | null, lookup: SubnetLookup): ResolvedPath {
  if (lookup.kind !== "found") return blindPath(context, lookup);

  const verdict = subnetPath(lookup.subnet, context.network, context.problems);
  switch (verdict.kind) {
    case "decided":
      return verdict.path;
    case "unread":
      return guessedPath(context, verdict.why);
    case "open":
      return nodePath(context, pool, lookup.subnet);
  }
}

/** Steps 3 to 5: what leaves without route or gateway. */
function nodePath(context: PathContext, pool: ListedPool | null, subnet: Subnet): ResolvedPath {
  const { cluster, network, balancer, problems } = context;
  if (pool?.nodePublicIp === true) return nodePublicIpPath(cluster, pool, network, problems);
  if (balancer !== undefined) return loadBalancerPath(balancer, network, problems);

  const unread = failureOf(network, cluster.ref.subscriptionId, "loadBalancers");
  if (unread !== undefined)
    return path("unknown", "the load balancers cannot be read", { tell: "loadBalancers" });

  const nothing = `no default route to an appliance, NAT gateway, node public IP or outbound rule for subnet '${subnet.name}'`;
  if (cluster.loadBalancerSku === "basic" && subnet.defaultOutboundAccess !== false) {
    return path("unknown", `${nothing}: Azure's default outbound access, which nothing measures`, {
      tell: "default",
    });
  }
  return path("none", nothing);
}

function blindPath(context: PathContext, lookup: Exclude<SubnetLookup, { kind: "found" }>): ResolvedPath {
  const { cluster, network, problems } = context;
  if (lookup.kind === "unread") {
    problems.add(whyUnread(network, lookup.id, "virtualNetworks"));
    return guessedPath(context, `subnet '${nameOf(lookup.id)}' cannot be read`);
  }
  const failure = failureOf(network, cluster.ref.subscriptionId, "virtualNetworks");
  const creating = cluster.provisioningState.toLowerCase() === "creating";
  if (failure === undefined && !creating) {
    problems.add({
      source: TOPOLOGY_SOURCE,
      reason: "notFound",
      message: `no virtual network in node resource group '${cluster.nodeResourceGroup}': it is gone, or the identity may not read it`,
    });
  }
  return guessedPath(
    context,
    creating
      ? "the cluster is being created"
      : `the network in node resource group '${cluster.nodeResourceGroup}' cannot be read`,
  );
}

/** Without the subnet a route or gateway may be in the way: only an outbound rule that AKS itself relies on is believed. */
function guessedPath(context: PathContext, why: string): ResolvedPath {
  const { cluster, network, balancer, problems } = context;
  if (balancer === undefined || !claimsLoadBalancer(cluster)) return path("unknown", why, { tell: why });
  const found = loadBalancerPath(balancer, network, problems);
  return { ...found, reason: `${found.reason}; by outboundType, since ${why}` };
}
