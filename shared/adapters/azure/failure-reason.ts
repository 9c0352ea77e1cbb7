import type { FailureReason } from "#core/failure.ts";

/** Azure Monitor's batch API is overloaded, and says so with a status of its own. */
const STATUS_OVERLOADED = 529;

/** The reason that an HTTP status stands for; `undefined` below 400. */
export function reasonOfStatus(status: number): FailureReason | undefined {
  if (status < 400) return undefined;
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return "notFound";
  if (status === 408) return "timeout";
  if (status === 429 || status === STATUS_OVERLOADED) return "throttled";
  return status < 500 ? "rejected" : "unavailable";
}
