import type { HttpClient, PipelinePolicy } from "@azure/core-rest-pipeline";
import type { ObserveCall } from "./call-event.ts";
import type { RequestGate } from "./request-gate.ts";
import { resiliencePolicy } from "./resilience-policy.ts";
import type { TimeBase } from "./time-base.ts";
import { timeoutPolicy } from "./timeout-policy.ts";

export interface AzurePlumbing {
  /** Name in counters: which of Azure's APIs this client asks. */
  readonly api: string;
  readonly httpClient?: HttpClient;
  /** Share one among all clients of the process. */
  readonly gate: RequestGate;
  readonly time: TimeBase;
  /** Of each attempt. */
  readonly timeoutMs: number;
  readonly observe: ObserveCall;
  /** Innermost: sees each attempt's own answer, within its time. */
  readonly innermost?: PipelinePolicy;
}

export interface PlumbedClientOptions {
  httpClient?: HttpClient;
  retryOptions: { maxRetries: number };
  additionalPolicies: { policy: PipelinePolicy; position: "perRetry" }[];
}

/** Options that every Azure SDK client of this product is made with, old generation (`core-client`) and new. */
export function azureClientOptions(plumbing: AzurePlumbing): PlumbedClientOptions {
  const { innermost } = plumbing;
  const policies = [
    resiliencePolicy(plumbing),
    timeoutPolicy(plumbing.timeoutMs),
    ...(innermost === undefined ? [] : [innermost]),
  ];
  return {
    ...(plumbing.httpClient === undefined ? {} : { httpClient: plumbing.httpClient }),
    retryOptions: { maxRetries: 0 },
    additionalPolicies: policies.map((policy) => ({ policy, position: "perRetry" })),
  };
}
