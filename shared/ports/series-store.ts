import type { HistoryMetric, HistoryScope } from "#core/series/aggregate-minutes.ts";
import type { Aggregation } from "#core/series/aggregate-steps.ts";
import type { Chunk } from "#core/series/chunk/chunk.ts";
import type { SampleBlock } from "#core/series/sample-block.ts";
import type { SampleFamily } from "#core/series/sample-family.ts";
import type { TableCensus } from "./storage-census.ts";

export interface SeriesWrite {
  readonly clusterKey: string;
  readonly block: SampleBlock;
}

/** Takes the stored samples of one cluster; they are its own. */
export type TakeSamples = (clusterKey: string, samples: SampleBlock) => void;

/** What a history in steps of five minutes or more is made from. */
export interface DaysRequest {
  readonly metric: HistoryMetric;
  readonly by: HistoryScope;
  readonly aggregation: Aggregation;
  /** 5 minutes, an hour or a day, ms. */
  readonly stepMs: number;
  /** Start of a step. */
  readonly fromMs: number;
  /** Exclusive; a whole minute, the end of a step unless nothing later can be stored yet. */
  readonly toMs: number;
}

/** What the store holds of one UTC day. */
export interface DayPart {
  /** The day's roll-up where it is sealed, else its minutes; `null` where nothing can be read. */
  readonly part:
    | { readonly kind: "minutes"; readonly block: SampleBlock }
    | { readonly kind: "rollup"; readonly chunk: Chunk }
    | null;
  /** A sentence for each stored part that cannot be read and is left out. */
  readonly faults: readonly string[];
}

/** What one sealing did. */
export interface SealReport {
  readonly hours: number;
  readonly days: number;
  /** Hours and days that somebody else changed meanwhile: they are due again. */
  readonly overtaken: number;
  /** A sentence for each stored part that cannot be read: it is left as it is. */
  readonly faults: readonly string[];
  /** False where the signal ended it before everything that was due was done. */
  readonly whole: boolean;
}

/** From when on each layer is kept, epoch ms; what is older goes in whole units of storage. */
export interface KeptFrom {
  readonly minutesMs: number;
  readonly fivesMs: number;
  readonly rollupsMs: number;
}

/** What is stored of one cluster, from the keys alone. */
export interface SeriesExtent {
  /** Of all layers. */
  readonly rows: number;
  /** Starts of the UTC days of which there are minutes, in the order of time. */
  readonly minuteDays: readonly number[];
  /** Starts of the UTC days of which there are hourly and daily roll-ups, in the order of time. */
  readonly rollupDays: readonly number[];
}

/** Where samples live. Every adapter passes test/contract/series-store.ts. */
export interface SeriesStore {
  /**
   * Adds samples of clusters of one shard. Idempotent: writing the same again changes nothing; a later reading of a minute
   * replaces the earlier value; "no value" never erases a value. Two writers at once lose nothing of either.
   *
   * @param take is called once for each cluster, when all its writes are stored, with what the store now holds from `recentFromMs` to
   *   the end of its last block. One cluster after the other, so that the samples of a shard need not be in memory together. From
   *   then on the store does not look at the cluster's blocks again
   * @throws AdapterError when the store cannot be reached; then any part may have been written, and writing again is safe
   */
  append(
    shard: string,
    writes: readonly SeriesWrite[],
    recentFromMs: number,
    take?: TakeSamples,
  ): Promise<void>;

  /**
   * Samples of one cluster between the two instants (whole minutes, `toMs` exclusive), as a block of exactly that span.
   * A stored part that cannot be decoded is left out and named in `faults`.
   *
   * @param families brings only the metrics of these; all without it
   */
  read(
    shard: string,
    clusterKey: string,
    fromMs: number,
    toMs: number,
    families?: readonly SampleFamily[],
  ): Promise<{ readonly block: SampleBlock; readonly faults: readonly string[] }>;

  /** Days of one cluster in the order of time, for answers in steps; days of which nothing is stored are left out. */
  readDays(shard: string, clusterKey: string, request: DaysRequest): AsyncIterable<DayPart>;

  /**
   * Makes sealed hours, sealed days and roll-ups of what has settled by `nowMs`. Changes no answer. Killed at any point it is simply
   * run again, and two at once do no harm.
   */
  seal(nowMs: number, signal: AbortSignal): Promise<SealReport>;

  /** Drops what is older, in whole units of storage; what is younger stays. */
  expire(keptFrom: KeptFrom): Promise<void>;

  /** Deletes everything of one cluster, whatever its age. @returns how many rows that were */
  forget(shard: string, clusterKey: string): Promise<number>;

  extent(shard: string, clusterKey: string): Promise<SeriesExtent>;

  /** Reads and decodes everything there is, a table at a time. */
  census(signal: AbortSignal): Promise<readonly TableCensus[]>;
}
