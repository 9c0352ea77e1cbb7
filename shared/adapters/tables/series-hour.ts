import type { SeriesName } from "#core/series/sample-block.ts";
import { SeriesPage } from "./series-page.ts";

/** Where a series of an hour lies: the index of its page times {@link PAGE_SLOTS}, plus its place there. */
export type Slot = number;

/** More than a page ever has series. */
const PAGE_SLOTS = 2 ** 16;

/** The pages of one hour. */
export class SeriesHour {
  readonly pages: SeriesPage[] = [];
  /** Made when it is needed: while Azure keeps its order, nobody looks anything up, and it is a fifth of the window. */
  #slots: Map<string, Slot> | undefined;

  /** Takes the next page in. */
  adopt(page: SeriesPage): void {
    this.pages.push(page);
    this.#slots = undefined;
  }

  /** @param guess where it may be: to compare one name is cheaper than to look 100,000 of them up each minute */
  slotOf(key: string, guess: Slot): Slot | undefined {
    return this.nameAt(guess)?.key === key ? guess : this.#index().get(key);
  }

  /** Where the series after that one is, as long as they come in the order in which they came first. */
  after(slot: Slot): Slot {
    return this.nameAt(slot + 1) === undefined ? (Math.floor(slot / PAGE_SLOTS) + 1) * PAGE_SLOTS : slot + 1;
  }

  nameAt(slot: Slot): SeriesName | undefined {
    return this.pages[Math.floor(slot / PAGE_SLOTS)]?.names[slot % PAGE_SLOTS];
  }

  add(name: SeriesName): Slot {
    let page = this.pages.at(-1);
    if (!page?.hasRoom) {
      page = new SeriesPage(page === undefined ? 0 : page.number + 1);
      this.pages.push(page);
    }
    const slot = (this.pages.length - 1) * PAGE_SLOTS + page.add(name);
    this.#slots?.set(name.key, slot);
    return slot;
  }

  /** Keeps the series' name as the one object that its source has for it. */
  share(slot: Slot, name: SeriesName): void {
    const names = this.pages[Math.floor(slot / PAGE_SLOTS)]?.names;
    if (names !== undefined && names[slot % PAGE_SLOTS] !== name) names[slot % PAGE_SLOTS] = name;
  }

  set(slot: Slot, minute: number, value: number): void {
    this.pages[Math.floor(slot / PAGE_SLOTS)]?.set(minute, slot % PAGE_SLOTS, value);
  }

  /** Forgets what can be made again. */
  rest(): void {
    this.#slots = undefined;
  }

  #index(): Map<string, Slot> {
    if (this.#slots !== undefined) return this.#slots;
    const slots = new Map<string, Slot>();
    for (const [number, { names }] of this.pages.entries()) {
      for (const [place, { key }] of names.entries()) {
        // Twice only where a page could not be read for a while; the first is as good as the second.
        if (!slots.has(key)) slots.set(key, number * PAGE_SLOTS + place);
      }
    }
    this.#slots = slots;
    return slots;
  }
}
