import type { PipelinePolicy, PipelineResponse } from "@azure/core-rest-pipeline";
import { AdapterError } from "#ports/adapter-error.ts";

/**
 * Gives every request the run's signal and a deadline. The SDK passes the caller's signal to the first page of a list only:
 * its paging helper fetches the others with no options at all.
 */
export function abortPolicy(signal: AbortSignal, timeoutMs: number): PipelinePolicy {
  return {
    name: "snatwatchAbort",
    sendRequest(request, next) {
      request.abortSignal = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      return next(request);
    },
  };
}

/**
 * Ends a call whose `Retry-After` is longer than a run may wait; the SDK would sleep for as long as it says.
 *
 * @param nowMs start of the run
 */
export function patiencePolicy(maxWaitMs: number, nowMs: number): PipelinePolicy {
  return {
    name: "snatwatchPatience",
    async sendRequest(request, next) {
      const response = await next(request);
      const waitMs =
        response.status === 429 || response.status === 503 ? retryAfterMs(response, nowMs) : null;
      if (waitMs === null || waitMs <= maxWaitMs) return response;
      // Not the SDK's own error class, so that its retry policy lets it through.
      throw new AdapterError(
        response.status === 429 ? "throttled" : "unavailable",
        `${response.status}, Retry-After ${Math.ceil(waitMs / 1_000)} s`,
        { retryAtMs: nowMs + waitMs },
      );
    },
  };
}

/**
 * Ends a refused call with what ARM said about it: the SDK's paging helper keeps the code and drops the sentence, and the
 * sentence names the identity that needs the role.
 */
export function refusalPolicy(): PipelinePolicy {
  return {
    name: "snatwatchRefusal",
    async sendRequest(request, next) {
      const response = await next(request);
      const text = response.status === 403 ? (response.bodyAsText ?? "") : "";
      const [, code] = /"code"\s*:\s*"(\w+)"/.exec(text) ?? [];
      if (code === undefined) return response;
      throw new AdapterError("forbidden", `403 ${code}`, { cause: new Error(text) });
    },
  };
}

/** Seconds, or an HTTP date: that is told by the server's clock, so it is read against the server's own `Date`. */
function retryAfterMs(response: PipelineResponse, nowMs: number): number | null {
  const header = response.headers.get("retry-after");
  if (header === undefined) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const sentMs = Date.parse(response.headers.get("date") ?? "");
  const waitMs = Date.parse(header) - (Number.isFinite(sentMs) ? sentMs : nowMs);
  return Number.isFinite(waitMs) ? waitMs : null;
}
