import { corrupt } from "./chunk-error.ts";

/** Reads bytes in order. Every method throws `ChunkError` where the bytes end too soon. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /**
   * A whole number as `ByteWriter.varint` writes it.
   *
   * @param what names it in errors
   * @param most the largest that makes sense here, at most 2^53-1
   */
  varint(what: string, most: number = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * unit;
      if (value > most) throw corrupt(`${what} is more than ${most}`);
      if (byte < 0x80) return value;
      unit *= 0x80;
      // Eight groups reach 2^56; a ninth can only be padding.
      if (unit > 2 ** 49) throw corrupt(`${what} does not end`);
    }
  }

  /** The next `count` bytes as a view, not a copy. */
  bytes(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  /** @throws ChunkError unless everything was read */
  end(what: string): void {
    if (this.rest !== 0) throw corrupt(`${this.rest} bytes too many after ${what}`);
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.rest)
      throw corrupt(`bytes end at ${this.#bytes.length}, ${count} more were needed at ${at}`);
    this.#at = at + count;
    return at;
  }
}
