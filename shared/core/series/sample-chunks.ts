import { MINUTE_MS } from "../time.ts";
import type { Chunk, ChunkSeries } from "./chunk/chunk.ts";
import {
  blockEndMs,
  ensureSeries,
  METRIC_NAMES,
  type MetricName,
  type Protocol,
  type SampleBlock,
  type SeriesLabels,
} from "./sample-block.ts";
import { SAMPLE_FAMILIES, type SampleFamily, sampleFamily } from "./sample-family.ts";
import { ValueRows } from "./value-rows.ts";

/** Fields of a series' name in a chunk of samples, in their order. Part of the stored form: see FORMAT.md. */
type SampleName = readonly [
  metric: string,
  frontendIp: string | null,
  backendIp: string | null,
  protocol: string | null,
  port: string | null,
  resourceId: string | null,
  reason: string | null,
  node: string | null,
];

/**
 * The samples of a span as chunks, one for each family that has any. Series without a value in the span are left out; the
 * others come in an order that depends on their names alone.
 *
 * @param fromMs whole minute within the block
 * @param toMs whole minute within the block, exclusive
 */
export function sampleChunks(
  block: SampleBlock,
  fromMs: number,
  toMs: number,
): { readonly family: SampleFamily; readonly chunk: Chunk }[] {
  const first = (fromMs - block.startMs) / MINUTE_MS;
  const steps = (toMs - fromMs) / MINUTE_MS;
  const families = new Map<SampleFamily, { key: string; series: ChunkSeries }[]>();
  for (const [key, { metric, labels, values }] of block.series) {
    const part = values.subarray(first, first + steps);
    if (!part.some((value) => !Number.isNaN(value))) continue;
    const family = sampleFamily(metric);
    const others = families.get(family) ?? [];
    families.set(family, others);
    others.push({ key, series: { name: nameOf(metric, labels), values: part } });
  }
  return SAMPLE_FAMILIES.flatMap((family) => {
    const found = families.get(family);
    if (found === undefined) return [];
    found.sort((a, b) => (a.key < b.key ? -1 : 1));
    const series = found.map((each) => each.series);
    return [{ family, chunk: { startMs: fromMs, stepMs: MINUTE_MS, steps, series } }];
  });
}

/** A series as a chunk names it. */
interface Named {
  readonly name: ChunkSeries["name"];
  readonly metric: MetricName;
  readonly labels: SeriesLabels;
  /** Its values in the block, once it has any. */
  target: Float64Array | undefined;
}

/** Copies chunks of samples into a block. */
export class ChunkCopier {
  readonly #block: SampleBlock;
  readonly #rows: ValueRows;
  /** Hour for hour the same series come in the same order: what a name means is mostly known from the chunk before. */
  readonly #before = new Map<SampleFamily, readonly Named[]>();

  constructor(block: SampleBlock) {
    this.#block = block;
    this.#rows = new ValueRows(block.minutes);
  }

  /**
   * Copies the values of a chunk over those of the block, where the two overlap; "no value" changes nothing.
   *
   * @throws Error where the chunk's steps are no minutes, or a series is of a metric that this version does not know
   */
  copy(family: SampleFamily, chunk: Chunk): void {
    const block = this.#block;
    if (chunk.stepMs !== MINUTE_MS || chunk.startMs % MINUTE_MS !== 0) {
      throw new Error(`chunk in steps of ${chunk.stepMs} ms from ${chunk.startMs}, expected whole minutes`);
    }
    const before = this.#before.get(family) ?? [];
    const named = chunk.series.map(({ name }, index): Named => {
      const known = before[index];
      return known !== undefined && isSameName(known.name, name) ? known : readName(name);
    });
    this.#before.set(family, named);
    const firstMs = Math.max(chunk.startMs, block.startMs);
    const endMs = Math.min(chunk.startMs + chunk.steps * MINUTE_MS, blockEndMs(block));
    const count = (endMs - firstMs) / MINUTE_MS;
    if (count <= 0) return;
    const from = (firstMs - chunk.startMs) / MINUTE_MS;
    const into = (firstMs - block.startMs) / MINUTE_MS;
    for (const [index, { values }] of chunk.series.entries()) {
      const series = named[index];
      if (series === undefined) continue;
      for (let i = 0; i < count; i += 1) {
        const value = values[from + i];
        if (value === undefined || Number.isNaN(value)) continue;
        series.target ??= ensureSeries(block, series.metric, series.labels, this.#rows).values;
        series.target[into + i] = value;
      }
    }
  }
}

function isSameName(one: ChunkSeries["name"], other: ChunkSeries["name"]): boolean {
  return one.length === other.length && one.every((field, index) => field === other[index]);
}

function nameOf(metric: MetricName, labels: SeriesLabels): SampleName {
  const { frontendIp, backendIp, protocol, port, resourceId, reason, node } = labels;
  return [
    metric,
    frontendIp ?? null,
    backendIp ?? null,
    protocol ?? null,
    port ?? null,
    resourceId ?? null,
    reason ?? null,
    node ?? null,
  ];
}

function readName(name: ChunkSeries["name"]): Named {
  const [metric, frontendIp, backendIp, protocol, port, resourceId, reason, node] = name;
  // A later version may know more; without its name a series could not be written back.
  if (!isMetric(metric)) throw new Error(`series of the unknown metric ${String(metric)}`);
  if (protocol != null && !isProtocol(protocol))
    throw new Error(`series of the unknown protocol ${protocol}`);
  const labels: SeriesLabels = {
    ...(typeof frontendIp === "string" && { frontendIp }),
    ...(typeof backendIp === "string" && { backendIp }),
    ...(protocol != null && { protocol }),
    ...(typeof port === "string" && { port }),
    ...(typeof resourceId === "string" && { resourceId }),
    ...(typeof reason === "string" && { reason }),
    ...(typeof node === "string" && { node }),
  };
  return { name, metric, labels, target: undefined };
}

const METRICS: ReadonlySet<unknown> = new Set(METRIC_NAMES);

function isMetric(value: unknown): value is MetricName {
  return METRICS.has(value);
}

function isProtocol(value: string): value is Protocol {
  return value === "tcp" || value === "udp";
}
