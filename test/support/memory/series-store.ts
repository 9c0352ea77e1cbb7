import { blockEndMs, createBlock, mergeBlock, type SampleBlock } from "#core/series/sample-block.ts";
import { HOUR_MS } from "#core/time.ts";
import type { SeriesStore, SeriesWrite } from "#ports/series-store.ts";

/** Samples in memory, an hour a block. */
export class MemorySeriesStore implements SeriesStore {
  /** By shard and cluster, then by hour. */
  readonly #clusters = new Map<string, Map<number, SampleBlock>>();

  async append(
    shard: string,
    writes: readonly SeriesWrite[],
    recentFromMs: number,
  ): Promise<Map<string, SampleBlock>> {
    const recent = new Map<string, SampleBlock>();
    for (const { clusterKey, block } of writes) {
      const hours = this.#hours(shard, clusterKey);
      const endMs = blockEndMs(block);
      for (let hourMs = floorHour(block.startMs); hourMs < endMs; hourMs += HOUR_MS) {
        const hour = hours.get(hourMs) ?? createBlock(hourMs, hourMs + HOUR_MS);
        mergeBlock(hour, block);
        hours.set(hourMs, hour);
      }
      recent.set(clusterKey, this.#slice(shard, clusterKey, Math.min(recentFromMs, endMs), endMs));
    }
    return recent;
  }

  async read(shard: string, clusterKey: string, fromMs: number, toMs: number) {
    return { block: this.#slice(shard, clusterKey, fromMs, toMs), faults: [] };
  }

  async expire(beforeMs: number): Promise<void> {
    for (const hours of this.#clusters.values()) {
      for (const hourMs of hours.keys()) if (hourMs + HOUR_MS <= beforeMs) hours.delete(hourMs);
    }
  }

  #hours(shard: string, clusterKey: string): Map<number, SampleBlock> {
    const name = JSON.stringify([shard, clusterKey]);
    const hours = this.#clusters.get(name) ?? new Map<number, SampleBlock>();
    this.#clusters.set(name, hours);
    return hours;
  }

  #slice(shard: string, clusterKey: string, fromMs: number, toMs: number): SampleBlock {
    const slice = createBlock(fromMs, toMs);
    for (const hour of this.#hours(shard, clusterKey).values()) {
      mergeBlock(slice, hour);
    }
    return slice;
  }
}

function floorHour(ms: number): number {
  return Math.floor(ms / HOUR_MS) * HOUR_MS;
}
