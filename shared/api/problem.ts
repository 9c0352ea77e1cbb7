import { AdapterError } from "#ports/adapter-error.ts";
import type { Logger } from "#ports/logger.ts";
import type { ProblemAnswer } from "./answers/problem.ts";
import { type ApiResponse, problemResponse } from "./http.ts";

/** A parameter, or a field of a body, that cannot be used: its name, the value given, what was expected. */
export interface ParameterFault {
  readonly name: string;
  readonly value: string;
  readonly expected: string;
}

type ProblemKind =
  | "invalid-parameter"
  | "not-authenticated"
  | "not-allowed"
  | "cross-origin"
  | "not-found"
  | "method-not-allowed"
  | "body-too-large"
  | "unsupported-media-type"
  | "storage-unavailable"
  | "internal-error";

const KINDS: Readonly<Record<ProblemKind, { readonly status: number; readonly title: string }>> = {
  "invalid-parameter": { status: 400, title: "Invalid parameter" },
  "not-authenticated": { status: 401, title: "Not authenticated" },
  "not-allowed": { status: 403, title: "Not allowed" },
  "cross-origin": { status: 403, title: "Request of another origin" },
  "not-found": { status: 404, title: "Not found" },
  "method-not-allowed": { status: 405, title: "Method not allowed" },
  "body-too-large": { status: 413, title: "Body too large" },
  "unsupported-media-type": { status: 415, title: "Unsupported media type" },
  "storage-unavailable": { status: 503, title: "Storage unavailable" },
  "internal-error": { status: 500, title: "Internal error" },
};

const RETRY_AFTER_SECONDS = 10;
/** No use in sending a client away for longer: the store may be back sooner than it said. */
const MOST_RETRY_AFTER_SECONDS = 300;

export function problem(
  kind: ProblemKind,
  detail: string,
  instance: string,
  options: {
    readonly errors?: readonly ParameterFault[];
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): ApiResponse {
  const { status, title } = KINDS[kind];
  const body: ProblemAnswer = {
    type: `urn:snatwatch:problem:${kind}`,
    title,
    status,
    detail,
    instance,
    ...(options.errors === undefined ? {} : { errors: [...options.errors] }),
  };
  return problemResponse(status, body, options.headers);
}

export function invalidParameters(faults: readonly ParameterFault[], instance: string): ApiResponse {
  const detail = faults
    .map(({ name, value, expected }) => `${name}=${JSON.stringify(value)}: expected ${expected}`)
    .join("; ");
  return problem("invalid-parameter", detail, instance, { errors: faults });
}

/** What a client is told of a failure. Internals go to the log and not into the answer. */
export function problemOf(error: unknown, instance: string, nowMs: number, logger: Logger): ApiResponse {
  if (error instanceof AdapterError && error.retryable) {
    logger.warn("api.storageUnavailable", { instance, reason: error.reason, message: error.message });
    const waitSeconds =
      error.retryAtMs === null ? RETRY_AFTER_SECONDS : Math.ceil((error.retryAtMs - nowMs) / 1_000);
    const retryAfter = Math.min(Math.max(waitSeconds, 1), MOST_RETRY_AFTER_SECONDS);
    return problem("storage-unavailable", "The storage of this app cannot be reached now.", instance, {
      headers: { "retry-after": String(retryAfter) },
    });
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  logger.error("api.failed", { instance, message, stack });
  return problem(
    "internal-error",
    "The request could not be answered; the log of this app has the cause.",
    instance,
  );
}
