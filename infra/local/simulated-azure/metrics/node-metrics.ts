// Metrics of the nodes themselves: what looks like SNAT exhaustion and is not. At ease, but for what the plan says.

import type { NodeCurve } from "../world/curve.ts";
import type { ClusterModel, NodeModel, PoolModel } from "../world/model.ts";
import type { Moment } from "../world/moment.ts";
import { noise, unit } from "../world/random.ts";
import { type BaseSeries, type MetricSource, seriesOf, withAbsence } from "./source.ts";

const GIB = 2 ** 30;

/** Memory of a node. */
const MEMORY = 16 * GIB;

/** A level of one node that follows the hour. */
function level(node: NodeModel, at: Moment, low: number, high: number): number {
  const own = unit(node.seed, 29) * 0.3;
  return low + (high - low) * Math.min(1, at.day * (0.6 + own) + 0.1 * noise(node.seed ^ 0x77, at.minute));
}

function two(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A scale set as a source of metrics. */
export function scaleSetMetrics(cluster: ClusterModel, pool: PoolModel): MetricSource {
  const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
    "Percentage CPU": [8, 55],
    "Available Memory Bytes": [9 * GIB, 5 * GIB],
    "OS Disk Queue Depth": [0, 1.5],
    "OS Disk IOPS Consumed Percentage": [2, 30],
    "OS Disk Bandwidth Consumed Percentage": [1, 20],
    "Outbound Flows": [300, 1_400],
    "Inbound Flows": [200, 1_100],
  };
  return {
    ...sourceOf(cluster, pool.scaleSetId, "microsoft.compute/virtualmachinescalesets"),
    series: (metric, moments) => {
      const range = ranges[metric];
      if (range === undefined) return [];
      const disk = metric.endsWith("Consumed Percentage") ? ["0"] : [];
      const told = toldOf(cluster, metric);
      const series = nodesOf(cluster, moments, pool).map((node) => {
        const name = `${pool.scaleSetName}_${node.instanceId}`;
        return nodeSeries(cluster, node, [...disk, name], moments, (at) =>
          two(told?.(node, at) ?? level(node, at, ...range)),
        );
      });
      return withAbsence(series, moments, cluster.spec.nodeLoad?.absent);
    },
  };
}

/** What the plan says about a metric of a node, whichever resource tells it. */
function toldOf({ spec }: ClusterModel, metric: string): NodeCurve | undefined {
  const { cpu, availableMemory, diskQueue, diskIops } = spec.nodeLoad ?? {};
  switch (metric) {
    case "Percentage CPU":
    case "node_cpu_usage_percentage":
      return cpu;
    case "Available Memory Bytes":
      return availableMemory;
    case "node_memory_working_set_percentage":
      return availableMemory && ((node, at) => 100 * (1 - availableMemory(node, at) / MEMORY));
    case "OS Disk Queue Depth":
      return diskQueue;
    case "OS Disk IOPS Consumed Percentage":
      return diskIops;
    default:
      return undefined;
  }
}

/** A managed cluster as a source of metrics. */
export function managedClusterMetrics(cluster: ClusterModel): MetricSource {
  const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
    node_cpu_usage_percentage: [8, 55],
    node_memory_working_set_percentage: [30, 62],
    node_disk_usage_percentage: [22, 31],
  };
  return {
    ...sourceOf(cluster, cluster.id, "microsoft.containerservice/managedclusters"),
    series: (metric, moments) => {
      const nodes = nodesOf(cluster, moments);
      if (metric === "kube_node_status_condition") {
        return nodes.map((node) =>
          nodeSeries(cluster, node, ["Ready", "true", "Ready", node.computerName], moments, () => 1),
        );
      }
      const range = ranges[metric];
      if (range === undefined) return [];
      const told = toldOf(cluster, metric);
      const device = metric === "node_disk_usage_percentage" ? ["/dev/root"] : [];
      const series = nodes.map((node) =>
        nodeSeries(cluster, node, [node.computerName, node.pool.spec.name, ...device], moments, (at) =>
          two(told?.(node, at) ?? level(node, at, ...range)),
        ),
      );
      return withAbsence(series, moments, cluster.spec.nodeLoad?.absent);
    },
  };
}

function sourceOf(cluster: ClusterModel, id: string, namespace: string): Omit<MetricSource, "series"> {
  const { subscriptionId, seed } = cluster;
  return { id, namespace, subscriptionId, location: cluster.spec.location, seed, lateBursts: false };
}

function nodesOf(cluster: ClusterModel, moments: readonly Moment[], pool?: PoolModel): readonly NodeModel[] {
  const most = moments.reduce((max, at) => Math.max(max, cluster.nodesAt(at.rel)), 0);
  return cluster.nodes.slice(0, most).filter((node) => pool === undefined || node.pool === pool);
}

function nodeSeries(
  cluster: ClusterModel,
  node: NodeModel,
  dimensions: readonly string[],
  moments: readonly Moment[],
  value: (at: Moment) => number,
): BaseSeries {
  return seriesOf(dimensions, moments, (at) =>
    node.index < cluster.nodesAt(at.rel) ? value(at) : Number.NaN,
  );
}
