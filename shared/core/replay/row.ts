import type { Protocol } from "../series/sample-block.ts";

/** One line of a recorded history: one node, frontend and protocol in one minute. `NaN` is "no value". */
export interface ReplayRow {
  /** Epoch ms of the minute's start. */
  readonly minuteMs: number;
  readonly cluster: string;
  readonly node: string;
  /** Empty where the recording does not split by it. */
  readonly frontendIp: string;
  readonly protocol: Protocol;
  readonly usedPorts: number;
  readonly allocatedPorts: number;
  readonly failedConnections: number;
  /** Failed ones included. */
  readonly attemptedConnections: number;
}
