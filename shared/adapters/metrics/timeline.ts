import { floorMinute, MINUTE_MS } from "#core/time.ts";
import type { JsonBytes } from "./json-bytes.ts";

/** Not in the span. */
export const OUTSIDE = -1;

/**
 * From Azure's time stamps to minutes of a block.
 *
 * All series of an answer have the same time stamps in the same order, so the text at a position is compared with the
 * one that was there before; a date is parsed only where they differ.
 */
export class Timeline {
  readonly #startMs: number;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #texts: Buffer[] = [];
  readonly #minutes: number[] = [];

  /** @param startMs first minute of the block; minutes outside `fromMs` to `toMs` (exclusive) were not asked for */
  constructor(startMs: number, fromMs: number, toMs: number) {
    this.#startMs = startMs;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /** Reads a time stamp. @returns the index in the block of the point at that position, or {@link OUTSIDE}. */
  minuteAt(position: number, json: JsonBytes): number {
    if (!json.string()) return OUTSIDE;
    const known = this.#texts[position];
    if (known !== undefined && json.sameAs(known)) return this.#minutes[position] ?? OUTSIDE;
    const text = json.text();
    const minute = this.#parse(text);
    // Positions come one after the other; a gap would turn the array into a slow one.
    if (position <= this.#texts.length) {
      this.#texts[position] = Buffer.from(text, "utf8");
      this.#minutes[position] = minute;
    }
    return minute;
  }

  #parse(text: string): number {
    // Without a zone `Date.parse` would take the machine's.
    const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`;
    const ms = Date.parse(zoned);
    if (Number.isNaN(ms)) return OUTSIDE;
    const minuteMs = floorMinute(ms);
    if (minuteMs < this.#fromMs || minuteMs >= this.#toMs) return OUTSIDE;
    return (minuteMs - this.#startMs) / MINUTE_MS;
  }
}
