import {
  blockEndMs,
  createBlock,
  mergeBlock,
  type SampleBlock,
  type Series,
} from "#core/series/sample-block.ts";
import { floorHour, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { copyPage } from "./copy-page.ts";
import { SeriesHour, type Slot } from "./series-hour.ts";
import { SeriesPage } from "./series-page.ts";
import type { StoredEntity } from "./table.ts";

/**
 * What the store holds of one cluster in a span, in memory: pages with their tags, and what is not stored yet. The span
 * grows with what is merged: a page that we do not know does not exist, or the store refuses to make it.
 */
export class SeriesWindow {
  /** What its key became in the rows. */
  readonly cluster: string;
  readonly clusterKey: string;
  /** Sealed minutes of the span, which lie under the pages; where there are none, as nearly always, `null`. */
  base: SampleBlock | null = null;
  /** The span in which minutes are as the store holds them, or newer; whole minutes, end exclusive. */
  fromMs: number;
  toMs: number;
  /** When the store last confirmed what we hold, by a read or a guarded write; on the caller's clock. */
  verifiedAtMs: number;
  readonly #hours = new Map<number, SeriesHour>();

  constructor(cluster: string, clusterKey: string, fromMs: number, toMs: number, verifiedAtMs: number) {
    this.cluster = cluster;
    this.clusterKey = clusterKey;
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.verifiedAtMs = verifiedAtMs;
  }

  /** Takes a stored page in. Pages of an hour come in the order of their rows. What is wrong with one is for readers to name. */
  adopt(hourMs: number, number: number, entity: StoredEntity): void {
    const known = this.#hours.get(hourMs - HOUR_MS)?.pages[number];
    this.#hour(hourMs).adopt(SeriesPage.decode(number, entity, known, []));
  }

  /** Series held, the same in two hours twice: what the window weighs in a cache. */
  get weight(): number {
    let weight = 1;
    for (const hour of this.#hours.values()) for (const page of hour.pages) weight += page.names.length;
    return weight;
  }

  /** Puts the values of the block between the two instants over what we hold; "no value" changes nothing. */
  merge(block: SampleBlock, fromMs: number, toMs: number): void {
    const startMs = Math.max(block.startMs, fromMs);
    const endMs = Math.min(blockEndMs(block), toMs);
    this.toMs = Math.max(this.toMs, endMs);
    for (let atMs = startMs; atMs < endMs; ) {
      const hourMs = floorHour(atMs);
      const nextMs = Math.min(hourMs + HOUR_MS, endMs);
      this.#mergeHour(hourMs, block, atMs, nextMs);
      atMs = nextMs;
    }
  }

  /** Pages with something to store, and the same pages an hour before. */
  *unsaved(): Generator<{ hourMs: number; page: SeriesPage; before: SeriesPage | undefined }> {
    for (const [hourMs, { pages }] of this.#hours) {
      for (const page of pages) {
        if (!page.isUnsaved) continue;
        yield { hourMs, page, before: this.#hours.get(hourMs - HOUR_MS)?.pages[page.number] };
      }
    }
  }

  /** What we hold of the span, in memory of its own. */
  slice(fromMs: number, toMs: number): SampleBlock {
    const block = createBlock(fromMs, toMs);
    if (this.base !== null) mergeBlock(block, this.base);
    for (const [hourMs, { pages }] of [...this.#hours].sort(([a], [b]) => a - b)) {
      for (const page of pages) copyPage(page, hourMs, block);
    }
    return block;
  }

  /** Forgets the minutes before the instant, and what can be made again. */
  forget(beforeMs: number): void {
    for (const hour of this.#hours.values()) hour.rest();
    if (beforeMs <= this.fromMs) return;
    this.fromMs = beforeMs;
    if (this.base !== null && blockEndMs(this.base) <= beforeMs) this.base = null;
    for (const [hourMs, { pages }] of this.#hours) {
      if (hourMs + HOUR_MS <= beforeMs) this.#hours.delete(hourMs);
      else for (const page of pages) page.forget((beforeMs - hourMs) / MINUTE_MS);
    }
  }

  #hour(hourMs: number): SeriesHour {
    const known = this.#hours.get(hourMs);
    if (known !== undefined) return known;
    const hour = new SeriesHour();
    this.#hours.set(hourMs, hour);
    return hour;
  }

  #mergeHour(hourMs: number, block: SampleBlock, fromMs: number, toMs: number): void {
    const hour = this.#hour(hourMs);
    const first = (fromMs - block.startMs) / MINUTE_MS;
    const minute = (fromMs - hourMs) / MINUTE_MS;
    const count = (toMs - fromMs) / MINUTE_MS;
    const slots: Slot[] = [];
    const found: Series[] = [];
    let guess = 0;
    // Not for..of: an array for each entry, a hundred thousand times a minute.
    block.series.forEach((series, key) => {
      if (!hasValue(series, first, count)) return;
      let slot = hour.slotOf(key, guess);
      if (slot === undefined) slot = hour.add(series.name);
      else hour.share(slot, series.name);
      slots.push(slot);
      found.push(series);
      guess = hour.after(slot);
    });
    // After all names are known: a column is made as long as it has to be.
    found.forEach((series, index) => {
      const slot = slots[index] ?? 0;
      for (let i = 0; i < count; i += 1) {
        const value = series.at(first + i);
        if (!Number.isNaN(value)) hour.set(slot, minute + i, value);
      }
    });
  }
}

function hasValue(series: Series, first: number, count: number): boolean {
  for (let i = first; i < first + count; i += 1) if (!Number.isNaN(series.at(i))) return true;
  return false;
}
