import type { FailureReason } from "#core/failure.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import { shorten } from "./error-envelope.ts";
import { reasonOfStatus } from "./failure-reason.ts";
import { askedWaitMs } from "./retry-after.ts";
import { readSdkError, type SdkError } from "./sdk-error.ts";

/**
 * The one classification of what Azure and its SDKs throw.
 *
 * @param what what was asked for, as it shall read in a sentence: `load balancers of subscription 1234…`
 * @param signal the call's signal: where it has aborted, that is the reason, whatever error came of it
 */
export function toAdapterError(error: unknown, what: string, signal?: AbortSignal): AdapterError {
  if (error instanceof AdapterError) {
    const options = { cause: error, retryAtMs: error.retryAtMs };
    return new AdapterError(error.reason, `${what}: ${error.message}`, options);
  }
  if (signal?.aborted === true) {
    const why = signal.reason instanceof AdapterError ? signal.reason.message : "stopped by the caller";
    return new AdapterError("timeout", `${what}: ${why}`, { cause: error });
  }
  const seen = readSdkError(error);
  const reason = reasonOf(seen);
  return new AdapterError(reason, `${what}: ${describe(seen, reason)}`, {
    cause: error,
    retryAtMs: reason === "throttled" ? retryAtMs(seen) : null,
  });
}

function reasonOf(seen: SdkError): FailureReason {
  const byStatus = seen.status === undefined ? undefined : reasonOfStatus(seen.status);
  if (byStatus !== undefined) return byStatus;
  if (seen.name === "AbortError" || seen.name === "TimeoutError" || seen.code === "ETIMEDOUT")
    return "timeout";
  if (isCredentialError(seen)) return "unauthorized";
  if (seen.code === "PARSE_ERROR" || seen.name === "SyntaxError") return "malformed";
  return seen.status === undefined ? "unavailable" : "malformed";
}

/** `AuthenticationError`, `AuthenticationRequiredError`, `AggregateAuthenticationError`, `CredentialUnavailableError`. */
function isCredentialError(seen: SdkError): boolean {
  return /^(\w*Authentication\w*|CredentialUnavailable)Error$/.test(seen.name);
}

function describe(seen: SdkError, reason: FailureReason): string {
  if (seen.status === undefined && isCredentialError(seen)) {
    return `no token: ${shorten(seen.message)}`;
  }
  const head = [seen.status, seen.code].filter((part) => part !== undefined).join(" ");
  if (reason === "unauthorized" || reason === "forbidden") return `${head}; ${grantAdvice(seen)}`;
  // Messages of refused requests say what was wrong with them; those of our own client repeat whole bodies.
  const detail = seen.azureMessage ?? (seen.status === undefined ? shorten(seen.message) : undefined);
  if (head === "") return detail ?? "failed without a reason";
  return detail === undefined ? head : `${head}: ${detail}`;
}

function grantAdvice(seen: SdkError): string {
  const subscription = /\/subscriptions\/([^/?]+)/i.exec(seen.url ?? "")?.[1] ?? "<subscription>";
  // ARM names the principal that it refused; without it the reader fills it in.
  const principal = /object id '([0-9a-f-]{36})'/i.exec(seen.azureMessage ?? "")?.[1] ?? "<principal-id>";
  return (
    `grant the identity "Monitoring Reader" on the subscription: az role assignment create ` +
    `--assignee ${principal} --role "Monitoring Reader" --scope /subscriptions/${subscription}`
  );
}

/** Only where the answer carries the server's own time: this function has no clock. */
function retryAtMs(seen: SdkError): number | null {
  const serverNowMs = Date.parse(seen.headers?.get("date") ?? "");
  if (seen.headers === undefined || Number.isNaN(serverNowMs)) return null;
  const waitMs = askedWaitMs(seen.headers, seen.bodyText, serverNowMs);
  return waitMs === undefined ? null : serverNowMs + waitMs;
}
