import { isDeviceMetric } from "./aggregate-devices.ts";
import type { HistoryMetric } from "./aggregate-minutes.ts";
import type { MetricName } from "./sample-block.ts";

/**
 * Metrics that are read together and therefore stored together: whoever asks for ports need not read connections.
 * The names are part of the stored form.
 */
export const SAMPLE_FAMILIES = ["ports", "connections", "devices", "datapath"] as const;
export type SampleFamily = (typeof SAMPLE_FAMILIES)[number];

const FAMILIES: Readonly<Record<MetricName, SampleFamily>> = {
  usedPorts: "ports",
  allocatedPorts: "ports",
  failedConnections: "connections",
  succeededConnections: "connections",
  pendingConnections: "connections",
  vipAvailability: "datapath",
  dipAvailability: "datapath",
  natConnections: "devices",
  natAttemptedConnections: "devices",
  natFailedConnections: "devices",
  natPacketDrops: "devices",
  natPackets: "devices",
  natBytes: "devices",
  natDatapath: "devices",
  firewallSnatUtilization: "devices",
  firewallHealth: "devices",
  firewallThroughput: "devices",
  firewallLatency: "devices",
  firewallDenials: "devices",
  // Judged, not stored; a block that holds them all the same loses nothing.
  nodeCpu: "devices",
  nodeMemory: "devices",
  nodeDiskQueue: "devices",
  nodeDiskIops: "devices",
};

export function sampleFamily(metric: MetricName): SampleFamily {
  return FAMILIES[metric];
}

/** The one family that a metric of the history is made from. */
export function familyOfHistory(metric: HistoryMetric): SampleFamily {
  if (isDeviceMetric(metric)) return "devices";
  return metric.endsWith("Connections") ? "connections" : "ports";
}
