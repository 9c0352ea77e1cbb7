import { HISTORY_METRICS, type HistoryMetric } from "#core/series/aggregate-minutes.ts";
import type { HistoryAnswer } from "../answers/history.ts";

/** Every metric of the contract, with its unit. Those that this version does not collect have no values. */
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
} as const satisfies Readonly<Record<string, HistoryAnswer["unit"]>>;

export type MetricParameter = keyof typeof METRIC_UNITS;

/** In the order of the contract. */
export const METRIC_PARAMETERS = [
  "usedPorts",
  "allocatedPorts",
  "usedRatio",
  "failedConnections",
  "attemptedConnections",
  "natConnections",
  "natFailedConnections",
  "natAttemptedConnections",
  "natPacketDrops",
  "natDatapath",
  "firewallSnatUtilization",
  "firewallHealth",
  "firewallDenials",
] as const satisfies readonly MetricParameter[];

/** The metric as the history knows it; `undefined` for one that this version does not collect. */
export function collectedMetric(metric: MetricParameter): HistoryMetric | undefined {
  return HISTORY_METRICS.find((collected) => collected === metric);
}

/** Labels that tell the series of a metric apart: the columns of its CSV. */
export function labelNames(metric: HistoryMetric, by: "node" | "cluster"): readonly SeriesLabel[] {
  const split: readonly SeriesLabel[] = metric.endsWith("Connections") ? [] : ["protocol"];
  return by === "node" ? ["node", "backendIp", ...split] : split;
}

export type SeriesLabel = "node" | "backendIp" | "protocol";
