import type { HistoryMetric } from "../aggregate-minutes.ts";

/** Metrics whose roll-ups are one chunk: a query reads the chunk of its family only. */
const FAMILIES = {
  usedPorts: "ports",
  allocatedPorts: "ports",
  usedRatio: "ports",
  failedConnections: "connections",
  attemptedConnections: "connections",
  natConnections: "nat",
  natFailedConnections: "nat",
  natAttemptedConnections: "nat",
  natPacketDrops: "nat",
  natDatapath: "nat",
  firewallSnatUtilization: "firewall",
  firewallHealth: "firewall",
  firewallDenials: "firewall",
} as const satisfies Record<HistoryMetric, string>;
export type RollupFamily = (typeof FAMILIES)[HistoryMetric];

export function rollupFamily(metric: HistoryMetric): RollupFamily {
  return FAMILIES[metric];
}
