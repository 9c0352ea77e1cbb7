/** A request as the handlers see it. The host's own request satisfies it as it is. */
export interface ApiRequest {
  readonly method: string;
  /** Segments of the path that the route's template names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** `URLSearchParams` or anything else that lists names and values. */
  readonly query: Iterable<readonly [string, string]>;
  readonly headers: { get(name: string): string | null };
  /** The body; absent: there is none. */
  text?(): Promise<string>;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body: string | object;
}

/**
 * Answers hold live data of one user's network: nothing guesses their type, no page frames them, and nothing keeps them but the
 * client that asked, where they have a tag (`answer-http.ts`).
 */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};

export function jsonResponse(body: object, status = 200): ApiResponse {
  return {
    status,
    headers: { ...SECURITY_HEADERS, "content-type": "application/json; charset=utf-8" },
    body,
  };
}

/** Done, and nothing to say. */
export function emptyResponse(): ApiResponse {
  return { status: 204, headers: SECURITY_HEADERS, body: "" };
}

export function textResponse(
  body: string,
  contentType: string,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse {
  return { status: 200, headers: { ...SECURITY_HEADERS, "content-type": contentType, ...headers }, body };
}

export function problemResponse(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse {
  return {
    status,
    headers: { ...SECURITY_HEADERS, "content-type": "application/problem+json", ...headers },
    body,
  };
}
