// Azure's request limit: a token bucket for each subscription and region.

import type { RateLimit } from "../world/spec.ts";

interface Bucket {
  tokens: number;
  readAtMs: number;
}

export type Admission =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly retryAfterSeconds: number | undefined };

/** Admits requests as long as there are tokens. */
export class Throttle {
  readonly #limit: RateLimit;
  readonly #buckets = new Map<string, Bucket>();
  #refused = 0;

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** Takes a token of the bucket, if there is one. */
  admit(key: string, nowMs: number): Admission {
    const { capacity, refillPerSecond } = this.#limit;
    const bucket = this.#buckets.get(key) ?? { tokens: capacity, readAtMs: nowMs };
    const refill = (Math.max(0, nowMs - bucket.readAtMs) / 1000) * refillPerSecond;
    bucket.tokens = Math.min(capacity, bucket.tokens + refill);
    bucket.readAtMs = nowMs;
    this.#buckets.set(key, bucket);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return { admitted: true };
    }
    this.#refused += 1;
    const seconds = Math.max(1, Math.ceil((1 - bucket.tokens) / refillPerSecond));
    return { admitted: false, retryAfterSeconds: this.#tells() ? seconds : undefined };
  }

  #tells(): boolean {
    const { retryAfter } = this.#limit;
    return retryAfter === "always" || (retryAfter === "alternate" && this.#refused % 2 === 1);
  }
}
