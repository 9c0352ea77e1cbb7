import type { SampleBlock } from "../series/sample-block.ts";
import type { NodeLoad, NodeLoadReading } from "./node-load.ts";

/** Most nodes that are kept of a reading. */
const MOST_KEPT = 20;

/** Of each measure the most pressed is kept in any case: it tells how far away trouble is. */
const KEPT_OF_EACH = 1;

/** Others are kept from this part of a limit on: half of a fleet's states would be nodes at ease. */
const KEPT_FROM = 0.35;

/** More digits than these say nothing, and are stored each minute. */
const DIGITS = 4;

/** Where each measure begins to hurt: what makes them comparable. */
const TIGHT_CPU = 0.95;
const TIGHT_MEMORY_BYTES = 300 * 1_024 * 1_024;
const TIGHT_DISK_QUEUE = 10;
const TIGHT_DISK_IOPS = 0.95;

/** What one node's values add up to while they are read. */
interface Tally {
  readonly node: string;
  readonly cpu: Mean;
  readonly diskQueue: Mean;
  readonly diskIops: Mean;
  leastMemory: number | null;
}

interface Mean {
  sum: number;
  count: number;
}

/**
 * How busy the nodes of a block were over its minutes, the most pressed kept.
 *
 * @param atMs end of the minutes that were read
 */
export function summariseNodeLoad(block: SampleBlock, atMs: number): NodeLoadReading {
  const loads = [...tallies(block).values()].map(loadOf).filter(hasAnyValue);
  const kept = new Set<NodeLoad>();
  for (const press of PRESSES) {
    for (const load of mostPressed(loads, press).slice(0, KEPT_OF_EACH)) kept.add(load);
  }
  for (const load of mostPressed(loads, pressureOf)) {
    if (kept.size >= MOST_KEPT || pressureOf(load) < KEPT_FROM) break;
    kept.add(load);
  }
  return { atMs, nodes: loads.length, busiest: mostPressed([...kept], pressureOf) };
}

function tallies(block: SampleBlock): Map<string, Tally> {
  const found = new Map<string, Tally>();
  for (const series of block.series.values()) {
    const { metric, labels } = series;
    if (labels.node === undefined || !NODE_METRICS.has(metric)) continue;
    const key = `${labels.resourceId ?? ""}|${labels.node}`;
    const tally = found.get(key) ?? newTally(labels.node);
    found.set(key, tally);
    for (let minute = 0; minute < block.minutes; minute += 1) {
      const value = series.at(minute);
      if (Number.isNaN(value)) continue;
      if (metric === "nodeMemory") tally.leastMemory = Math.min(tally.leastMemory ?? value, value);
      else if (metric === "nodeCpu") add(tally.cpu, value);
      else if (metric === "nodeDiskQueue") add(tally.diskQueue, value);
      else add(tally.diskIops, value);
    }
  }
  return found;
}

const NODE_METRICS: ReadonlySet<string> = new Set(["nodeCpu", "nodeMemory", "nodeDiskQueue", "nodeDiskIops"]);

function newTally(node: string): Tally {
  const mean = (): Mean => ({ sum: 0, count: 0 });
  return { node, cpu: mean(), diskQueue: mean(), diskIops: mean(), leastMemory: null };
}

function add(mean: Mean, value: number): void {
  mean.sum += value;
  mean.count += 1;
}

function loadOf({ node, cpu, diskQueue, diskIops, leastMemory }: Tally): NodeLoad {
  const meanOf = ({ sum, count }: Mean) => (count === 0 ? null : rounded(sum / count));
  return {
    node,
    cpu: meanOf(cpu),
    memoryBytes: leastMemory === null ? null : rounded(leastMemory),
    diskQueue: meanOf(diskQueue),
    diskIops: meanOf(diskIops),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

function hasAnyValue({ cpu, memoryBytes, diskQueue, diskIops }: NodeLoad): boolean {
  return cpu !== null || memoryBytes !== null || diskQueue !== null || diskIops !== null;
}

/** How pressed a node is by each measure; 1: it begins to hurt. */
const PRESSES: readonly ((load: NodeLoad) => number)[] = [
  ({ cpu }) => (cpu ?? 0) / TIGHT_CPU,
  ({ memoryBytes }) => (memoryBytes === null ? 0 : TIGHT_MEMORY_BYTES / Math.max(1, memoryBytes)),
  ({ diskQueue }) => (diskQueue ?? 0) / TIGHT_DISK_QUEUE,
  ({ diskIops }) => (diskIops ?? 0) / TIGHT_DISK_IOPS,
];

function pressureOf(load: NodeLoad): number {
  return Math.max(...PRESSES.map((press) => press(load)));
}

function mostPressed(loads: readonly NodeLoad[], press: (load: NodeLoad) => number): NodeLoad[] {
  return loads.toSorted((a, b) => press(b) - press(a));
}
