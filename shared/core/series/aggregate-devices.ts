import { combineSeries, type DerivedLabels, type SeriesMap, storedSeries } from "./aggregate-series.ts";
import type { SampleBlock, SeriesLabels } from "./sample-block.ts";

/**
 * Metrics of devices, and how values of several devices or protocols become one: counts are added, of utilisation the
 * largest is told, of health and availability the least.
 */
const DEVICE_METRICS = {
  natConnections: add,
  natFailedConnections: add,
  natAttemptedConnections: add,
  natPacketDrops: add,
  natDatapath: Math.min,
  firewallSnatUtilization: Math.max,
  firewallHealth: Math.min,
  firewallDenials: add,
} as const;
export type DeviceMetric = keyof typeof DEVICE_METRICS;

export function isDeviceMetric(metric: string): metric is DeviceMetric {
  return Object.hasOwn(DEVICE_METRICS, metric);
}

/** One series for each device and protocol (where Azure splits by it), or one for all devices of the cluster. */
export function deriveDevices(block: SampleBlock, metric: DeviceMetric, by: "node" | "cluster"): SeriesMap {
  const group = by === "node" ? labelsOf : () => ({});
  return combineSeries(storedSeries(block, [metric]), group, DEVICE_METRICS[metric]);
}

/** Reasons of a firewall's health are not told apart: at most one is there at a time, or the worst counts. */
function labelsOf({ resourceId, protocol }: SeriesLabels): DerivedLabels {
  return {
    ...(resourceId === undefined ? {} : { resourceId }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}

function add(a: number, b: number): number {
  return a + b;
}
