import { MINUTE_MS } from "../time.ts";
import type { ValueRows } from "./value-rows.ts";

/**
 * What we keep of Azure's metrics, one value a minute for each series.
 *
 * - `usedPorts`, `allocatedPorts`: ports (Average) of one backend on one frontend and protocol
 * - `failedConnections`, `succeededConnections`, `pendingConnections`: new connections in the minute (Total) of one backend
 * - `vipAvailability`: data path availability of one frontend, ratio 0..1
 * - `dipAvailability`: health probe status of one backend and backend port, ratio 0..1
 *
 * Of a device (label `resourceId`):
 * - `natConnections`: SNAT connections open through a NAT gateway (Total), by protocol
 * - `natAttemptedConnections`, `natFailedConnections`: new ones in the minute, by protocol
 * - `natPacketDrops`, `natPackets`, `natBytes`: in the minute, both directions
 * - `natDatapath`: availability, ratio 0..1
 * - `firewallSnatUtilization`: SNAT ports in use, ratio 0..1, by protocol
 * - `firewallHealth`: ratio 0..1, by reason (label `reason`, absent while Azure gives none)
 * - `firewallThroughput`: bits a second; `firewallLatency`: of Azure's own probe, milliseconds (0: the probe does not work)
 * - `firewallDenials`: denials of the cluster's traffic, one value for each five minutes, at their first minute
 *
 * Of a node (labels `resourceId` of its scale set and `node`), read now and then, judged, not stored:
 * - `nodeCpu`, `nodeDiskIops`: ratio 0..1; `nodeMemory`: available bytes; `nodeDiskQueue`: requests waiting at the OS disk
 */
