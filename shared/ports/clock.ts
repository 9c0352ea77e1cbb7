/** The one source of time. Runs N times faster than the wall in the local environment on request. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
}
