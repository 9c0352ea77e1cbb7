import { lookup as systemLookup } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { urlToHttpOptions } from "node:url";
import { AddressRefused, guardedLookup, type Resolve } from "./guarded-lookup.ts";
import { isPublicAddress } from "./public-address.ts";
import type { RetryHints } from "./retry-after.ts";

export interface PostRequest {
  /** Secret. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Absent: POST. */
  readonly method?: "GET" | "POST";
}

export interface Answer extends RetryHints {
  readonly status: number;
  /** The first 64 KiB. */
  readonly body: string;
}

/** Why there is no answer. Closed, and free of addresses. */
export type PostFailure =
  | "badAddress"
  | "insecure"
  | "private"
  | "timeout"
  | "stopped"
  | "dns"
  | "refused"
  | "reset"
  | "tls"
  | "network";

type PostResult =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "failure"; readonly failure: PostFailure };

/** One request. Never throws, never follows a redirect. */
export type Post = (request: PostRequest, signal: AbortSignal) => Promise<PostResult>;

export interface PostOptions {
  /** Lets http and addresses of the own network pass: for the local environment. */
  readonly allowPrivate: boolean;
  readonly timeoutMs?: number;
  readonly resolve?: Resolve;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

export function createPost({
  allowPrivate,
  timeoutMs = TIMEOUT_MS,
  resolve = resolveAll,
}: PostOptions): Post {
  const lookup = allowPrivate ? {} : { lookup: guardedLookup(resolve, isPublicAddress) };
  return async ({ url, headers, body, method = "POST" }, signal) => {
    const target = URL.parse(url);
    const refusal = refusalOf(target, allowPrivate);
    if (target === null || refusal !== null) return failed(refusal ?? "badAddress");

    const deadline = AbortSignal.timeout(timeoutMs);
    const options: RequestOptions = {
      ...urlToHttpOptions(target),
      ...lookup,
      method,
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      // A connection of its own: a pooled one would skip the look-up that checks the address.
      agent: false,
      signal: AbortSignal.any([signal, deadline]),
    };
    try {
      const answer = await exchange(target.protocol === "https:" ? httpsRequest : httpRequest, options, body);
      return { kind: "answer", answer };
    } catch (error) {
      if (signal.aborted) return failed("stopped");
      return failed(deadline.aborted ? "timeout" : failureOf(error));
    }
  };
}

function refusalOf(target: URL | null, allowPrivate: boolean): PostFailure | null {
  if (target === null || !["https:", "http:"].includes(target.protocol)) return "badAddress";
  if (allowPrivate) return null;
  if (target.protocol !== "https:") return "insecure";
  // A numeric host is never looked up, so the guard of the look-up would not see it.
  const host = target.hostname.replace(/^\[|\]$/g, "");
  return isIP(host) !== 0 && !isPublicAddress(host) ? "private" : null;
}

function exchange(request: typeof httpRequest, options: RequestOptions, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (incoming) => {
      readText(incoming).then(
        (text) =>
          resolve({
            status: incoming.statusCode ?? 0,
            retryAfter: incoming.headers["retry-after"] ?? null,
            date: incoming.headers.date ?? null,
            body: text,
          }),
        reject,
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** @throws Error where the answer breaks off: half an answer is none */
async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (bytes >= MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString("utf8");
}

function failureOf(error: unknown): PostFailure {
  if (error instanceof AddressRefused) return "private";
  const code = codeOf(error);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "ENODATA") return "dns";
  if (code === "ECONNREFUSED") return "refused";
  if (code === "ECONNRESET" || code === "EPIPE" || code.startsWith("HPE_")) return "reset";
  return /CERT|TLS|SSL|UNABLE_TO_|EPROTO/.test(code) ? "tls" : "network";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function failed(failure: PostFailure): PostResult {
  return { kind: "failure", failure };
}

const resolveAll: Resolve = (hostname) => systemLookup(hostname, { all: true });
