import { AdapterError } from "#ports/adapter-error.ts";
import type { TimeBase } from "./time-base.ts";

/** A signal that aborts at an instant, and the instant: policies must know whether a wait is worth beginning. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** In the time of {@link TimeBase.elapsedMs}. */
  readonly atMs: number;
  /** Frees the timer and the listener on the parent. */
  dispose(): void;
}

// SDK clients hand a policy the caller's signal and nothing else of the caller, so the instant travels beside the signal.
const instants = new WeakMap<object, number>();

/** Starts a deadline `ms` from now that also ends when the parent aborts. */
export function startDeadline(ms: number, time: TimeBase, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const atMs = time.elapsedMs() + ms;
  const timer = setTimeout(
    () => controller.abort(new AdapterError("timeout", `not done within ${ms / 1000} s`)),
    ms,
  );
  const onParent = () => controller.abort(new AdapterError("timeout", "stopped by the caller"));
  if (parent?.aborted === true) onParent();
  parent?.addEventListener("abort", onParent, { once: true });
  instants.set(controller.signal, atMs);
  return {
    signal: controller.signal,
    atMs,
    dispose: () => {
      clearTimeout(timer);
      parent?.removeEventListener("abort", onParent);
    },
  };
}

/** The instant at which the signal's call must be done, where it was made by {@link startDeadline}. */
export function deadlineOf(signal: object | undefined): number | undefined {
  return signal === undefined ? undefined : instants.get(signal);
}

/**
 * The promise, or a rejection with the signal's reason as soon as it aborts.
 * For work that does not listen to signals: a credential that hangs, a gzip stream whose socket was cut.
 */
export async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  // The loser of the race may still reject; nobody is left to hear it.
  work.catch(() => {});
  aborted.catch(() => {});
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
