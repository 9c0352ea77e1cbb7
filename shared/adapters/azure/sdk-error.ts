import { readErrorBody } from "./error-envelope.ts";
import type { HeaderReader } from "./retry-after.ts";

/** What we read of an error that an Azure SDK threw; everything may be absent. */
export interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  /** Of ARM (`AuthorizationFailed`), of the client (`PARSE_ERROR`) or of the system (`ECONNRESET`). */
  readonly code: string | undefined;
  /** The message in the body, where the body was an error of Azure. */
  readonly azureMessage: string | undefined;
  readonly url: string | undefined;
  readonly headers: HeaderReader | undefined;
  readonly bodyText: string;
}

interface Loose {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly statusCode?: unknown;
  readonly status?: unknown;
  readonly code?: unknown;
  readonly request?: unknown;
  readonly response?: unknown;
  readonly details?: unknown;
  readonly url?: unknown;
  readonly headers?: unknown;
  readonly bodyAsText?: unknown;
  readonly get?: unknown;
}

/** Reads by shape: bundles and SDK generations have several classes named `RestError`. */
export function readSdkError(error: unknown): SdkError {
  const outer = loose(error);
  const response = loose(outer.response);
  const bodyText = text(response.bodyAsText) ?? "";
  // arm-monitor hands on the parsed body as `details` and drops the text.
  const body = readErrorBody(bodyText === "" ? outer.details : bodyText);
  return {
    name: text(outer.name) ?? "Error",
    message: text(outer.message) ?? String(error),
    status: status(outer.statusCode) ?? status(response.status),
    code: body.code ?? text(outer.code),
    azureMessage: body.message,
    url: text(loose(outer.request).url),
    headers: headerReader(response.headers),
    bodyText,
  };
}

/** The one cast: every field is still `unknown` and checked where it is read. */
function loose(value: unknown): Loose {
  return typeof value === "object" && value !== null ? (value as Loose) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function status(value: unknown): number | undefined {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && number >= 100 ? number : undefined;
}

function headerReader(value: unknown): HeaderReader | undefined {
  const get = loose(value).get;
  if (typeof get !== "function") return undefined;
  return { get: (name) => text(get.call(value, name)) };
}
