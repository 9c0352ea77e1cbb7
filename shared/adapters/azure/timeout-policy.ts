import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { AdapterError } from "#ports/adapter-error.ts";

/**
 * Bounds each attempt, so that one hanging socket does not use up the time of the whole call.
 *
 * The attempt is raced, not only aborted: the SDK's Node client pipes a gzip body without listening for errors of the
 * socket, so a compressed answer that is cut in the middle never ends, aborted or not.
 */
export function timeoutPolicy(timeoutMs: number): PipelinePolicy {
  return {
    name: "snatwatchAttemptTimeoutPolicy",
    async sendRequest(request, next) {
      const callSignal = request.abortSignal;
      const attempt = new AbortController();
      let lose = (_error: unknown) => {};
      const lost = new Promise<never>((_resolve, reject) => {
        lose = reject;
      });
      lost.catch(() => {});
      const end = (error: AdapterError) => {
        lose(error);
        attempt.abort(error);
      };
      const timer = setTimeout(
        () => end(new AdapterError("timeout", `no answer within ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      const onAbort = () => end(new AdapterError("timeout", "stopped"));
      callSignal?.addEventListener("abort", onAbort);
      if (callSignal?.aborted === true) onAbort();

      request.abortSignal = attempt.signal;
      const answer = next(request);
      answer.catch(() => {});
      try {
        return await Promise.race([answer, lost]);
      } finally {
        clearTimeout(timer);
        callSignal?.removeEventListener("abort", onAbort);
        // The next attempt must see the call's signal again, not this attempt's.
        if (callSignal === undefined) delete request.abortSignal;
        else request.abortSignal = callSignal;
      }
    },
  };
}
