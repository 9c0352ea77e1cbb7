import { blockEndMs, createBlock, mergeBlock, type SampleBlock } from "#core/series/sample-block.ts";
import { familyOfHistory, type SampleFamily, sampleFamily } from "#core/series/sample-family.ts";
import { DAY_MS, HOUR_MS } from "#core/time.ts";
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

/** Samples in memory, an hour a block. Nothing is ever sealed: what it answers is what samples alone say. */
export class MemorySeriesStore implements SeriesStore, ClusterData {
  /** By shard and cluster, then by hour. */
  readonly #clusters = new Map<string, Map<number, SampleBlock>>();

  async append(
    shard: string,
    writes: readonly SeriesWrite[],
    recentFromMs: number,
    take?: TakeSamples,
  ): Promise<void> {
    for (const { clusterKey, block } of writes) {
      const hours = this.#hours(shard, clusterKey);
      const endMs = blockEndMs(block);
      for (let hourMs = floorTo(block.startMs, HOUR_MS); hourMs < endMs; hourMs += HOUR_MS) {
        const hour = hours.get(hourMs) ?? createBlock(hourMs, hourMs + HOUR_MS);
        mergeBlock(hour, block);
        hours.set(hourMs, hour);
      }
    }
    const ends = new Map(writes.map(({ clusterKey, block }) => [clusterKey, blockEndMs(block)]));
    for (const [clusterKey, endMs] of ends) {
      take?.(clusterKey, this.#slice(shard, clusterKey, Math.min(recentFromMs, endMs), endMs));
    }
  }

  async read(
    shard: string,
    clusterKey: string,
    fromMs: number,
    toMs: number,
    families?: readonly SampleFamily[],
  ) {
    const block = this.#slice(shard, clusterKey, fromMs, toMs);
    for (const [key, { metric }] of block.series) {
      if (families?.includes(sampleFamily(metric)) === false) block.series.delete(key);
    }
    return { block, faults: [] };
  }

  async *readDays(
    shard: string,
    clusterKey: string,
    { metric, fromMs, toMs }: DaysRequest,
  ): AsyncGenerator<DayPart> {
    for (let dayMs = floorTo(fromMs, DAY_MS); dayMs < toMs; dayMs += DAY_MS) {
      const [startMs, endMs] = [Math.max(dayMs, fromMs), Math.min(dayMs + DAY_MS, toMs)];
      const families = [familyOfHistory(metric)];
      const { block } = await this.read(shard, clusterKey, startMs, endMs, families);
      if (block.series.size > 0) yield { part: { kind: "minutes", block }, faults: [] };
    }
  }

  async seal(): Promise<SealReport> {
    return { hours: 0, days: 0, overtaken: 0, faults: [], whole: true };
  }

  async expire({ minutesMs }: KeptFrom): Promise<void> {
    for (const hours of this.#clusters.values()) {
      for (const hourMs of hours.keys()) if (hourMs + HOUR_MS <= minutesMs) hours.delete(hourMs);
    }
  }

  async forget(shard: string, clusterKey: string): Promise<number> {
    const { size } = this.#hours(shard, clusterKey);
    this.#clusters.delete(nameOf(shard, clusterKey));
    return size;
  }

  async count(shard: string, clusterKey: string): Promise<number> {
    return this.#hours(shard, clusterKey).size;
  }

  async extent(shard: string, clusterKey: string): Promise<SeriesExtent> {
    const hours = [...this.#hours(shard, clusterKey).keys()].sort((a, b) => a - b);
    const minuteDays = [...new Set(hours.map((hourMs) => floorTo(hourMs, DAY_MS)))];
    return { rows: hours.length, minuteDays, rollupDays: [] };
  }

  async census(): Promise<readonly TableCensus[]> {
    const hours = [...this.#clusters.values()].flatMap((cluster) => [...cluster.values()]);
    const series = hours.flatMap((hour) => [...hour.series.values()]);
    const values = series.flatMap((each) => [...each.values].filter((value) => !Number.isNaN(value)));
    const { length } = values;
    return [{ table: "samples", rows: hours.length, bytes: length * 8, values: length, faults: [] }];
  }

  #hours(shard: string, clusterKey: string): Map<number, SampleBlock> {
    const name = nameOf(shard, clusterKey);
    const hours = this.#clusters.get(name) ?? new Map<number, SampleBlock>();
    this.#clusters.set(name, hours);
    return hours;
  }

  #slice(shard: string, clusterKey: string, fromMs: number, toMs: number): SampleBlock {
    const slice = createBlock(fromMs, Math.max(fromMs, toMs));
    for (const hour of this.#hours(shard, clusterKey).values()) {
      mergeBlock(slice, hour);
    }
    return slice;
  }
}

function nameOf(shard: string, clusterKey: string): string {
  return JSON.stringify([shard, clusterKey]);
}

function floorTo(ms: number, unitMs: number): number {
  return Math.floor(ms / unitMs) * unitMs;
}
