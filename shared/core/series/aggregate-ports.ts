import {
  type DerivedLabels,
  derivedKey,
  derivedLabels,
  hasValue,
  mergeInto,
  type SeriesMap,
  storedSeries,
} from "./aggregate-series.ts";
import type { SampleBlock } from "./sample-block.ts";

const PORT_METRICS = ["usedPorts", "allocatedPorts", "usedRatio"] as const;
type PortMetric = (typeof PORT_METRICS)[number];

/** Values of one metric, for each frontend. */
type Parts = ReadonlyMap<string, Float64Array>;

/** Both metrics of one node and protocol. */
interface Frontends {
  readonly labels: DerivedLabels;
  readonly used: Map<string, Float64Array>;
  readonly allocated: Map<string, Float64Array>;
}

/**
 * Used and allocated ports of each node and protocol, summed over its frontends, and the one over the other.
 *
 * A load balancer uses its frontends up one at a time, so only the sums tell how full a node is. A minute in which a frontend
 * has one of the two numbers and not the other has no sum: it would understate.
 *
 * @param metrics the others are left empty
 */
export function derivePorts(
  block: SampleBlock,
  metrics: readonly PortMetric[] = PORT_METRICS,
): Readonly<Record<PortMetric, SeriesMap>> {
  const ports: Record<PortMetric, SeriesMap> = {
    usedPorts: new Map(),
    allocatedPorts: new Map(),
    usedRatio: new Map(),
  };
  for (const [key, { labels, used, allocated }] of groupByNode(block)) {
    const usedPorts = sumWhole(used, allocated, block.minutes);
    const allocatedPorts = sumWhole(allocated, used, block.minutes);
    const known = { usedPorts, allocatedPorts };
    for (const metric of metrics) {
      const values = metric === "usedRatio" ? divide(usedPorts, allocatedPorts) : known[metric];
      if (hasValue(values)) ports[metric].set(key, { key, labels, values });
    }
  }
  return ports;
}

function groupByNode(block: SampleBlock): Map<string, Frontends> {
  const nodes = new Map<string, Frontends>();
  for (const { metric, labels, values } of storedSeries(block, ["usedPorts", "allocatedPorts"])) {
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
function sumWhole(parts: Parts, others: Parts, minutes: number): Float64Array {
  const [only] = parts.values();
  // Nearly every node has one frontend: what is missing of it is missing of the sum.
  if (only !== undefined && parts.size === 1 && isSubset(others, parts)) return only;
  const sums = new Float64Array(minutes).fill(Number.NaN);
  for (const values of parts.values()) mergeInto(sums, values, add);
  for (const [frontend, other] of others) blankLacking(sums, parts.get(frontend), other);
  return sums;
}

function isSubset(parts: Parts, of: Parts): boolean {
  return [...parts.keys()].every((frontend) => of.has(frontend));
}

/** No sum in minutes in which a frontend has the other number, but not this one. */
function blankLacking(sums: Float64Array, part: Float64Array | undefined, other: Float64Array): void {
  for (let i = 0; i < sums.length; i += 1) {
    if (!Number.isNaN(other[i] ?? Number.NaN) && Number.isNaN(part?.[i] ?? Number.NaN)) sums[i] = Number.NaN;
  }
}

/** Without an allocation there is nothing to be a share of: no value, rather than infinity. */
function divide(used: Float64Array, allocated: Float64Array): Float64Array {
  const ratios = new Float64Array(used.length);
  for (let i = 0; i < ratios.length; i += 1) {
    const limit = allocated[i] ?? 0;
    ratios[i] = limit > 0 ? (used[i] ?? Number.NaN) / limit : Number.NaN;
  }
  return ratios;
}

function add(a: number, b: number): number {
  return a + b;
}
