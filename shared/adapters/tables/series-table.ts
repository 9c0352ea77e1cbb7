import type { SampleBlock } from "#core/series/sample-block.ts";
import type { SampleFamily } from "#core/series/sample-family.ts";
import type { ClusterData } from "#ports/cluster-data.ts";
import type {
  DayPart,
  DaysRequest,
  KeptFrom,
  SealReport,
  SeriesExtent,
  SeriesStore,
  SeriesWrite,
} from "#ports/series-store.ts";
import type { TableCensus } from "#ports/storage-census.ts";
import { type AppendOptions, SeriesAppender } from "./series-appender.ts";
import { SeriesKeeper } from "./series-keeper.ts";
import { SeriesReader } from "./series-reader.ts";
import { SeriesSealer } from "./series-sealer.ts";
import type { TableAccount } from "./table-account.ts";

/** Samples in tables; the layers are told in `series-layout.ts`. */
export class SeriesTable implements SeriesStore, ClusterData {
  readonly #appender: SeriesAppender;
  readonly #reader: SeriesReader;
  readonly #sealer: SeriesSealer;
  readonly #keeper: SeriesKeeper;

  constructor(account: TableAccount, options: AppendOptions = {}) {
    this.#reader = new SeriesReader(account, options);
    this.#appender = new SeriesAppender(account, this.#reader, options);
    this.#sealer = new SeriesSealer(account, this.#reader);
    this.#keeper = new SeriesKeeper(account);
  }

  append(
    shard: string,
    writes: readonly SeriesWrite[],
    recentFromMs: number,
  ): Promise<Map<string, SampleBlock>> {
    return this.#appender.append(shard, writes, recentFromMs);
  }

  read(
    shard: string,
    clusterKey: string,
    fromMs: number,
    toMs: number,
    families?: readonly SampleFamily[],
  ): Promise<{ readonly block: SampleBlock; readonly faults: readonly string[] }> {
    return this.#reader.read(shard, clusterKey, fromMs, toMs, families);
  }

  readDays(shard: string, clusterKey: string, request: DaysRequest): AsyncIterable<DayPart> {
    return this.#reader.readDays(shard, clusterKey, request);
  }

  seal(nowMs: number, signal: AbortSignal): Promise<SealReport> {
    return this.#sealer.seal(nowMs, signal);
  }

  expire(keptFrom: KeptFrom): Promise<void> {
    return this.#keeper.expire(keptFrom);
  }

  forget(shard: string, clusterKey: string): Promise<number> {
    return this.#keeper.forget(shard, clusterKey);
  }

  async count(shard: string, clusterKey: string): Promise<number> {
    return (await this.extent(shard, clusterKey)).rows;
  }

  extent(shard: string, clusterKey: string): Promise<SeriesExtent> {
    return this.#keeper.extent(shard, clusterKey);
  }

  census(signal: AbortSignal): Promise<readonly TableCensus[]> {
    return this.#keeper.census(signal);
  }
}
