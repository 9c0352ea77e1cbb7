import { RestError } from "@azure/data-tables";
import type { FailureReason } from "#core/failure.ts";
import { AdapterError } from "#ports/adapter-error.ts";

/** The service's own error code (`TableNotFound`, `EntityAlreadyExists`, ...), where it gave one. */
function serviceCode(error: RestError): string | undefined {
  // Plain calls keep the OData error in `details`, transactions copy its code to `code`.
  const details = error.details;
  if (isRecord(details) && isRecord(details["odataError"])) {
    const code = details["odataError"]["code"];
    if (typeof code === "string") return code;
  }
  return error.code;
}

/** True where the tables service says that the table itself is missing. */
export function isTableMissing(error: unknown): boolean {
  return error instanceof RestError && serviceCode(error) === "TableNotFound";
}

/** True where an entity is not as the caller's tag says: changed, removed, or there already. */
export function isLostRace(error: unknown): boolean {
  if (!(error instanceof RestError)) return false;
  if (error.statusCode === 412) return true;
  const code = serviceCode(error);
  return code === "EntityAlreadyExists" || code === "ResourceNotFound" || code === "EntityDoesNotExist";
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
    const code = serviceCode(error);
    const facts = [error.statusCode, code].filter((fact) => fact !== undefined).join(" ");
    return new AdapterError(reasonOf(error.statusCode, code), `tables: ${what}: ${facts}`, { cause: error });
  }
  const name = error instanceof Error ? error.name : "unknown";
  return new AdapterError(reasonOfName(name), `tables: ${what}: ${name}`, { cause: error });
}

function reasonOf(status: number | undefined, code: string | undefined): FailureReason {
  if (code === "ServerBusy" || status === 429) return "throttled";
  if (code === "PARSE_ERROR") return "malformed";
  if (code === "OperationTimedOut" || status === 408) return "timeout";
  // A table that is being deleted comes back by itself, within a minute.
  if (status === undefined || status >= 500 || code === "TableBeingDeleted") return "unavailable";
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
