import { blockEndMs, createBlock, type SampleBlock } from "#core/series/sample-block.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { copyPage } from "./copy-page.ts";
import type { SeriesName } from "./series-directory.ts";
import { floorHour } from "./series-layout.ts";
import { SeriesPage } from "./series-page.ts";
import type { StoredEntity } from "./table.ts";

/** Where a series of an hour lies. */
interface Slot {
  readonly key: string;
  readonly page: SeriesPage;
  readonly place: number;
  /** The slot that was made after it. */
  next: Slot | undefined;
}

/** The pages of one hour. */
class Hour {
  readonly pages: SeriesPage[] = [];
  readonly #slots = new Map<string, Slot>();
  #first: Slot | undefined;
  #last: Slot | undefined;

  adopt(page: SeriesPage): void {
    this.pages.push(page);
    for (const [place, { key }] of page.names.entries()) {
      // Twice only where a page could not be read for a while; the first is as good as the second.
      if (!this.#slots.has(key)) this.#add(key, page, place);
    }
  }

  /**
   * @param before the slot of the series that came before it in the block: Azure's order hardly changes, and to compare
   *   one name is cheaper than to look 100,000 of them up each minute
   */
  slot(name: SeriesName, before: Slot | undefined): Slot {
    const guess = before === undefined ? this.#first : before.next;
    if (guess?.key === name.key) return guess;
    return this.#slots.get(name.key) ?? this.#assign(name);
  }

  #assign(name: SeriesName): Slot {
    let page = this.pages.at(-1);
    if (!page?.hasRoom) {
      page = new SeriesPage(page === undefined ? 0 : page.number + 1);
      this.pages.push(page);
    }
    return this.#add(name.key, page, page.add(name));
  }

  #add(key: string, page: SeriesPage, place: number): Slot {
    const slot: Slot = { key, page, place, next: undefined };
    this.#slots.set(key, slot);
    if (this.#last === undefined) this.#first = slot;
    else this.#last.next = slot;
    this.#last = slot;
    return slot;
  }
}

/**
 * What the store holds of one cluster in a span, in memory: pages with their tags, and what is not stored yet. The span
 * grows with what is merged: a page that we do not know does not exist, or the store refuses to make it.
 */
export class SeriesWindow {
  readonly clusterKey: string;
  /** The span in which minutes are as the store holds them, or newer; whole minutes, end exclusive. */
  fromMs: number;
  toMs: number;
  /** When the store last confirmed what we hold, by a read or a guarded write; on the caller's clock. */
  verifiedAtMs: number;
  readonly faults: string[] = [];
  readonly #hours = new Map<number, Hour>();

  constructor(clusterKey: string, fromMs: number, toMs: number, verifiedAtMs: number) {
    this.clusterKey = clusterKey;
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.verifiedAtMs = verifiedAtMs;
  }

  /** Takes a stored page in. Pages of an hour come in the order of their rows. */
  adopt(hourMs: number, number: number, entity: StoredEntity): void {
    const known = this.#hours.get(hourMs - HOUR_MS)?.pages[number];
    this.#hour(hourMs).adopt(SeriesPage.decode(number, entity, known, this.faults));
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
    for (const [hourMs, { pages }] of [...this.#hours].sort(([a], [b]) => a - b)) {
      for (const page of pages) copyPage(page, hourMs, block);
    }
    return block;
  }

  /** Forgets the minutes before the instant. */
  forget(beforeMs: number): void {
    if (beforeMs <= this.fromMs) return;
    this.fromMs = beforeMs;
    for (const [hourMs, { pages }] of this.#hours) {
      if (hourMs + HOUR_MS <= beforeMs) this.#hours.delete(hourMs);
      else for (const page of pages) page.forget((beforeMs - hourMs) / MINUTE_MS);
    }
  }

  #hour(hourMs: number): Hour {
    const known = this.#hours.get(hourMs);
    if (known !== undefined) return known;
    const hour = new Hour();
    this.#hours.set(hourMs, hour);
    return hour;
  }

  #mergeHour(hourMs: number, block: SampleBlock, fromMs: number, toMs: number): void {
    const hour = this.#hour(hourMs);
    const first = (fromMs - block.startMs) / MINUTE_MS;
    const minute = (fromMs - hourMs) / MINUTE_MS;
    const count = (toMs - fromMs) / MINUTE_MS;
    let before: Slot | undefined;
    for (const [key, { metric, labels, values }] of block.series) {
      let slot: Slot | undefined;
      for (let i = 0; i < count; i += 1) {
        const value = values[first + i];
        if (value === undefined || Number.isNaN(value)) continue;
        slot ??= hour.slot({ key, metric, labels }, before);
        slot.page.set(minute + i, slot.place, value);
      }
      before = slot ?? before;
    }
  }
}
