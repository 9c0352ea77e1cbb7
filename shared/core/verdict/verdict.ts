import type { CheckResult } from "../checks/check.ts";

export type Status = "healthy" | "warning" | "unknown" | "critical";

/** One node's ports on one frontend and protocol at the judged minute. */
export interface NodeReading {
  readonly backendIp: string;
  /** Kubernetes node name; `null` where unknown. */
  readonly name: string | null;
  readonly frontendIp: string;
  readonly protocol: string;
  readonly usedPorts: number | null;
  readonly allocatedPorts: number | null;
  /** Used / allocated over the node's frontends of this family; `null` where one of the two is missing. */
  readonly usedRatio: number | null;
  /** Failed connections of the backend in the minute (all protocols: Azure does not split them); `null` where unknown. */
  readonly failedConnections: number | null;
  /** Until the node's ports of this protocol are used up: 0 where they are, `null` where that is not in sight within a day. */
  readonly exhaustionInSeconds: number | null;
}

/** The checks of one cluster at one instant. */
export interface Verdict {
  readonly status: Status;
  /** One sentence that names the node and the numbers, or the reason. */
  readonly headline: string;
  /** The data minute that was judged. */
  readonly minuteMs: number;
  /** When it was judged (app clock). */
  readonly evaluatedAtMs: number;
  /** End of the newest minute that holds port data; `null` if none was ever seen. */
  readonly dataThroughMs: number | null;
  /** Worst used / allocated over nodes and protocols; `null` without port data. */
  readonly worstUsedRatio: number | null;
  /** The earliest of its nodes, NAT gateways and firewalls; `null` where none is in sight within a day. */
  readonly exhaustionInSeconds: number | null;
  /** Results in the order of the registry. */
  readonly checks: readonly (CheckResult & { readonly sinceMs: number })[];
  readonly nodes: readonly NodeReading[];
}

/** Worst first. */
export const STATUS_ORDER: readonly Status[] = ["critical", "unknown", "warning", "healthy"];
