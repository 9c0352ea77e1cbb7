import { type DeviceMetric, deriveDevices, isDeviceMetric } from "./aggregate-devices.ts";
import { derivePorts } from "./aggregate-ports.ts";
import { combineSeries, type DerivedSeries, derivedLabels, type SeriesMap } from "./aggregate-series.ts";
import type { MetricName, SampleBlock } from "./sample-block.ts";

/** What the history tells of stored samples, minute by minute. */
export const HISTORY_METRICS = [
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
] as const;
export type HistoryMetric = (typeof HISTORY_METRICS)[number];

/** One series for each node (metrics of devices: each device), or one for the whole cluster (ports: one for each protocol). */
export type HistoryScope = "node" | "cluster";

/** The minutes of one metric, from what is stored. A cluster's ratio is that of its fullest node, all else its nodes' sum. */
export function deriveMinutes(
  block: SampleBlock,
  metric: HistoryMetric,
  by: HistoryScope,
): readonly DerivedSeries[] {
  if (isDeviceMetric(metric)) return [...deriveDevices(block, metric, by).values()];
  const nodes = deriveNodes(block, metric);
  if (by === "node") return [...nodes.values()];
  const merge = metric === "usedRatio" ? larger : add;
  const merged = combineSeries(nodes.values(), ({ protocol }) => derivedLabels(undefined, protocol), merge);
  return [...merged.values()];
}

function deriveNodes(block: SampleBlock, metric: Exclude<HistoryMetric, DeviceMetric>): SeriesMap {
  switch (metric) {
    case "usedPorts":
    case "allocatedPorts":
    case "usedRatio":
      return derivePorts(block, metric);
    case "failedConnections":
      return sumConnections(block, ["failedConnections"]);
    case "attemptedConnections":
      return attemptedConnections(block);
  }
}

/** Succeeded, failed and pending together; a minute of which only the pending are known has no number. */
function attemptedConnections(block: SampleBlock): SeriesMap {
  const attempted = sumConnections(block, ["succeededConnections", "failedConnections"]);
  for (const [key, { values: pending }] of sumConnections(block, ["pendingConnections"])) {
    const values = attempted.get(key)?.values;
    if (values === undefined) continue;
    for (let i = 0; i < values.length; i += 1) {
      const count = pending[i] ?? Number.NaN;
      if (!Number.isNaN(count)) values[i] = (values[i] ?? Number.NaN) + count;
    }
  }
  return attempted;
}

function sumConnections(block: SampleBlock, metrics: readonly MetricName[]): SeriesMap {
  const stored = [...block.series.values()].filter(({ metric }) => metrics.includes(metric));
  return combineSeries(stored, ({ backendIp }) => derivedLabels(backendIp), add);
}

function add(a: number, b: number): number {
  return a + b;
}

function larger(a: number, b: number): number {
  return Math.max(a, b);
}
