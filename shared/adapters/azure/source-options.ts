import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import type { Clock } from "#ports/clock.ts";
import type { ObserveCall } from "./call-event.ts";
import type { CloudName } from "./cloud.ts";
import type { RequestGate } from "./request-gate.ts";
import type { TimeBase } from "./time-base.ts";

/** What every source that asks Azure is made from. */
export interface AzureSourceOptions {
  readonly credential: TokenCredential;
  readonly httpClient?: HttpClient;
  readonly cloud: CloudName;
  readonly clock: Clock;
  /** Share one with the other Azure adapters of the process; by default its own. */
  readonly gate?: RequestGate;
  readonly sleep?: TimeBase["sleep"];
  readonly random?: TimeBase["random"];
  readonly elapsedMs?: TimeBase["elapsedMs"];
  readonly counters?: ObserveCall;
}
