import { LOWEST_STATE, RAW_BITS, TOTAL_BITS } from "./rans.ts";
import { spanFrequency, spanStart } from "./span.ts";

const RAW = 1 << 30;

/**
 * Collects what is to be coded and codes it at the end, last first, since a rANS state is a stack: the decoder then
 * reads in the order in which this was told.
 */
export class RansEncoder {
  #steps = new Int32Array(4_096);
  #count = 0;

  /** How much was told so far: symbols and raw pieces. */
  get count(): number {
    return this.#count;
  }

  /** @param packed `span` of the symbol */
  symbol(packed: number): void {
    if (this.#count === this.#steps.length) this.#grow();
    this.#steps[this.#count] = packed;
    this.#count += 1;
  }

  /** A whole number 0..2^bits-1, its lowest 15 bits first; at most 53 bits. */
  raw(value: number, bits: number): void {
    let rest = value;
    let left = bits;
    while (left > RAW_BITS) {
      this.symbol(RAW | (RAW_BITS << RAW_BITS) | (rest % 2 ** RAW_BITS));
      rest = Math.floor(rest / 2 ** RAW_BITS);
      left -= RAW_BITS;
    }
    if (left > 0) this.symbol(RAW | (left << RAW_BITS) | rest);
  }

  /** Exponential Golomb of that order: `n` zero bits, a one, and the low `n + order` bits of `value + 2^order`. */
  golomb(value: number, order: number): void {
    const shifted = value + 2 ** order;
    let bits = order;
    while (2 ** (bits + 1) <= shifted) {
      this.raw(0, 1);
      bits += 1;
    }
    this.raw(1, 1);
    this.raw(shifted - 2 ** bits, bits);
  }

  /** Codes all of it and begins anew. */
  finish(): Uint8Array {
    const words = new Uint16Array(this.#count + 2);
    let state = LOWEST_STATE;
    let at = words.length;
    for (let index = this.#count - 1; index >= 0; index -= 1) {
      const step = this.#steps[index] ?? 0;
      if ((step & RAW) !== 0) {
        const bits = (step >> RAW_BITS) & 0xf;
        if (state >>> (31 - bits) !== 0) {
          at -= 1;
          words[at] = state;
          state >>>= 16;
        }
        state = (state << bits) | (step & (2 ** RAW_BITS - 1));
      } else {
        const frequency = spanFrequency(step);
        if (state >>> 19 >= frequency) {
          at -= 1;
          words[at] = state;
          state >>>= 16;
        }
        const whole = (state / frequency) | 0;
        state = (whole << TOTAL_BITS) + (state - Math.imul(whole, frequency)) + spanStart(step);
      }
    }
    words[at - 1] = state >>> 16;
    words[at - 2] = state;
    // The state is read low half first, like every word.
    const bytes = new Uint8Array(2 * (words.length - at + 2));
    for (let word = at - 2, to = 0; word < words.length; word += 1, to += 2) {
      bytes[to] = words[word] ?? 0;
      bytes[to + 1] = (words[word] ?? 0) >> 8;
    }
    this.#count = 0;
    return bytes;
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.#steps.length);
    larger.set(this.#steps);
    this.#steps = larger;
  }
}
