import { RestError } from "@azure/storage-queue";
import type { FailureReason } from "#core/failure.ts";
import { AdapterError } from "#ports/adapter-error.ts";

/** True where the queue itself is missing. */
export function isQueueMissing(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 404 && error.code !== "ResourceNotFound";
}

/**
 * What went wrong, for the callers of the port. The SDK has retried before this.
 *
 * @param what the call in a few words; the message holds no more than that, status and code, since addresses may hold a
 *   signature
 */
export function toAdapterError(error: unknown, what: string): AdapterError {
  if (error instanceof AdapterError) return error;
  if (error instanceof RestError) {
    const facts = [error.statusCode, error.code].filter((fact) => fact !== undefined).join(" ");
    const reason = reasonOf(error.statusCode, error.code);
    return new AdapterError(reason, `queues: ${what}: ${facts}`, { cause: error });
  }
  const name = error instanceof Error ? error.name : "unknown";
  return new AdapterError(reasonOfName(name), `queues: ${what}: ${name}`, { cause: error });
}

function reasonOf(status: number | undefined, code: string | undefined): FailureReason {
  if (code === "ServerBusy" || status === 429) return "throttled";
  if (code === "OperationTimedOut" || status === 408) return "timeout";
  // A queue that is being deleted comes back by itself, within a minute.
  if (status === undefined || status >= 500 || code === "QueueBeingDeleted") return "unavailable";
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return "notFound";
  return "rejected";
}

function reasonOfName(name: string): FailureReason {
  if (name === "AbortError" || name === "TimeoutError") return "timeout";
  if (name === "CredentialUnavailableError" || name === "AuthenticationError") return "unauthorized";
  return "unavailable";
}
