import type { Cluster } from "#core/egress/topology.ts";
import type { FailureReason } from "#core/failure.ts";

export interface DiscoveryFailure {
  readonly subscriptionId: string;
  readonly reason: FailureReason;
  /** One sentence: which list, status, code. */
  readonly message: string;
}

export interface Discovery {
  /** Subscriptions that were asked. */
  readonly subscriptionIds: readonly string[];
  /** Clusters of every subscription whose cluster list could be read to its end. */
  readonly clusters: readonly Cluster[];
  /** Subscriptions whose cluster list could not be read; lists of the network that failed are in the clusters' `problems`. */
  readonly failures: readonly DiscoveryFailure[];
}

/** Reads ARM. Never stops for one subscription. */
export interface TopologySource {
  /**
   * @param previous clusters of the last discovery, by key: members keep their `firstSeenMs`
   * @throws AdapterError only if the list of subscriptions itself cannot be read
   */
  discover(previous: ReadonlyMap<string, Cluster>, nowMs: number, signal: AbortSignal): Promise<Discovery>;
}
