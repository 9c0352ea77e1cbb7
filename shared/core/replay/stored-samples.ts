import type { SampleBlock, Series } from "../series/sample-block.ts";
import { MINUTE_MS } from "../time.ts";
import { KEPT_MINUTES } from "./kept.ts";

/**
 * The series of a stored block that were heard not long before a minute: what live operation would have had in its hands then. A node
 * or an address that comes later in the block is not there yet, one that left is not there any more. Nothing is copied.
 */
export class StoredSamples {
  readonly #block: SampleBlock;
  readonly #series: readonly (readonly [key: string, series: Series])[];
  /** For each series: whether it is in view, and in which minute of the block it was heard last. */
  readonly #inView: Uint8Array;
  readonly #heardAt: Int32Array;
  #view: SampleBlock;
  /** Minutes of the block that were heard. */
  #next = 0;

  constructor(block: SampleBlock) {
    this.#block = block;
    this.#series = [...block.series];
    this.#inView = new Uint8Array(this.#series.length);
    this.#heardAt = new Int32Array(this.#series.length);
    this.#view = { ...block, series: new Map() };
  }

  /** The block with the series in view. A new object whenever it loses one. */
  get view(): SampleBlock {
    return this.#view;
  }

  /** Moves on to a minute, through all before it. @param hear is told each series that has a value, minute by minute */
  moveTo(minuteMs: number, hear: (series: Series, minuteMs: number) => void): void {
    const end = (minuteMs - this.#block.startMs) / MINUTE_MS;
    for (; this.#next <= end; this.#next += 1) this.#listen(this.#next, hear);
  }

  #listen(at: number, hear: (series: Series, minuteMs: number) => void): void {
    const minuteMs = this.#block.startMs + at * MINUTE_MS;
    let lost = false;
    for (const [i, [key, series]] of this.#series.entries()) {
      if (!Number.isNaN(series.values[at] ?? Number.NaN)) {
        this.#heardAt[i] = at;
        hear(series, minuteMs);
        if (this.#inView[i] === 1) continue;
        this.#inView[i] = 1;
        this.#view.series.set(key, series);
      } else if (this.#inView[i] === 1 && at - (this.#heardAt[i] ?? at) >= KEPT_MINUTES) {
        this.#inView[i] = 0;
        lost = true;
      }
    }
    if (!lost) return;
    const kept = this.#series.filter((_, i) => this.#inView[i] === 1);
    this.#view = { ...this.#block, series: new Map(kept) };
  }
}
