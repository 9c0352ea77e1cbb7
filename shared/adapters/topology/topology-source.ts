import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import { assembleCluster } from "#core/egress/assemble-cluster.ts";
import type { ListedCluster } from "#core/egress/listed-cluster.ts";
import type { NicAddress } from "#core/egress/network.ts";
import { indexNetwork, type NetworkIndex } from "#core/egress/network-index.ts";
import { type ScaleSetToRead, scaleSetsToRead } from "#core/egress/scale-sets.ts";
import type { Cluster } from "#core/egress/topology.ts";
import { TOPOLOGY_SOURCE } from "#core/egress/unread.ts";
import type { SourceProblem } from "#core/failure.ts";
import type { Discovery, DiscoveryFailure, TopologySource } from "#ports/topology-source.ts";
import type { PlacedPolicy } from "./arm-options.ts";
import { type ArmReader, openArm, type SubscriptionNetwork } from "./arm-reader.ts";
import type { AzureCloud } from "./clouds.ts";
import { failureMessage } from "./failure.ts";
import { type NamePattern, nameFilter } from "./name-filter.ts";

export interface TopologySourceOptions {
  readonly credential: TokenCredential;
  readonly cloud: AzureCloud;
  /** Empty: all that the identity can read. */
  readonly subscriptionIds: readonly string[];
  /** Cluster names; empty: all. */
  readonly include?: readonly NamePattern[];
  readonly exclude?: readonly NamePattern[];
  readonly httpClient?: HttpClient | undefined;
  readonly additionalPolicies?: readonly PlacedPolicy[] | undefined;
  /** Calls at one time, over all subscriptions. Default 4. */
  readonly concurrency?: number;
  /** For one page of one list, its retries included. Default 30 s. */
  readonly callTimeoutMs?: number;
  /** Before the first retry; it doubles. Default 1 s. */
  readonly retryDelayMs?: number;
}

/** Reads clusters and their network from Azure Resource Manager. */
export function createTopologySource(options: TopologySourceOptions): TopologySource {
  const wanted = nameFilter(options.include ?? [], options.exclude ?? []);

  return {
    async discover(previous, nowMs, signal) {
      const arm = await openArm(
        {
          credential: options.credential,
          cloud: options.cloud,
          httpClient: options.httpClient,
          additionalPolicies: options.additionalPolicies,
          callTimeoutMs: options.callTimeoutMs ?? 30_000,
          retryDelayMs: options.retryDelayMs ?? 1_000,
          signal,
          nowMs,
        },
        options.concurrency ?? 4,
      );
      const scope = await subscriptionScope(arm, options.subscriptionIds, previous);
      const { clusters: listed, failures } = await listClusters(arm, scope.readable);
      const clusters = listed.filter((cluster) => wanted(cluster.ref.name));
      return {
        subscriptionIds: [...scope.readable, ...scope.lost.map((failure) => failure.subscriptionId)],
        clusters: clusters.length === 0 ? [] : await join(arm, clusters, scope.readable, previous, nowMs),
        failures: [...failures, ...scope.lost],
      } satisfies Discovery;
    },
  };
}

interface Scope {
  readonly readable: readonly string[];
  /** Subscriptions of known clusters that the identity was to read all of, and no longer can. */
  readonly lost: readonly DiscoveryFailure[];
}

async function subscriptionScope(
  arm: ArmReader,
  configured: readonly string[],
  previous: ReadonlyMap<string, Cluster>,
): Promise<Scope> {
  if (configured.length > 0) {
    return { readable: [...new Map(configured.map((id) => [id.toLowerCase(), id])).values()], lost: [] };
  }
  const readable = await arm.subscriptions();
  const readableKeys = new Set(readable.map((id) => id.toLowerCase()));
  const known = new Map(
    [...previous.values()].map(({ ref }) => [ref.subscriptionId.toLowerCase(), ref.subscriptionId]),
  );
  const lost = [...known]
    .filter(([key]) => !readableKeys.has(key))
    .map(([, subscriptionId]) => {
      const failure = {
        reason: "forbidden",
        detail: "not among those that the identity can read",
        identity: null,
      } as const;
      return {
        subscriptionId,
        reason: failure.reason,
        message: failureMessage("managedClusters", subscriptionId, failure),
      };
    });
  return { readable, lost };
}

async function listClusters(
  arm: ArmReader,
  subscriptionIds: readonly string[],
): Promise<{ readonly clusters: readonly ListedCluster[]; readonly failures: readonly DiscoveryFailure[] }> {
  const answers = await Promise.all(
    subscriptionIds.map(async (subscriptionId) => ({
      subscriptionId,
      answer: await arm.clusters(subscriptionId),
    })),
  );
  return {
    clusters: answers.flatMap(({ answer }) => (answer.ok ? answer.value : [])),
    failures: answers.flatMap(({ subscriptionId, answer }) => {
      if (answer.ok) return [];
      const message = failureMessage("managedClusters", subscriptionId, answer.failure);
      return [{ subscriptionId, reason: answer.failure.reason, message }];
    }),
  };
}

/** Reads the network of all subscriptions, also of those without clusters: firewalls live in hubs. */
async function join(
  arm: ArmReader,
  clusters: readonly ListedCluster[],
  subscriptionIds: readonly string[],
  previous: ReadonlyMap<string, Cluster>,
  nowMs: number,
): Promise<readonly Cluster[]> {
  const networks = await Promise.all(subscriptionIds.map((subscriptionId) => arm.network(subscriptionId)));
  const parts = together(subscriptionIds, networks);
  const network = indexNetwork(parts);

  const nodes = await Promise.all(
    clusters.map((cluster) =>
      readNodes(arm, scaleSetsToRead(cluster, network, previous.get(cluster.ref.key), nowMs)),
    ),
  );
  const withNodes: NetworkIndex = {
    ...network,
    nicAddresses: new Map([
      ...network.nicAddresses,
      ...nodes.flatMap((it) => it.addresses.map((address) => [address.key, address] as const)),
    ]),
  };
  return clusters.map((cluster, index) =>
    assembleCluster(cluster, withNodes, previous.get(cluster.ref.key), nowMs, nodes[index]?.problems),
  );
}

async function readNodes(
  arm: ArmReader,
  scaleSets: readonly ScaleSetToRead[],
): Promise<{ readonly addresses: readonly NicAddress[]; readonly problems: readonly SourceProblem[] }> {
  const answers = await Promise.all(
    scaleSets.map(async (scaleSet) => ({ scaleSet, answer: await arm.scaleSetNics(scaleSet) })),
  );
  return {
    addresses: answers.flatMap(({ answer }) => (answer.ok ? answer.value : [])),
    problems: answers.flatMap(({ scaleSet, answer }) => {
      if (answer.ok) return [];
      const what = `network interfaces of scale set '${scaleSet.name}'`;
      const message = failureMessage(what, scaleSet.subscriptionId, answer.failure);
      return [{ source: TOPOLOGY_SOURCE, reason: answer.failure.reason, message }];
    }),
  };
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
    failures: networks.flatMap((it) => it.failures),
  };
}
