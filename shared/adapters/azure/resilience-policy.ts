import type { PipelinePolicy, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import { AdapterError } from "#ports/adapter-error.ts";
import type { ObserveCall } from "./call-event.ts";
import { deadlineOf } from "./deadline.ts";
import { reasonOfStatus } from "./failure-reason.ts";
import { type GateScope, type RequestGate, scopeOf } from "./request-gate.ts";
import { type Judgement, judgeError, judgeResponse } from "./retry-rules.ts";
import type { TimeBase } from "./time-base.ts";
import { toAdapterError } from "./to-adapter-error.ts";

export interface ResilienceOptions {
  readonly api: string;
  readonly gate: RequestGate;
  readonly time: TimeBase;
  readonly observe: ObserveCall;
}

/** Attempts of one request, the first included. */
const MOST_ATTEMPTS = { transient: 4, throttled: 6 } as const;
const BACKOFF = {
  transient: { baseMs: 500, capMs: 8_000 },
  throttled: { baseMs: 1_000, capMs: 30_000 },
} as const;
/** How long a call without a deadline may wait between attempts altogether. */
const DEFAULT_PATIENCE_MS = 60_000;
const REMAINING_READS = "x-ms-ratelimit-remaining-subscription-reads";

type Attempt = { readonly response: PipelineResponse } | { readonly error: unknown };

/**
 * The only retry machine of a client (the SDK's own is turned off: it knows no deadline, does not repeat a 429 without
 * `Retry-After`, and its waits would hide the last real error behind "aborted").
 *
 * Every request passes the gate; a wait that would not fit the call's deadline is not begun.
 */
export function resiliencePolicy(options: ResilienceOptions): PipelinePolicy {
  const { time } = options;
  return {
    name: "snatwatchResiliencePolicy",
    async sendRequest(request, next) {
      const scope = scopeOf(request.url);
      const untilMs = deadlineOf(request.abortSignal) ?? time.elapsedMs() + DEFAULT_PATIENCE_MS;
      for (let attempts = 1; ; attempts += 1) {
        await enter(options, scope, untilMs, request);
        const attempt = await attemptOnce(options, scope, request, () => next(request));
        const judgement =
          request.abortSignal?.aborted === true ? ({ kind: "final" } as const) : judge(attempt, time);
        if (judgement.kind === "final") return settle(attempt);

        const waitMs = waitFor(judgement, attempts, time);
        if (judgement.kind === "throttled") {
          options.gate.close(scope, waitMs, judgement.wide, time.elapsedMs());
          options.observe({ kind: "throttle", api: options.api, by: "server", waitMs });
        }
        const fits = time.elapsedMs() + waitMs <= untilMs;
        if (!fits || attempts >= MOST_ATTEMPTS[judgement.kind]) {
          if (judgement.kind === "throttled") throw throttled(judgement.text, waitMs, time);
          return settle(attempt);
        }
        const reason = judgement.kind === "throttled" ? "throttled" : judgement.reason;
        options.observe({ kind: "retry", api: options.api, reason, waitMs });
        await time.sleep(waitMs, nativeSignal(request));
      }
    },
  };
}

/** Waits at the gate, or fails at once where the wait would outlast the call. */
async function enter(
  { gate, time, observe, api }: ResilienceOptions,
  scope: GateScope,
  untilMs: number,
  request: PipelineRequest,
): Promise<void> {
  for (;;) {
    const nowMs = time.elapsedMs();
    const waitMs = gate.tryEnter(scope, nowMs);
    if (waitMs === 0) return;
    observe({ kind: "throttle", api, by: "gate", waitMs });
    if (nowMs + waitMs > untilMs) throw throttled("not asked, Azure throttled us before", waitMs, time);
    await time.sleep(waitMs, nativeSignal(request));
  }
}

async function attemptOnce(
  { gate, time, observe, api }: ResilienceOptions,
  scope: GateScope,
  request: PipelineRequest,
  send: () => Promise<PipelineResponse>,
): Promise<Attempt> {
  const startMs = time.elapsedMs();
  try {
    const response = await send();
    const elapsedMs = time.elapsedMs() - startMs;
    const outcome = reasonOfStatus(response.status) ?? "ok";
    observe({ kind: "request", api, outcome, bytes: response.bodyAsText?.length ?? 0, elapsedMs });
    const remaining = Number(response.headers.get(REMAINING_READS) ?? Number.NaN);
    if (remaining >= 0) gate.remaining(scope, remaining, time.elapsedMs());
    return { response };
  } catch (error) {
    const { reason } = toAdapterError(error, request.url, nativeSignal(request));
    observe({ kind: "request", api, outcome: reason, bytes: 0, elapsedMs: time.elapsedMs() - startMs });
    return { error };
  }
}

function judge(attempt: Attempt, time: TimeBase): Judgement {
  return "response" in attempt
    ? judgeResponse(attempt.response, time.clock.nowMs())
    : judgeError(attempt.error);
}

function settle(attempt: Attempt): PipelineResponse {
  if ("error" in attempt) throw attempt.error;
  return attempt.response;
}

/** What Azure asked for and a little more (instances told alike must not come back as one), else full jitter. */
function waitFor(judgement: Exclude<Judgement, { kind: "final" }>, attempts: number, time: TimeBase): number {
  const { askedMs } = judgement;
  const { baseMs, capMs } = BACKOFF[judgement.kind];
  const backoffMs = time.random() * Math.min(capMs, baseMs * 2 ** (attempts - 1));
  if (askedMs === undefined) return Math.ceil(backoffMs);
  const spreadMs = time.random() * Math.min(1_000, askedMs / 10);
  return Math.ceil(Math.max(askedMs + spreadMs, judgement.kind === "transient" ? backoffMs : 0));
}

function throttled(text: string, waitMs: number, time: TimeBase): AdapterError {
  const retryAtMs = time.clock.nowMs() + waitMs;
  const seconds = Math.ceil(waitMs / 1000);
  return new AdapterError("throttled", `${text}; asked to wait ${seconds} s more`, { retryAtMs });
}

/** The SDK wraps foreign signals into native ones before policies see them. */
function nativeSignal(request: PipelineRequest): AbortSignal | undefined {
  return request.abortSignal instanceof AbortSignal ? request.abortSignal : undefined;
}
