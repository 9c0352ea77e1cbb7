import { MINUTE_MS } from "../time.ts";

const BASE_MS = 1_000;
const CAP_MS = 15 * MINUTE_MS;

/**
 * How long to wait after a failed attempt: exponential, with full jitter, so that a thousand messages that failed
 * together do not come back together. Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 *
 * @param attempts made so far, from 1
 * @param random from 0 up to, not with, 1
 */
export function backOffMs(attempts: number, random: number): number {
  return Math.floor(random * Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, attempts - 1)));
}
