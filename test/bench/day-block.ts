import { createBlock, ensureSeries, type SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import type { WorldCluster } from "./detect/world.ts";

const MINUTES = DAY_MS / MINUTE_MS;
const GAPS = 0.02;

export interface DayOptions {
  /** Used ports are averages of four readings, and every series lacks its own 2 % of the minutes; else whole numbers without a gap. */
  readonly decimals: boolean;
  /** Where the block ends, if before the day does. */
  readonly endMs?: number;
}

/** A day of a cluster as Azure tells it: five series a node, as the figures of the baselines have it. */
export function dayBlock(cluster: WorldCluster, day: number, { decimals, endMs }: DayOptions): SampleBlock {
  const startMs = cluster.startMinute * MINUTE_MS + day * DAY_MS;
  const block = createBlock(startMs, Math.min(endMs ?? Number.POSITIVE_INFINITY, startMs + DAY_MS));
  for (const [index, node] of cluster.nodes.entries()) {
    const backend = { frontendIp: "20.0.0.1", backendIp: backendIpOf(index) };
    const tcp = { ...backend, protocol: "tcp" } as const;
    const udp = { ...backend, protocol: "udp" } as const;
    const series = [
      ["usedPorts", tcp, node.used],
      ["allocatedPorts", tcp, node.allocated],
      ["usedPorts", udp, node.usedUdp ?? []],
      ["failedConnections", backend, node.failed],
      ["succeededConnections", backend, node.succeeded],
    ] as const;
    for (const [number, [metric, labels, minutes]] of series.entries()) {
      const { values } = ensureSeries(block, metric, labels);
      for (let i = 0; i < values.length; i += 1) {
        const minute = day * MINUTES + i;
        const value = minutes[minute] ?? Number.NaN;
        values[i] = decimals
          ? spoiled(value, metric === "usedPorts", minute, index * series.length + number)
          : value;
      }
    }
  }
  return block;
}

export function backendIpOf(node: number): string {
  return `10.224.${node >> 8}.${node & 255}`;
}

/** An average of four readings, the last of them up to three less; or none. */
function spoiled(value: number, averaged: boolean, minute: number, series: number): number {
  const random = hash(minute, series);
  if (random < 2 ** 32 * GAPS) return Number.NaN;
  return averaged && value > 0 ? value - (random % 4) / 4 : value;
}

/** 32 bits that depend on both. */
function hash(one: number, other: number): number {
  let bits = Math.imul(one + 1, 0x9e37_79b1) ^ Math.imul(other + 1, 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b_3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a_2d39);
  return (bits ^ (bits >>> 15)) >>> 0;
}
