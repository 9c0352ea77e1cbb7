import { resolveAddresses } from "./addresses.ts";
import { expandPrefix } from "./ip.ts";
import type { ListedCluster, ListedPool } from "./listed-cluster.ts";
import type { PublicIpPrefix } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { poolOfMachine } from "./node-name.ts";
import { path, type ResolvedPath } from "./path.ts";
import { groupKey, groupKeyOf, nameOf } from "./resource-id.ts";
import { poolScaleSets } from "./scale-sets.ts";
import type { ProblemList } from "./unread.ts";

/** Step 3: every node of the pool has a public address of its own, one by one or from a prefix. */
export function nodePublicIpPath(
  cluster: ListedCluster,
  pool: ListedPool,
  network: NetworkIndex,
  problems: ProblemList,
): ResolvedPath {
  const prefixIds = pool.nodePublicIpPrefixId === null ? [] : [pool.nodePublicIpPrefixId];
  const { addresses } = resolveAddresses(network, { publicIpIds: [], prefixIds }, problems);
  const single = poolScaleSets(cluster, pool, network).flatMap(
    ({ key }) => network.nodePublicIps.get(key) ?? [],
  );
  return path("nodePublicIp", `each node of pool '${pool.name}' has a public IP of its own`, {
    publicIps: [...new Set([...addresses, ...single])],
    tell: pool.name,
  });
}

/**
 * A static egress gateway pool: the pods that ask for it leave by a prefix that AKS makes in the node resource group, or by
 * one of the user's.
 */
export function egressGatewayPath(
  cluster: ListedCluster,
  pool: ListedPool,
  network: NetworkIndex,
): ResolvedPath {
  const prefixes = gatewayPrefixes(cluster, pool, network);
  return path("egressGateway", `static egress gateway pool '${pool.name}', for the pods that ask for it`, {
    publicIps: prefixes.flatMap((prefix) => (prefix.prefix === null ? [] : expandPrefix(prefix.prefix))),
    tell: pool.name,
  });
}

function gatewayPrefixes(
  cluster: ListedCluster,
  pool: ListedPool,
  network: NetworkIndex,
): readonly PublicIpPrefix[] {
  const group = groupKey(cluster.ref.subscriptionId, cluster.nodeResourceGroup);
  const used = new Set<PublicIpPrefix>();
  for (const [scaleSet, prefixes] of network.prefixesByScaleSet) {
    if (groupKeyOf(scaleSet) !== group || poolOfMachine(nameOf(scaleSet), [pool]) === null) continue;
    for (const prefix of prefixes) used.add(prefix);
  }
  if (used.size > 0) return [...used];
  // Before the gateway's nodes took an address, only the place tells: sure with a single gateway pool.
  const gateways = cluster.pools.filter((it) => it.mode.toLowerCase() === "gateway");
  return gateways.length === 1 ? (network.loosePrefixesByGroup.get(group) ?? []) : [];
}
