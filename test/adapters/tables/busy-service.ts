import { createHttpHeaders } from "@azure/core-rest-pipeline";
import type { OpenTablesOptions } from "#adapters/tables/open-tables.ts";

export interface Fault {
  /** Number of the request, from 1. */
  readonly at: number;
  /** How many requests from there on; a request that is tried again counts anew. */
  readonly times: number;
  /** True: the service does what it is asked to, and says that it was too busy. */
  readonly afterwards: boolean;
}

/** A service that is too busy (503) for some requests. */
export function busyService() {
  let fault: Fault | undefined;
  let requests = 0;
  let hits = 0;
  const client: NonNullable<OpenTablesOptions["client"]> = {
    retryOptions: { maxRetries: 2, retryDelayInMs: 1, maxRetryDelayInMs: 2 },
    additionalPolicies: [
      {
        position: "perRetry",
        policy: {
          name: "busyService",
          async sendRequest(request, next) {
            requests += 1;
            const isHit = fault !== undefined && requests >= fault.at && requests < fault.at + fault.times;
            if (!isHit) return await next(request);
            hits += 1;
            if (fault?.afterwards === true) await next(request);
            const bodyAsText = JSON.stringify({ "odata.error": { code: "ServerBusy" } });
            const headers = createHttpHeaders({ "content-type": "application/json;odata=minimalmetadata" });
            return { request, status: 503, headers, bodyAsText };
          },
        },
      },
    ],
  };
  return {
    client,
    /** From now on; requests count from 1 again. `undefined`: it is well. */
    fail(next: Fault | undefined): void {
      fault = next;
      requests = 0;
      hits = 0;
    },
    hits: () => hits,
  };
}
