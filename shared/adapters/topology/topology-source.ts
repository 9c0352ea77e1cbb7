import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import type { ListedCluster } from "#core/egress/listed-cluster.ts";
import type { Cluster } from "#core/egress/topology.ts";
import type { DiagnosticsSource } from "#ports/diagnostics-source.ts";
import type { Discovery, DiscoveryFailure, TopologySource } from "#ports/topology-source.ts";
import type { PlacedPolicy } from "./arm-options.ts";
import { type ArmReader, openArm } from "./arm-reader.ts";
import type { AzureCloud } from "./clouds.ts";
import { addDailyReads } from "./daily-reads.ts";
import { failureMessage } from "./failure.ts";
import { joinClusters } from "./join-clusters.ts";
import { nameFilter } from "./name-filter.ts";

export interface TopologySourceOptions {
  readonly credential: TokenCredential;
  readonly cloud: AzureCloud;
  /** Empty: all that the identity can read. */
  readonly subscriptionIds: readonly string[];
  /** Cluster names; empty: all. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Tells where firewalls send their logs; absent: nobody does, and the clusters say so. */
  readonly diagnostics?: DiagnosticsSource | undefined;
  readonly httpClient?: HttpClient | undefined;
  readonly additionalPolicies?: readonly PlacedPolicy[] | undefined;
  /** Calls at one time, over all subscriptions. Default 4. */
  readonly concurrency?: number;
  /** For one page of one list, its retries included. Default 30 s. */
  readonly callTimeoutMs?: number;
  /** Of each page. Default 3; 0 where `additionalPolicies` bring a retry of their own. */
  readonly maxRetries?: number;
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
          maxRetries: options.maxRetries ?? 3,
          retryDelayMs: options.retryDelayMs ?? 1_000,
          signal,
          nowMs,
        },
        options.concurrency ?? 4,
      );
      const scope = await subscriptionScope(arm, options.subscriptionIds, previous);
      const { clusters: listed, failures } = await listClusters(arm, scope.readable);
      const clusters = listed.filter((cluster) => wanted(cluster.ref.name));
      const joined =
        clusters.length === 0 ? [] : await joinClusters(arm, clusters, scope.readable, previous, nowMs);
      const sources = { arm, diagnostics: options.diagnostics, signal };
      return {
        subscriptionIds: [...scope.readable, ...scope.lost.map((failure) => failure.subscriptionId)],
        clusters: await addDailyReads(sources, joined, previous, nowMs),
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
