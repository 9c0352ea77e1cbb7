// A clock that starts where it is told and runs as fast as it is told.

export interface ClockOptions {
  /** What it shows at first. */
  readonly startMs: number;
  /** Simulated milliseconds for each real one. */
  readonly speed: number;
  /** A steady clock: it must not jump when the machine's time is set. */
  readonly steadyMs?: () => number;
}

/** Starts a clock. */
export function startClock({
  startMs,
  speed,
  steadyMs = () => performance.now(),
}: ClockOptions): () => number {
  const origin = steadyMs();
  return () => startMs + (steadyMs() - origin) * speed;
}
