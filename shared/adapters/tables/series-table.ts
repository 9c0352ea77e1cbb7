import { madeOnce } from "#core/made-once.ts";
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
  TakeSamples,
} from "#ports/series-store.ts";
import type { TableCensus } from "#ports/storage-census.ts";
import type { AppendOptions } from "./series-appender.ts";
import type { SeriesParts } from "./series-parts.ts";
import type { TableAccount } from "./table-account.ts";

/**
 * Samples in tables; the layers are told in `series-layout.ts`. Codec, roll-ups and layers are read at the first use: a request for
 * the fleet's health needs none of them.
 */
export class SeriesTable implements SeriesStore, ClusterData {
  readonly #parts: () => Promise<SeriesParts>;

  constructor(account: TableAccount, options: AppendOptions = {}) {
    this.#parts = madeOnce(async () => {
      const { createSeriesParts } = await import("./series-parts.ts");
      return createSeriesParts(account, options);
    });
  }

  async append(
    shard: string,
    writes: readonly SeriesWrite[],
    recentFromMs: number,
    take?: TakeSamples,
  ): Promise<void> {
    const { appender } = await this.#parts();
    await appender.append(shard, writes, recentFromMs, take);
  }

  async read(
    shard: string,
    clusterKey: string,
    fromMs: number,
    toMs: number,
    families?: readonly SampleFamily[],
  ): Promise<{ readonly block: SampleBlock; readonly faults: readonly string[] }> {
    const { reader } = await this.#parts();
    return await reader.read(shard, clusterKey, fromMs, toMs, families);
  }

  async *readDays(shard: string, clusterKey: string, request: DaysRequest): AsyncIterable<DayPart> {
    const { reader } = await this.#parts();
    yield* reader.readDays(shard, clusterKey, request);
  }

  async seal(nowMs: number, signal: AbortSignal): Promise<SealReport> {
    const { sealer } = await this.#parts();
    return await sealer.seal(nowMs, signal);
  }

  async expire(keptFrom: KeptFrom): Promise<void> {
    const { keeper } = await this.#parts();
    await keeper.expire(keptFrom);
  }

  async forget(shard: string, clusterKey: string): Promise<number> {
    const { keeper } = await this.#parts();
    return await keeper.forget(shard, clusterKey);
  }

  async count(shard: string, clusterKey: string): Promise<number> {
    return (await this.extent(shard, clusterKey)).rows;
  }

  async extent(shard: string, clusterKey: string): Promise<SeriesExtent> {
    const { keeper } = await this.#parts();
    return await keeper.extent(shard, clusterKey);
  }

  async census(signal: AbortSignal): Promise<readonly TableCensus[]> {
    const { keeper } = await this.#parts();
    return await keeper.census(signal);
  }
}
