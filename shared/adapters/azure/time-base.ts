import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "#ports/clock.ts";

/**
 * Time and chance as the plumbing needs them.
 *
 * Two times on purpose: the app's clock may run N times faster than the wall (local environment), and servers, sockets
 * and `Retry-After` do not. Waits, deadlines and buckets use `elapsedMs`; only what leaves as an instant uses the clock.
 */
export interface TimeBase {
  readonly clock: Clock;
  /** Milliseconds of real time since some fixed point; never jumps. */
  elapsedMs(): number;
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 inclusive to 1 exclusive. */
  random(): number;
}

export type TimeBaseOptions = { readonly clock: Clock } & Partial<TimeBase>;

export function createTimeBase(options: TimeBaseOptions): TimeBase {
  return {
    clock: options.clock,
    elapsedMs: options.elapsedMs ?? (() => performance.now()),
    sleep: options.sleep ?? sleepReal,
    random: options.random ?? Math.random,
  };
}

async function sleepReal(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal });
}
