import type { FailureReason } from "#core/failure.ts";
import type { SendOutcome } from "#ports/notifier.ts";
import type { Answer, PostFailure } from "./post.ts";
import { retryAfterMs } from "./retry-after.ts";

// The one place that decides whether a failure is worth another attempt. Reasons are a closed word and a sentence of
// our own: nothing a receiver says is repeated, for it may hold the address.

export const DELIVERED: SendOutcome = { kind: "delivered" };

export function retry(reason: FailureReason, sentence: string, retryAtMs: number | null): SendOutcome {
  return { kind: "retry", reason: `${reason}: ${sentence}`, retryAtMs };
}

export function died(reason: FailureReason, sentence: string): SendOutcome {
  return { kind: "dead", reason: `${reason}: ${sentence}` };
}

/** What a status alone means. From 200 to 299 it is for the kind of channel to read the body. */
export function judgeStatus(answer: Answer, nowMs: number): SendOutcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return DELIVERED;
  const waitMs = retryAfterMs(answer, nowMs);
  const retryAtMs = waitMs === null ? null : nowMs + waitMs;
  const sentence = `answered ${status}`;
  if (status === 429) return retry("throttled", sentence, retryAtMs);
  if (status === 408) return retry("timeout", sentence, retryAtMs);
  // 425 Too Early asks for the same request again, RFC 8470.
  if (status === 425 || status >= 500) return retry("unavailable", sentence, retryAtMs);
  if (status >= 300 && status < 400)
    return died("rejected", `${sentence}, a redirect, which is not followed`);
  if (status === 401) return died("unauthorized", sentence);
  if (status === 403) return died("forbidden", sentence);
  if (status === 404 || status === 410) return died("notFound", sentence);
  return died("rejected", sentence);
}

/** What it means that no answer came. */
export function judgeFailure(failure: PostFailure): SendOutcome {
  switch (failure) {
    case "badAddress":
      return died("rejected", "the channel's address is not a web address");
    case "insecure":
      return died("rejected", "the channel's address is not https");
    case "private":
      return died("rejected", "the channel's address is not a public one");
    case "timeout":
      return retry("timeout", "no whole answer within the time limit", null);
    case "stopped":
      return retry("timeout", "we were stopped while waiting for the answer", null);
    case "dns":
      return retry("unavailable", "the host's name could not be resolved", null);
    case "refused":
      return retry("unavailable", "the connection was refused", null);
    case "reset":
      return retry("unavailable", "the connection broke before the answer was whole", null);
    case "tls":
      return retry("unavailable", "the host's certificate or TLS was not accepted", null);
    case "network":
      return retry("unavailable", "the host could not be reached", null);
  }
}
