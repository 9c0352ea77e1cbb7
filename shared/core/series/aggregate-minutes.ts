import { type DeviceMetric, deriveDevices, isDeviceMetric } from "./aggregate-devices.ts";
import { derivePorts } from "./aggregate-ports.ts";
import {
  combineSeries,
  compareKeys,
  type DerivedSeries,
  derivedLabels,
  type SeriesMap,
  storedSeries,
} from "./aggregate-series.ts";
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
export const HISTORY_SCOPES = ["node", "cluster"] as const;
export type HistoryScope = (typeof HISTORY_SCOPES)[number];

/** The minutes of one metric, from what is stored. A cluster's ratio is that of its fullest node, all else its nodes' sum. */
export function deriveMinutes(
  block: SampleBlock,
  metric: HistoryMetric,
  by: HistoryScope,
): readonly DerivedSeries[] {
  if (isDeviceMetric(metric)) return [...deriveDevices(block, metric, by).values()];
  const nodes = deriveNodes(block, metric, derivePorts);
  return by === "node" ? [...nodes.values()] : mergeNodes(metric, nodes);
}

/** Series of one metric and scope. */
export interface DerivedMinutes {
  readonly metric: HistoryMetric;
  readonly by: HistoryScope;
  readonly series: readonly DerivedSeries[];
}

/** What `deriveMinutes` tells of every metric in every scope, at less cost than asking for each. */
export function deriveAllMinutes(block: SampleBlock): DerivedMinutes[] {
  const ports = derivePorts(block);
  return HISTORY_METRICS.flatMap((metric): DerivedMinutes[] => {
    if (isDeviceMetric(metric)) {
      return HISTORY_SCOPES.map((by) => ({ metric, by, series: deriveMinutes(block, metric, by) }));
    }
    const nodes = deriveNodes(block, metric, () => ports);
    return [
      { metric, by: "node", series: [...nodes.values()] },
      { metric, by: "cluster", series: mergeNodes(metric, nodes) },
    ];
  });
}

/** In the order of the nodes' keys, so that sums of decimals are the same to the last bit whatever the block saw first. */
function mergeNodes(metric: HistoryMetric, nodes: SeriesMap): DerivedSeries[] {
  const merge = metric === "usedRatio" ? larger : add;
  const ordered = [...nodes.values()].sort((a, b) => compareKeys(a.key, b.key));
  const merged = combineSeries(ordered, ({ protocol }) => derivedLabels(undefined, protocol), merge);
  return [...merged.values()];
}

function deriveNodes(
  block: SampleBlock,
  metric: Exclude<HistoryMetric, DeviceMetric>,
  portsOf: typeof derivePorts,
): SeriesMap {
  switch (metric) {
    case "usedPorts":
    case "allocatedPorts":
    case "usedRatio":
      return portsOf(block, [metric])[metric];
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
  return combineSeries(storedSeries(block, metrics), ({ backendIp }) => derivedLabels(backendIp), add);
}

function add(a: number, b: number): number {
  return a + b;
}

function larger(a: number, b: number): number {
  return Math.max(a, b);
}
