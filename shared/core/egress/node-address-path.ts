import { resolveAddresses } from "./addresses.ts";
import { expandPrefix } from "./ip.ts";
import type { ListedCluster, ListedPool } from "./listed-cluster.ts";
import type { PublicIpPrefix } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { poolOfMachine } from "./node-name.ts";
import { path, type ResolvedPath } from "./path.ts";
import { groupKey, groupKeyOf, nameOf } from "./resource-id.ts";
import type { ProblemList } from "./unread.ts";

/** Step 3: every node of the pool has a public address of its own; they are in no list, save those from a prefix. */
export function nodePublicIpPath(
  pool: ListedPool,
  network: NetworkIndex,
  problems: ProblemList,
): ResolvedPath {
  const prefixIds = pool.nodePublicIpPrefixId === null ? [] : [pool.nodePublicIpPrefixId];
  const { addresses } = resolveAddresses(network, { publicIpIds: [], prefixIds }, problems);
  return path("nodePublicIp", `each node of pool '${pool.name}' has a public IP of its own`, {
    publicIps: addresses,
    tell: addresses.join(","),
  });
}

/**
 * A static egress gateway pool: the pods that ask for it leave by a prefix that AKS makes in the node resource group, or by
 * one of the user's. Either way the gateway's nodes took addresses from it.
 */
export function egressGatewayPath(
  cluster: ListedCluster,
  pool: ListedPool,
  network: NetworkIndex,
): ResolvedPath {
  const group = groupKey(cluster.ref.subscriptionId, cluster.nodeResourceGroup);
  const prefixes = gatewayPrefixes(group, pool, network);
  return path("egressGateway", `static egress gateway pool '${pool.name}', for the pods that ask for it`, {
    publicIps: prefixes.flatMap((prefix) => (prefix.prefix === null ? [] : expandPrefix(prefix.prefix))),
    tell: pool.name,
  });
}

function gatewayPrefixes(group: string, pool: ListedPool, network: NetworkIndex): readonly PublicIpPrefix[] {
  const found = new Set<PublicIpPrefix>();
  for (const [scaleSet, prefixes] of network.prefixesByScaleSet) {
    if (groupKeyOf(scaleSet) !== group || poolOfMachine(nameOf(scaleSet), [pool]) === null) continue;
    for (const prefix of prefixes) found.add(prefix);
  }
  return [...found];
}
