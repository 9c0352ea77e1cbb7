import { isDeviceMetric } from "#core/series/aggregate-devices.ts";
import type { HistoryMetric, HistoryScope } from "#core/series/aggregate-minutes.ts";
import type { HistoryAnswer } from "../answers/history.ts";

/** Every metric of the contract, with its unit. */
export const METRIC_UNITS = {
  usedPorts: "ports",
  allocatedPorts: "ports",
  usedRatio: "ratio",
  failedConnections: "connections",
  attemptedConnections: "connections",
  natConnections: "connections",
  natFailedConnections: "connections",
  natAttemptedConnections: "connections",
  natPacketDrops: "packets",
  natDatapath: "ratio",
  firewallSnatUtilization: "ratio",
  firewallHealth: "ratio",
  firewallDenials: "denials",
} as const satisfies Readonly<Record<HistoryMetric, HistoryAnswer["unit"]>>;

/** What a metric is told by where nobody says: of ports and connections each node matters, of devices the cluster's sum. */
export function defaultScope(metric: HistoryMetric): HistoryScope {
  return isDeviceMetric(metric) ? "cluster" : "node";
}

/** Labels that tell the series of a metric apart: the columns of its CSV. */
export function labelNames(metric: HistoryMetric, by: HistoryScope): readonly SeriesLabel[] {
  if (isDeviceMetric(metric)) return by === "node" ? ["resourceId", "protocol"] : [];
  const split: readonly SeriesLabel[] = metric.endsWith("Connections") ? [] : ["protocol"];
  return by === "node" ? ["node", "backendIp", ...split] : split;
}

export type SeriesLabel = "node" | "backendIp" | "protocol" | "resourceId";