export const METRIC_NAMES = [
  "usedPorts",
  "allocatedPorts",
  "failedConnections",
  "succeededConnections",
  "pendingConnections",
  "vipAvailability",
  "dipAvailability",
  "natConnections",
  "natAttemptedConnections",
  "natFailedConnections",
  "natPacketDrops",
  "natPackets",
  "natBytes",
  "natDatapath",
  "firewallSnatUtilization",
  "firewallHealth",
  "firewallThroughput",
  "firewallLatency",
  "firewallDenials",
  "nodeCpu",
  "nodeMemory",
  "nodeDiskQueue",
  "nodeDiskIops",
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

export type Protocol = "tcp" | "udp";

/** What tells two series of one cluster and metric apart. An absent label was not split by. */
export interface SeriesLabels {
  readonly frontendIp?: string;
  readonly backendIp?: string;
  readonly protocol?: Protocol;
  /** Backend port of a health probe, as Azure names it. */
  readonly port?: string;
  /** Key of a device's ARM id (`resourceKey`): NAT gateway, firewall, scale set. */
  readonly resourceId?: string;
  /** Why a firewall's health is what it is, as Azure writes it. */
  readonly reason?: string;
  /** Kubernetes node name. */
  readonly node?: string;
}

/** What names a series within its cluster. Who meets the same series each minute keeps one object for it. */
export interface SeriesName {
  /** {@link seriesKey} of the rest. */
  readonly key: string;
  readonly metric: MetricName;
  readonly labels: SeriesLabels;
}

/**
 * One value a minute from the block's start. `NaN` is "no value", never a number Azure sends.
 *
 * The values are a row of memory that many series share: an array of its own for each would be most of what a collection cycle
 * leaves to the garbage collector (test/bench).
 */
export class Series {
  readonly name: SeriesName;
  readonly #rows: Float64Array;
  readonly #start: number;
  readonly #minutes: number;
  #values: Float64Array | undefined;

  /** @param start of its values in `rows`, `minutes` of them */
  constructor(name: SeriesName, rows: Float64Array, start: number, minutes: number) {
    this.name = name;
    this.#rows = rows;
    this.#start = start;
    this.#minutes = minutes;
  }

  get metric(): MetricName {
    return this.name.metric;
  }

  get labels(): SeriesLabels {
    return this.name.labels;
  }

  /** The value of the block's n-th minute; `NaN` also outside it. */
  at(minute: number): number {
    if (minute < 0 || minute >= this.#minutes) return Number.NaN;
    return this.#rows[this.#start + minute] ?? Number.NaN;
  }

  /** @param minute within the block */
  set(minute: number, value: number): void {
    this.#rows[this.#start + minute] = value;
  }

  /** The values as an array over the same memory, for who walks through many of them. */
  get values(): Float64Array {
    this.#values ??= this.#rows.subarray(this.#start, this.#start + this.#minutes);
    return this.#values;
  }
}

/** A span of whole minutes of one cluster, by series key. */
export interface SampleBlock {
  /** Epoch milliseconds of the first minute; a whole minute. */
  readonly startMs: number;
  /** How many minutes the block spans; every series has so many values. */
  readonly minutes: number;
  readonly series: Map<string, Series>;
}

/** The name of a series within its cluster: equal for equal metric and labels. */
export function seriesKey(metric: MetricName, labels: SeriesLabels): string {
  const key = `${metric}|${labels.frontendIp ?? ""}|${labels.backendIp ?? ""}|${labels.protocol ?? ""}|${labels.port ?? ""}`;
  // Nearly every series is a backend's.
  return labels.resourceId === undefined
    ? key
    : `${key}|${labels.resourceId}|${labels.reason ?? ""}|${labels.node ?? ""}`;
}

function seriesIn(rows: ValueRows, name: SeriesName, minutes: number): Series {
  const start = rows.take();
  return new Series(name, rows.buffer, start, minutes);
}

export function nameSeries(metric: MetricName, labels: SeriesLabels): SeriesName {
  return { key: seriesKey(metric, labels), metric, labels };
}

/** @throws RangeError if the span is not whole minutes, which only a bug upstream can cause */
export function createBlock(startMs: number, endMs: number): SampleBlock {
  if (startMs % MINUTE_MS !== 0 || endMs % MINUTE_MS !== 0 || endMs < startMs) {
    throw new RangeError(`a block spans whole minutes: ${startMs}..${endMs}`);
  }
  return { startMs, minutes: (endMs - startMs) / MINUTE_MS, series: new Map() };
}

/** The end of the block, exclusive. */
export function blockEndMs(block: SampleBlock): number {
  return block.startMs + block.minutes * MINUTE_MS;
}

/**
 * The series of that name in the block, made empty (all `NaN`) if it is not there yet.
 *
 * @param rows where the values of a new one are cut from, with rows of the block's minutes; a caller that makes many has one
 */
export function ensureSeries(
  block: SampleBlock,
  metric: MetricName,
  labels: SeriesLabels,
  rows?: ValueRows,
): Series {
  return ensureNamed(block, nameSeries(metric, labels), rows);
}

/** The same for who has the name. */
export function ensureNamed(block: SampleBlock, name: SeriesName, rows?: ValueRows): Series {
  const known = block.series.get(name.key);
  if (known !== undefined) return known;
  const { minutes } = block;
  const series =
    rows === undefined
      ? new Series(name, new Float64Array(minutes).fill(Number.NaN), 0, minutes)
      : seriesIn(rows, name, minutes);
  block.series.set(name.key, series);
  return series;
}

/**
 * Copies the values of `from` over those of `into`, where the two overlap.
 *
 * A later reading of a minute replaces an earlier one, but "no value" never erases a value: Azure rewrites late
 * minutes, it does not take them back.
 *
 * @returns whether any value of `into` changed
 */
export function mergeBlock(into: SampleBlock, from: SampleBlock): boolean {
  const first = Math.max(into.startMs, from.startMs);
  const end = Math.min(blockEndMs(into), blockEndMs(from));
  const count = (end - first) / MINUTE_MS;
  if (count <= 0) return false;
  const intoAt = (first - into.startMs) / MINUTE_MS;
  const fromAt = (first - from.startMs) / MINUTE_MS;
  let changed = false;
  for (const source of from.series.values()) {
    let target: Series | undefined;
    for (let i = 0; i < count; i += 1) {
      const value = source.at(fromAt + i);
      if (Number.isNaN(value)) continue;
      target ??= ensureNamed(into, source.name);
      if (target.at(intoAt + i) === value) continue;
      target.set(intoAt + i, value);
      changed = true;
    }
  }
  return changed;
}

/** The part of the block between the two instants, as a block of exactly that span; minutes outside are "no value". */
export function sliceBlock(block: SampleBlock, startMs: number, endMs: number): SampleBlock {
  const slice = createBlock(startMs, endMs);
  mergeBlock(slice, block);
  return slice;
}

/** The value of a minute, or `undefined` where there is none (or the minute is outside the block). */
export function valueAt(block: SampleBlock, series: Series, minuteMs: number): number | undefined {
  const value = series.at((minuteMs - block.startMs) / MINUTE_MS);
  return Number.isNaN(value) ? undefined : value;
}
