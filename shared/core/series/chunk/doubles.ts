import { corrupt } from "./chunk-error.ts";
import type { RansDecoder } from "./rans-decoder.ts";
import type { RansEncoder } from "./rans-encoder.ts";

const LENGTH_BITS = 4;
const BYTES = 8;
const view = new DataView(new ArrayBuffer(BYTES));

/** Any doubles, bit for bit: what differs from the one before, without the leading bytes that do not. */
export function encodeDoubles(out: RansEncoder, values: Float64Array): void {
  let lastHigh = 0;
  let lastLow = 0;
  for (const value of values) {
    view.setFloat64(0, value);
    const high = view.getUint32(0);
    const low = view.getUint32(4);
    const highDiffers = (high ^ lastHigh) >>> 0;
    const lowDiffers = (low ^ lastLow) >>> 0;
    const length = highDiffers > 0 ? 4 + byteLength(highDiffers) : byteLength(lowDiffers);
    out.raw(length, LENGTH_BITS);
    out.raw(lowDiffers, 8 * Math.min(4, length));
    if (length > 4) out.raw(highDiffers, 8 * (length - 4));
    lastHigh = high;
    lastLow = low;
  }
}

/**
 * Fills `values`.
 *
 * @throws ChunkError for what `encodeDoubles` does not tell
 */
export function decodeDoubles(input: RansDecoder, values: Float64Array): void {
  let high = 0;
  let low = 0;
  for (let index = 0; index < values.length; index += 1) {
    const length = input.raw(LENGTH_BITS);
    if (length > BYTES) throw corrupt("a double has more than eight bytes");
    low ^= input.raw(8 * Math.min(4, length));
    if (length > 4) high ^= input.raw(8 * (length - 4));
    view.setUint32(0, high);
    view.setUint32(4, low);
    values[index] = view.getFloat64(0);
  }
}

function byteLength(value: number): number {
  return 4 - (Math.clz32(value) >> 3);
}
