import type { PipelineResponse } from "@azure/core-rest-pipeline";
import type { FailureReason } from "#core/failure.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import { readErrorBody } from "./error-envelope.ts";
import { reasonOfStatus } from "./failure-reason.ts";
import { askedWaitMs } from "./retry-after.ts";
import { readSdkError } from "./sdk-error.ts";

/** How one attempt ended, as far as the next one is concerned. */
export type Judgement =
  | { readonly kind: "final" }
  /** @property askedMs what Azure asked for, `undefined` when it said nothing */
  | {
      readonly kind: "throttled";
      readonly askedMs: number | undefined;
      readonly wide: boolean;
      readonly text: string;
    }
  | { readonly kind: "transient"; readonly reason: FailureReason; readonly askedMs: number | undefined };

const FINAL: Judgement = { kind: "final" };

export function judgeResponse(response: PipelineResponse, nowMs: number): Judgement {
  const { status } = response;
  const reason = reasonOfStatus(status);
  if (reason === undefined) return FINAL;
  const body = response.bodyAsText ?? "";
  const askedMs = askedWaitMs(response.headers, body, nowMs);
  // 503 with a wish is how some front ends throttle.
  if (reason === "throttled" || (status === 503 && askedMs !== undefined)) {
    const { code } = readErrorBody(body);
    // This code is one provider's limit; any other closes the subscription.
    const wide = code !== "ResourceRequestsThrottled";
    return { kind: "throttled", askedMs, wide, text: code === undefined ? `${status}` : `${status} ${code}` };
  }
  const repeatable = reason === "timeout" || (reason === "unavailable" && status !== 501 && status !== 505);
  return repeatable ? { kind: "transient", reason, askedMs } : FINAL;
}

/** Errors of the attempt itself: every call of this product only reads, so a lost answer may be asked for again. */
export function judgeError(error: unknown): Judgement {
  if (error instanceof AdapterError) {
    return error.reason === "timeout" ? { kind: "transient", reason: "timeout", askedMs: undefined } : FINAL;
  }
  const { name, code } = readSdkError(error);
  if (name === "AbortError") return FINAL;
  const network = name === "RestError" || (code !== undefined && /^E[A-Z_]+$/.test(code));
  return network ? { kind: "transient", reason: "unavailable", askedMs: undefined } : FINAL;
}
