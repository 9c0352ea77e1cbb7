import { readerGrant } from "#core/egress/unread.ts";
import type { FailureReason } from "#core/failure.ts";
import { AdapterError } from "#ports/adapter-error.ts";

/** What went wrong with one call: a closed reason and half a sentence for a person. */
export interface CallFailure {
  readonly reason: FailureReason;
  /** Status and code; no body, no token, no URL. */
  readonly detail: string;
  /** The object id that Azure refused, where it told. */
  readonly identity: string | null;
}

const CREDENTIAL_ERRORS =
  /^(CredentialUnavailable|Authentication|AggregateAuthentication|AuthenticationRequired)Error$/;
const REFUSED_OBJECT = /object id '([0-9a-f-]{36})'/i;
const SYSTEM_CODE = /^E[A-Z_]+$/;

/** Sorts whatever a call threw into the closed reasons. */
export function classify(error: unknown): CallFailure {
  if (error instanceof AdapterError) {
    return { reason: error.reason, detail: error.message, identity: refusedIdentity(error.cause) };
  }
  if (!(error instanceof Error)) return failure("malformed", "an answer that cannot be read");

  const { status, code } = fieldsOf(error);
  if (CREDENTIAL_ERRORS.test(error.name))
    return failure("unauthorized", `no token: ${firstLine(error.message)}`);
  if (error.name === "AbortError" || error.name === "TimeoutError")
    return failure("timeout", "no answer in time");
  if (status !== null && status >= 400) {
    const detail = code === null ? `${status}` : `${status} ${code}`;
    return { reason: reasonOf(status), detail, identity: null };
  }
  if (code === "ETIMEDOUT" || code === "ESOCKETTIMEDOUT") return failure("timeout", code);
  if (code === "REQUEST_SEND_ERROR" || (code !== null && SYSTEM_CODE.test(code)))
    return failure("unavailable", code);
  return failure("malformed", "an answer that is cut or no list in JSON");
}

/** The sentence that a failed list is told with. */
export function failureMessage(lists: string, subscriptionId: string, failed: CallFailure): string {
  const said = `${lists} of subscription ${subscriptionId}: ${failed.detail}`;
  return failed.reason === "forbidden"
    ? `${said}; grant: ${readerGrant(subscriptionId, failed.identity ?? undefined)}`
    : said;
}

function reasonOf(status: number): FailureReason {
  switch (status) {
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "notFound";
    case 408:
      return "timeout";
    case 429:
    case 529:
      return "throttled";
    default:
      return status >= 500 ? "unavailable" : "rejected";
  }
}

/** The SDK's error has both; any other error may have a system code. */
function fieldsOf(error: Error): { readonly status: number | null; readonly code: string | null } {
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : null;
  const code = "code" in error && typeof error.code === "string" && error.code !== "" ? error.code : null;
  return { status, code };
}

function refusedIdentity(cause: unknown): string | null {
  return cause instanceof Error ? (REFUSED_OBJECT.exec(cause.message)?.[1] ?? null) : null;
}

function failure(reason: FailureReason, detail: string): CallFailure {
  return { reason, detail, identity: null };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
