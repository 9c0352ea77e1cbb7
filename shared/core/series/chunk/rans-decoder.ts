import { corrupt } from "./chunk-error.ts";
import { LOWEST_STATE, MAX_GOLOMB_BITS, RAW_BITS, TOTAL, TOTAL_BITS } from "./rans.ts";
import { spanFrequency, spanStart } from "./span.ts";

/** Reads what `RansEncoder` was told, in that order. Throws `ChunkError` where the bytes end too soon. */
export class RansDecoder {
  readonly #bytes: Uint8Array;
  #at = 4;
  #state: number;

  constructor(bytes: Uint8Array) {
    if (bytes.length < 4) throw corrupt("a stream is shorter than its state");
    this.#bytes = bytes;
    this.#state =
      (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 24);
    if (this.#state < LOWEST_STATE) throw corrupt("a stream begins with no state");
  }

  /**
   * @param symbols of each slot of the tables
   * @param slotsFrom where the slots of the table to use begin in them
   * @param spans `span` of each symbol of the tables
   * @param spansFrom where those of the table to use begin
   */
  symbol(symbols: Uint8Array, slotsFrom: number, spans: Int32Array, spansFrom: number): number {
    const state = this.#state;
    const slot = state & (TOTAL - 1);
    const symbol = symbols[slotsFrom + slot] ?? 0;
    const packed = spans[spansFrom + symbol] ?? 0;
    this.#set(Math.imul(spanFrequency(packed), state >>> TOTAL_BITS) + slot - spanStart(packed));
    return symbol;
  }

  raw(bits: number): number {
    if (bits <= RAW_BITS) return this.#piece(bits);
    let value = 0;
    let unit = 1;
    let left = bits;
    while (left > RAW_BITS) {
      value += unit * this.#piece(RAW_BITS);
      unit *= 2 ** RAW_BITS;
      left -= RAW_BITS;
    }
    return value + unit * this.#piece(left);
  }

  golomb(order: number): number {
    let bits = order;
    while (this.#piece(1) === 0 && bits <= MAX_GOLOMB_BITS) bits += 1;
    if (bits > MAX_GOLOMB_BITS) throw corrupt("a number of a stream is too large");
    return 2 ** bits + this.raw(bits) - 2 ** order;
  }

  /** @throws ChunkError unless all that was coded was read */
  end(): void {
    if (this.#state !== LOWEST_STATE || this.#at !== this.#bytes.length) {
      throw corrupt("a stream holds more than its series");
    }
  }

  #piece(bits: number): number {
    const state = this.#state;
    this.#set(state >>> bits);
    return state & ((1 << bits) - 1);
  }

  #set(state: number): void {
    if (state >= LOWEST_STATE) {
      this.#state = state;
      return;
    }
    const at = this.#at;
    if (at + 2 > this.#bytes.length) throw corrupt("a stream ends too soon");
    this.#state = (state << 16) | ((this.#bytes[at + 1] ?? 0) << 8) | (this.#bytes[at] ?? 0);
    this.#at = at + 2;
  }
}
