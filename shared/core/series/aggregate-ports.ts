import { type DerivedLabels, derivedKey, derivedLabels, type SeriesMap } from "./aggregate-series.ts";
import type { SampleBlock } from "./sample-block.ts";

/** Both metrics of one node and protocol, a pair for each frontend. */
interface Frontends {
  readonly labels: DerivedLabels;
  readonly used: Map<string, Float64Array>;
  readonly allocated: Map<string, Float64Array>;
}

/**
 * Used or allocated ports of each node and protocol, summed over its frontends; or the one over the other.
 *
 * A load balancer uses its frontends up one at a time, so only the sums tell how full a node is. A minute in which a frontend
 * has one of the two numbers and not the other has no sum: it would understate.
 */
export function derivePorts(
  block: SampleBlock,
  metric: "usedPorts" | "allocatedPorts" | "usedRatio",
): SeriesMap {
  const result: SeriesMap = new Map();
  for (const [key, node] of groupByNode(block)) {
    const used = sumWhole(node.used, node.allocated, block.minutes);
    const allocated = sumWhole(node.allocated, node.used, block.minutes);
    const values = { usedPorts: used, allocatedPorts: allocated, usedRatio: divide(used, allocated) }[metric];
    if (values.some((value) => !Number.isNaN(value))) result.set(key, { key, labels: node.labels, values });
  }
  return result;
}

function groupByNode(block: SampleBlock): Map<string, Frontends> {
  const nodes = new Map<string, Frontends>();
  for (const { metric, labels, values } of block.series.values()) {
    if (metric !== "usedPorts" && metric !== "allocatedPorts") continue;
    const nodeLabels = derivedLabels(labels.backendIp, labels.protocol);
    const key = derivedKey(nodeLabels);
    const node = nodes.get(key) ?? { labels: nodeLabels, used: new Map(), allocated: new Map() };
    nodes.set(key, node);
    node[metric === "usedPorts" ? "used" : "allocated"].set(labels.frontendIp ?? "", values);
  }
  return nodes;
}

/**
 * The sum over the frontends of a node.
 *
 * @param others the other metric of the same frontends; where none of them has a value at all, nothing is known to be missing
 */
function sumWhole(
  parts: ReadonlyMap<string, Float64Array>,
  others: ReadonlyMap<string, Float64Array>,
  minutes: number,
): Float64Array {
  const sums = new Float64Array(minutes).fill(Number.NaN);
  for (let i = 0; i < minutes; i += 1) {
    let sum = Number.NaN;
    for (const values of parts.values()) {
      const value = values[i] ?? Number.NaN;
      if (!Number.isNaN(value)) sum = Number.isNaN(sum) ? value : sum + value;
    }
    if (!Number.isNaN(sum) && !lacksPart(parts, others, i)) sums[i] = sum;
  }
  return sums;
}

function lacksPart(
  parts: ReadonlyMap<string, Float64Array>,
  others: ReadonlyMap<string, Float64Array>,
  minute: number,
): boolean {
  for (const [frontend, values] of others) {
    if (Number.isNaN(values[minute] ?? Number.NaN)) continue;
    if (Number.isNaN(parts.get(frontend)?.[minute] ?? Number.NaN)) return true;
  }
  return false;
}

/** Without an allocation there is nothing to be a share of: no value, rather than infinity. */
function divide(used: Float64Array, allocated: Float64Array): Float64Array {
  return used.map((value, i) => {
    const limit = allocated[i] ?? 0;
    return limit > 0 ? value / limit : Number.NaN;
  });
}
