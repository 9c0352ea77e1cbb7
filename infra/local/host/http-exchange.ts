// HTTP on the wire to and from the messages @azure/functions understands.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpCookie, HttpData, InvocationResponse, Nullable } from "./rpc.ts";

/** @returns undefined if the body is larger than `limitBytes` */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limitBytes) chunks.push(chunk); // the rest is read and dropped, so that the answer gets through
  }
  return length <= limitBytes ? Buffer.concat(chunks) : undefined;
}

/**
 * A request as the host sends it: the body is bytes, and a query parameter that is given twice arrives as
 * one, joined by commas.
 */
export function toHttpData(
  request: IncomingMessage,
  url: URL,
  params: Readonly<Record<string, string>>,
  body: Buffer,
): HttpData {
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  }
  const headers = Object.entries(request.headersDistinct).map(([name, values = []]) => {
    return [name, values.join(name === "cookie" ? "; " : ", ")];
  });
  return {
    method: request.method ?? "GET",
    url: url.href,
    nullableHeaders: nullable(Object.fromEntries(headers)),
    nullableQuery: nullable(query),
    nullableParams: nullable(params),
    ...(body.length > 0 && { body: { bytes: body } }),
  };
}

function nullable(values: Readonly<Record<string, string>>): Record<string, Nullable<string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

/** What Node decides itself for every response. */
const OWN_HEADERS = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"]);

/** Sends what a function returned; nothing at all is 204, as in the real host. */
export function sendResponse(response: ServerResponse, { returnValue }: InvocationResponse): void {
  const http = returnValue?.http;
  if (http === undefined) {
    sendStatus(response, 204);
    return;
  }
  response.statusCode = Number(http.statusCode ?? 200);
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    if (!OWN_HEADERS.has(name.toLowerCase())) response.setHeader(name, value);
  }
  const cookies = (http.cookies ?? []).map(cookieText);
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  const body = http.body?.bytes ?? Buffer.from(http.body?.string ?? http.body?.json ?? "");
  if (![204, 304].includes(response.statusCode)) response.setHeader("content-length", body.length);
  response.end(body);
}

/** An answer of the host itself, without a body unless one is given. */
export function sendStatus(response: ServerResponse, status: number, body?: object): void {
  response.statusCode = status;
  if (body === undefined) {
    if (status !== 204) response.setHeader("content-length", 0);
    response.end();
    return;
  }
  const text = JSON.stringify(body);
  response.setHeader("content-type", "application/json; charset=utf-8");
  response.setHeader("content-length", Buffer.byteLength(text));
  response.end(text);
}

function cookieText(cookie: HttpCookie): string {
  const { expires, sameSite } = cookie;
  const sameSiteText = { none: undefined, lax: "Lax", strict: "Strict", explicitNone: "None" };
  const attributes: readonly (readonly [string, string | number | undefined])[] = [
    [encodeURIComponent(cookie.name), encodeURIComponent(cookie.value)],
    ["Expires", expires && new Date(expires.value.seconds * 1000).toUTCString()],
    ["Max-Age", cookie.maxAge?.value],
    ["Domain", cookie.domain?.value],
    ["Path", cookie.path?.value],
    ["SameSite", sameSite && sameSiteText[sameSite]],
  ];
  const parts = attributes.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  if (cookie.secure?.value) parts.push("Secure");
  if (cookie.httpOnly?.value) parts.push("HttpOnly");
  return parts.join("; ");
}
