/** The clock that every process of a trial shares, and that a kill does not stop. */
export interface SharedClock {
  readonly startMs: number;
  readonly speed: number;
}

/** The app's time at an instant of the wall. */
export function appTimeMs({ startMs, speed }: SharedClock, wallMs = Date.now()): number {
  return Math.floor(startMs + (wallMs - startMs) * speed);
}
