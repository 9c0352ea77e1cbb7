import { type BucketLimits, READ_BUCKET, TokenBucket } from "./token-bucket.ts";

/** What a request is counted against. */
export interface GateScope {
  /** Subscription and host: the batch host names its region, ARM has one front door. */
  readonly bucket: string;
  /** The same and the resource provider: some throttles are one provider's alone. */
  readonly lane: string;
}

/** Azure has asked for hours; believing more than this after one odd answer would be worse than asking again. */
const LONGEST_CLOSURE_MS = 3_600_000;

export function scopeOf(url: string): GateScope {
  const { host, pathname } = new URL(url);
  const subscription = /^\/subscriptions\/([^/]+)/i.exec(pathname)?.[1]?.toLowerCase() ?? "";
  const bucket = `${subscription}|${host.toLowerCase()}`;
  // The last provider in the path serves the request: `…/providers/Microsoft.Network/…/providers/Microsoft.Insights/metrics`.
  const provider = [...pathname.matchAll(/\/providers\/([^/]+)/gi)].at(-1)?.[1]?.toLowerCase() ?? "";
  return { bucket, lane: `${bucket}|${provider}` };
}

/** Holds back requests that Azure would refuse. One for the whole process: every client of a subscription shares it. */
export class RequestGate {
  readonly #limits: BucketLimits;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #closedUntil = new Map<string, number>();

  constructor(limits: BucketLimits = READ_BUCKET) {
    this.#limits = limits;
  }

  /** Lets one request pass. @returns 0 if it may go now, else the ms to wait before asking here again */
  tryEnter(scope: GateScope, nowMs: number): number {
    const closedMs = this.closedForMs(scope, nowMs);
    return closedMs > 0 ? closedMs : this.#bucket(scope, nowMs).take(nowMs);
  }

  /** For how long Azure asked us to stay away; 0 when it did not. */
  closedForMs(scope: GateScope, nowMs: number): number {
    const untilMs = Math.max(
      this.#closedUntil.get(scope.bucket) ?? nowMs,
      this.#closedUntil.get(scope.lane) ?? nowMs,
    );
    return Math.max(0, Math.ceil(untilMs - nowMs));
  }

  /** @param wide whether the whole subscription is to stay away, or this resource provider alone */
  close(scope: GateScope, waitMs: number, wide: boolean, nowMs: number): void {
    const key = wide ? scope.bucket : scope.lane;
    const untilMs = nowMs + Math.min(waitMs, LONGEST_CLOSURE_MS);
    // A shorter wish never opens what a longer one closed.
    this.#closedUntil.set(key, Math.max(untilMs, this.#closedUntil.get(key) ?? untilMs));
    if (wide) this.#bucket(scope, nowMs).atMost(0, nowMs);
  }

  /** Azure's own count of reads left. */
  remaining(scope: GateScope, tokens: number, nowMs: number): void {
    this.#bucket(scope, nowMs).atMost(tokens, nowMs);
  }

  #bucket(scope: GateScope, nowMs: number): TokenBucket {
    const known = this.#buckets.get(scope.bucket);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(this.#limits, nowMs);
    this.#buckets.set(scope.bucket, bucket);
    return bucket;
  }
}
