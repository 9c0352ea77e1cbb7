import { assembleCluster } from "#core/egress/assemble-cluster.ts";
import type { ListedCluster } from "#core/egress/listed-cluster.ts";
import type { NicAddress } from "#core/egress/network.ts";
import { indexNetwork, type NetworkIndex, withNics } from "#core/egress/network-index.ts";
import { poolScaleSets, type ScaleSetToRead, scaleSetsToRead } from "#core/egress/scale-sets.ts";
import type { Cluster } from "#core/egress/topology.ts";
import { TOPOLOGY_SOURCE } from "#core/egress/unread.ts";
import type { SourceProblem } from "#core/failure.ts";
import type { Answer } from "./answer.ts";
import type { ArmReader } from "./arm-reader.ts";
import { failureMessage } from "./failure.ts";
import type { SubscriptionNetwork } from "./network-lists.ts";

/** What the scale sets of one cluster said. */
interface Nodes {
  readonly addresses: readonly NicAddress[];
  /** Public addresses, by scale set. */
  readonly publicIps: readonly (readonly [string, readonly string[]])[];
  readonly problems: readonly SourceProblem[];
}

/** Reads the network of all subscriptions, also of those without clusters (firewalls live in hubs), and joins all in memory. */
export async function joinClusters(
  arm: ArmReader,
  clusters: readonly ListedCluster[],
  subscriptionIds: readonly string[],
  previous: ReadonlyMap<string, Cluster>,
  nowMs: number,
): Promise<readonly Cluster[]> {
  const networks = await Promise.all(subscriptionIds.map((subscriptionId) => arm.network(subscriptionId)));
  const network = indexNetwork(together(subscriptionIds, networks));
  const nodes = await Promise.all(
    clusters.map((cluster) => readNodes(arm, cluster, network, previous.get(cluster.ref.key), nowMs)),
  );

  const whole: NetworkIndex = { ...network, ...withNodes(network, nodes) };
  return clusters.map((cluster, index) =>
    assembleCluster(cluster, whole, previous.get(cluster.ref.key), nowMs, nodes[index]?.problems),
  );
}

/** The calls that have no list: interfaces of scale sets with unknown members, public addresses of nodes that have them. */
async function readNodes(
  arm: ArmReader,
  cluster: ListedCluster,
  network: NetworkIndex,
  previous: Cluster | undefined,
  nowMs: number,
): Promise<Nodes> {
  const ownAddresses = cluster.pools.filter(
    (pool) => pool.nodePublicIp && pool.nodePublicIpPrefixId === null,
  );
  const [nics, publicIps] = await Promise.all([
    readEach(scaleSetsToRead(cluster, network, previous, nowMs), arm.scaleSetNics),
    readEach(
      ownAddresses.flatMap((pool) => poolScaleSets(cluster, pool, network)),
      arm.scaleSetPublicIps,
    ),
  ]);
  return {
    addresses: nics.flatMap(({ answer }) => (answer.ok ? answer.value : [])),
    publicIps: publicIps.flatMap(({ scaleSet, answer }) =>
      answer.ok ? [[scaleSet.key, answer.value] as const] : [],
    ),
    problems: [...problemsOf("network interfaces", nics), ...problemsOf("public IPs", publicIps)],
  };
}

interface Asked<T> {
  readonly scaleSet: ScaleSetToRead;
  readonly answer: Answer<T>;
}

function readEach<T>(
  scaleSets: readonly ScaleSetToRead[],
  read: (scaleSet: ScaleSetToRead) => Promise<Answer<T>>,
): Promise<readonly Asked<T>[]> {
  return Promise.all(scaleSets.map(async (scaleSet) => ({ scaleSet, answer: await read(scaleSet) })));
}

function problemsOf(what: string, asked: readonly Asked<unknown>[]): readonly SourceProblem[] {
  return asked.flatMap(({ scaleSet, answer }) => {
    if (answer.ok) return [];
    const asked = `${what} of scale set '${scaleSet.name}'`;
    const message = failureMessage(asked, scaleSet.subscriptionId, answer.failure);
    return [{ source: TOPOLOGY_SOURCE, reason: answer.failure.reason, message }];
  });
}

function withNodes(
  network: NetworkIndex,
  nodes: readonly Nodes[],
): Pick<NetworkIndex, "nicAddresses" | "guardedNics" | "nodePublicIps"> {
  const nicAddresses = new Map(network.nicAddresses);
  for (const { addresses } of nodes) {
    for (const address of addresses) nicAddresses.set(address.key, address);
  }
  return { ...withNics(nicAddresses), nodePublicIps: new Map(nodes.flatMap(({ publicIps }) => publicIps)) };
}

function together(subscriptionIds: readonly string[], networks: readonly SubscriptionNetwork[]) {
  return {
    subscriptionIds,
    virtualNetworks: networks.flatMap((it) => it.virtualNetworks),
    routeTables: networks.flatMap((it) => it.routeTables),
    natGateways: networks.flatMap((it) => it.natGateways),
    firewalls: networks.flatMap((it) => it.firewalls),
    loadBalancers: networks.flatMap((it) => it.loadBalancers),
    publicIps: networks.flatMap((it) => it.publicIps),
    prefixes: networks.flatMap((it) => it.prefixes),
    nicAddresses: networks.flatMap((it) => it.nicAddresses),
    securityGroups: networks.flatMap((it) => it.securityGroups),
    failures: networks.flatMap((it) => it.failures),
  };
}
