import { existsSync, readFileSync } from "node:fs";
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import type { TimeBase } from "#adapters/azure/time-base.ts";
import type { Logger } from "#ports/logger.ts";

export const NOW_MS = Date.parse("2026-11-21T10:15:00Z");

/** Time that passes only by sleeping. */
export function fakeTime(random = 0): TimeBase & { readonly slept: number[] } {
  let passedMs = 0;
  const slept: number[] = [];
  return {
    slept,
    clock: { nowMs: () => NOW_MS + passedMs },
    elapsedMs: () => passedMs,
    random: () => random,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      passedMs += ms;
      return Promise.resolve();
    },
  };
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** An HttpClient that answers by a function and remembers what it was asked. */
export function fakeHttpClient(
  answer: (request: SeenRequest, count: number) => FakeAnswer | Promise<FakeAnswer>,
): HttpClient & { readonly seen: SeenRequest[] } {
  const seen: SeenRequest[] = [];
  return {
    seen,
    async sendRequest(request) {
      const one = seenOf(request);
      seen.push(one);
      return responseOf(request, await answer(one, seen.length));
    },
  };
}

function seenOf(request: PipelineRequest): SeenRequest {
  return {
    method: request.method,
    url: new URL(request.url),
    headers: request.headers.toJSON(),
    body: typeof request.body === "string" ? JSON.parse(request.body) : undefined,
  };
}

function responseOf(request: PipelineRequest, answer: FakeAnswer): PipelineResponse {
  const isText = typeof answer.body === "string";
  const type = isText ? "text/plain" : "application/json";
  return {
    request,
    status: answer.status ?? 200,
    headers: createHttpHeaders({ "content-type": type, ...answer.headers }),
    bodyAsText: isText ? String(answer.body) : JSON.stringify(answer.body ?? {}),
  };
}

export const credential = {
  getToken: () => Promise.resolve({ token: "secret-token", expiresOnTimestamp: Date.now() + 3_600_000 }),
};

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

const RECORDED = new URL("../../../../shared/recorded/", import.meta.url);

/** Real answers lie beside the repository, not in it. */
export const haveRecorded = existsSync(RECORDED);

export interface Recorded {
  readonly request: { readonly uri: string };
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

export function recorded(path: string): Recorded {
  return JSON.parse(readFileSync(new URL(path, RECORDED), "utf8"));
}
