// Source: Azure Resource Manager, "Understand how Azure Resource Manager throttles requests": reads for each
// subscription, service principal and region have a bucket of 250 that refills with 25 a second.

export const READ_BUCKET = { capacity: 250, refillPerSecond: 25 } as const;

/** Sums of fractions miss whole numbers by less than this. */
const EPSILON = 1e-9;

export interface BucketLimits {
  readonly capacity: number;
  readonly refillPerSecond: number;
}

/** Tokens that run out and come back with time. Time is an argument, in ms, and never goes backwards. */
export class TokenBucket {
  readonly #limits: BucketLimits;
  #tokens: number;
  #atMs: number;

  constructor(limits: BucketLimits, nowMs: number) {
    this.#limits = limits;
    this.#tokens = limits.capacity;
    this.#atMs = nowMs;
  }

  /** Takes a token. @returns 0 if there was one, else the ms until there is one; then nothing was taken */
  take(nowMs: number): number {
    this.#refill(nowMs);
    if (this.#tokens >= 1 - EPSILON) {
      this.#tokens -= 1;
      return 0;
    }
    // Rounded up: a timer that fires a fraction early would find no token.
    return Math.ceil(((1 - EPSILON - this.#tokens) / this.#limits.refillPerSecond) * 1000);
  }

  /** Azure said how many are left, or (0) that none are: other instances drink from the same bucket. */
  atMost(tokens: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#tokens = Math.min(this.#tokens, Math.max(0, tokens));
  }

  #refill(nowMs: number): void {
    const gained = ((nowMs - this.#atMs) / 1000) * this.#limits.refillPerSecond;
    this.#tokens = Math.min(this.#limits.capacity, this.#tokens + Math.max(0, gained));
    this.#atMs = Math.max(this.#atMs, nowMs);
  }
}
