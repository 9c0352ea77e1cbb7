import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient, PipelinePolicy } from "@azure/core-rest-pipeline";
import { abortPolicy, patiencePolicy, refusalPolicy } from "./call-policies.ts";
import { type AzureCloud, armEndpoint, armScopes } from "./clouds.ts";

/** A pipeline policy and where the SDK's clients put it. */
export interface PlacedPolicy {
  readonly policy: PipelinePolicy;
  readonly position: "perCall" | "perRetry";
}

/** What every client of this folder is made with. */
export interface ArmConnection {
  readonly credential: TokenCredential;
  readonly cloud: AzureCloud;
  readonly httpClient?: HttpClient | undefined;
  readonly additionalPolicies?: readonly PlacedPolicy[] | undefined;
  /** For one call, its retries included. */
  readonly callTimeoutMs: number;
  /** Of each page. 0 where `additionalPolicies` bring a retry of their own: two would multiply. */
  readonly maxRetries: number;
  /** Delay before the first retry; it doubles. */
  readonly retryDelayMs: number;
  readonly signal: AbortSignal;
  /** Start of the run. */
  readonly nowMs: number;
}

/** A longer `Retry-After` ends the call: the next discovery is soon enough. */
const MAX_PATIENCE_MS = 20_000;

/** Options of an SDK client: endpoint and token of the cloud, bounded retries, deadline on every request. */
export function clientOptions(connection: ArmConnection) {
  const {
    cloud,
    httpClient,
    additionalPolicies = [],
    maxRetries,
    retryDelayMs,
    signal,
    callTimeoutMs,
  } = connection;
  return {
    endpoint: armEndpoint(cloud),
    credentials: { scopes: armScopes(cloud) },
    retryOptions: {
      maxRetries,
      retryDelayInMs: retryDelayMs,
      maxRetryDelayInMs: MAX_PATIENCE_MS,
    },
    additionalPolicies: [
      { policy: abortPolicy(signal, callTimeoutMs), position: "perCall" as const },
      { policy: refusalPolicy(), position: "perCall" as const },
      ...additionalPolicies,
      ...(maxRetries === 0
        ? []
        : [{ policy: patiencePolicy(MAX_PATIENCE_MS, connection.nowMs), position: "perRetry" as const }]),
    ],
    ...(httpClient === undefined ? {} : { httpClient }),
  };
}
