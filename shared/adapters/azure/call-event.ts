import type { FailureReason } from "#core/failure.ts";

/** What the plumbing reports for counters. `api` is a short fixed name: `metricsBatch`, `metricsResource`, … */
export type AzureCallEvent =
  /** One request that went out and how it ended. */
  | {
      readonly kind: "request";
      readonly api: string;
      readonly outcome: "ok" | FailureReason;
      /** Characters of the body; Azure's JSON is ASCII, so bytes before compression. */
      readonly bytes: number;
      readonly elapsedMs: number;
    }
  | { readonly kind: "retry"; readonly api: string; readonly reason: FailureReason; readonly waitMs: number }
  /** Azure refused (`server`), or we held a request back (`gate`). */
  | {
      readonly kind: "throttle";
      readonly api: string;
      readonly by: "server" | "gate";
      readonly waitMs: number;
    };

export type ObserveCall = (event: AzureCallEvent) => void;
