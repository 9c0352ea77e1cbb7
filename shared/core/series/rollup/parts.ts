import type { HistoryMetric, HistoryScope } from "../aggregate-minutes.ts";
import { type DerivedLabels, derivedLabels } from "../aggregate-series.ts";
import type { ChunkSeries } from "../chunk/chunk.ts";
import type { Protocol } from "../sample-block.ts";
import type { ValueRows } from "../value-rows.ts";

/**
 * What a chunk holds of a derived series, each as a series of its own:
 *
 * - `max`, `min`, `sum`, `count`: step-parts.ts
 * - `denominator`, `maxDiff`, `maxRaw`, ...: quotients.ts
 */
export type PlainPart = "max" | "min" | "sum" | "count";
export type Measure = Exclude<PlainPart, "count">;
export type Part = PlainPart | "denominator" | `${Measure}Diff` | `${Measure}Raw`;

export type PackedPart = readonly [part: Part, values: Float64Array];

/** The series of a chunk that belong to one derived series, by metric and part; `undefined` for one that was left out. */
export type FindPart = (metric: HistoryMetric, part: Part) => Float64Array | undefined;

/** Where the parts of one derived series are read from. */
export interface PartSource {
  readonly find: FindPart;
  readonly stepMs: number;
  /** Of the chunk's steps, for values that have to be made. */
  readonly rows: ValueRows;
}

/** Names of chunk series: metric, scope, backend IP, protocol, resource id, part. */
export function partName(
  metric: HistoryMetric,
  by: HistoryScope,
  { backendIp, protocol, resourceId }: DerivedLabels,
  part: Part,
): ChunkSeries["name"] {
  return [metric, by, backendIp ?? null, protocol ?? null, resourceId ?? null, part];
}

/** @throws RangeError for a protocol that no writer of ours knows */
export function labelsOfName([, , backendIp, protocol, resourceId]: ChunkSeries["name"]): DerivedLabels {
  return {
    ...derivedLabels(backendIp ?? undefined, protocolOf(protocol)),
    ...(resourceId == null ? {} : { resourceId }),
  };
}

function protocolOf(text: string | null | undefined): Protocol | undefined {
  if (text === undefined || text === null) return undefined;
  if (text === "tcp" || text === "udp") return text;
  throw new RangeError(`protocol of a roll-up's series: must be tcp or udp: ${text}`);
}
