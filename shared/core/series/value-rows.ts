/** Rows of one buffer: the first buffer is for few series, those after it for many. */
const FEWEST_ROWS = 8;
const MOST_ROWS = 256;
/** Of long rows there are few in a buffer: 8 MB. */
const MOST_VALUES = 1024 * 1024;

/**
 * Values of many series, cut from few buffers. A buffer of its own costs three values ten times their size, and the memory
 * manager a call to free it (test/bench).
 */
export class ValueRows {
  readonly #length: number;
  #buffer = new Float64Array(0);
  #taken = 0;
  #rows = FEWEST_ROWS;

  constructor(length: number) {
    this.#length = length;
  }

  /** A row of "no value". */
  next(): Float64Array {
    const start = this.take();
    return this.buffer.subarray(start, start + this.#length);
  }

  /** Takes a row of "no value" without making an array of it. @returns where it starts in {@link buffer} */
  take(): number {
    if (this.#taken === this.#buffer.length) {
      const rows = Math.max(1, Math.min(this.#rows, Math.floor(MOST_VALUES / this.#length)));
      this.#buffer = new Float64Array(rows * this.#length).fill(Number.NaN);
      this.#taken = 0;
      this.#rows = Math.min(this.#rows * 2, MOST_ROWS);
    }
    const start = this.#taken;
    this.#taken += this.#length;
    return start;
  }

  /** Where the row lies that was taken last. */
  get buffer(): Float64Array {
    return this.#buffer;
  }
}
