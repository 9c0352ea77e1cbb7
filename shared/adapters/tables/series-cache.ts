import type { SeriesWindow } from "./series-window.ts";

/**
 * Windows of clusters by shard, bounded by the series they hold; the shard used longest ago goes first.
 * A window is taken out while it is in use, so that two appends of one process never share one: the later of them reads
 * the store, and whichever is put back last stays. Its tags may be old then, which costs one refused write.
 */
export class SeriesCache {
  readonly #mostSeries: number;
  /** In the order of use: a Map keeps the order in which keys were set. */
  readonly #shards = new Map<string, Map<string, SeriesWindow>>();
  #weight = 0;

  constructor(mostSeries: number) {
    this.#mostSeries = mostSeries;
  }

  /** The window, if it knows the store from the instant on and the write goes on where it ends, or before. */
  take(
    shard: string,
    clusterKey: string,
    knownFromMs: number,
    writeFromMs: number,
  ): SeriesWindow | undefined {
    const window = this.#shards.get(shard)?.get(clusterKey);
    if (window === undefined || window.fromMs > knownFromMs || window.toMs < writeFromMs) return undefined;
    this.#drop(shard, window);
    return window;
  }

  put(shard: string, window: SeriesWindow): void {
    const windows = this.#shards.get(shard) ?? new Map<string, SeriesWindow>();
    const other = windows.get(window.clusterKey);
    // An import of the past leaves the window at the present alone.
    if (other !== undefined && other.toMs > window.toMs) return;
    if (other !== undefined) this.#drop(shard, other);
    windows.set(window.clusterKey, window);
    this.#weight += window.weight;
    this.#shards.delete(shard);
    this.#shards.set(shard, windows);
    this.#shrink(shard);
  }

  #drop(shard: string, window: SeriesWindow): void {
    this.#shards.get(shard)?.delete(window.clusterKey);
    this.#weight -= window.weight;
  }

  #shrink(except: string): void {
    for (const [shard, windows] of this.#shards) {
      if (this.#weight <= this.#mostSeries) return;
      if (shard === except) continue;
      for (const window of windows.values()) this.#weight -= window.weight;
      this.#shards.delete(shard);
    }
  }
}
