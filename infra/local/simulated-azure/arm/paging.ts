// Pages of an ARM list. The token is opaque to callers, as Azure's is.

import { wrappedError } from "../http/errors.ts";
import { json, type Reply } from "../http/reply.ts";

/** Where a list was asked for: what its nextLink repeats. */
export interface ListRequest {
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** One page of `items`, rendered only as far as they are on it. */
export function page<T>(
  request: ListRequest,
  items: readonly T[],
  pageSize: number,
  render: (item: T) => unknown,
): Reply {
  const token = request.query.get("$skiptoken");
  const start = token === null ? 0 : readToken(token);
  if (start === undefined) {
    return wrappedError(400, "InvalidSkipToken", `The skip token '${token}' is not valid.`);
  }
  const value = items.slice(start, start + pageSize).map(render);
  const next = start + pageSize;
  if (next >= items.length) return json(200, { value });
  return json(200, { value, nextLink: nextLink(request, next) });
}

function nextLink({ host, path, query }: ListRequest, start: number): string {
  const version = query.get("api-version") ?? "";
  const token = encodeURIComponent(writeToken(start));
  return `https://${host}${path}?api-version=${encodeURIComponent(version)}&%24skiptoken=${token}`;
}

function writeToken(start: number): string {
  return Buffer.from(`page;${start}`).toString("base64url");
}

function readToken(token: string): number | undefined {
  const start = /^page;(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  return start === undefined ? undefined : Number(start);
}
