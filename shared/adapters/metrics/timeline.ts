import { floorMinute, MINUTE_MS } from "#core/time.ts";
import { FoundOnce } from "./found-once.ts";
import type { JsonBytes } from "./json-bytes.ts";

/** Not in the span. */
export const OUTSIDE = -1;

/** From Azure's time stamps to minutes of a block. All series of an answer have the same few: each is parsed once. */
export class Timeline {
  readonly #startMs: number;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #minutes = new FoundOnce((text) => this.#parse(text));

  /** @param startMs first minute of the block; minutes outside `fromMs` to `toMs` (exclusive) were not asked for */
  constructor(startMs: number, fromMs: number, toMs: number) {
    this.#startMs = startMs;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /** Reads a time stamp. @returns its index in the block, or {@link OUTSIDE} */
  minuteAt(json: JsonBytes): number {
    return json.string() ? json.found(this.#minutes) : OUTSIDE;
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
