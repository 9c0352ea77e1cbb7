/** What of an answer says when to come back. */
export interface RetryHints {
  /** Header `Retry-After`: seconds or an HTTP date. */
  readonly retryAfter: string | null;
  /** Header `Date`: the receiver's clock. */
  readonly date: string | null;
}

const SECONDS = /^\d{1,9}(?:\.\d+)?$/;

/** The three forms of RFC 9110, "Date/Time Formats", begin with a day's name; `Date.parse` alone takes nearly anything. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * How long the receiver wants us to stay away, `null` where it does not say or cannot be understood.
 * A date is measured against the receiver's own clock where it tells it: ours may differ.
 */
export function retryAfterMs({ retryAfter, date }: RetryHints, nowMs: number): number | null {
  const text = retryAfter?.trim() ?? "";
  if (SECONDS.test(text)) return Math.ceil(Number(text) * 1_000);
  const untilMs = httpDateMs(text);
  if (untilMs === null) return null;
  return Math.max(0, untilMs - (httpDateMs(date?.trim() ?? "") ?? nowMs));
}

function httpDateMs(text: string): number | null {
  if (!HTTP_DATE.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
