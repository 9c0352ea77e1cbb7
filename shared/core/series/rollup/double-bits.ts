const WORD = 2 ** 32;
const first = new DataView(new ArrayBuffer(8));
const second = new DataView(new ArrayBuffer(8));

/**
 * How far the bit pattern of `to` is from that of `from`, as 64-bit integers: neighbouring doubles of one sign are one apart. Exact
 * below 2^53, which is all that `addBits` needs.
 */
export function bitDistance(from: number, to: number): number {
  first.setFloat64(0, from);
  second.setFloat64(0, to);
  const high = second.getInt32(0) - first.getInt32(0);
  return high * WORD + (second.getUint32(4) - first.getUint32(4));
}

/** The double whose bit pattern is `distance` from that of `from`: undoes `bitDistance`. */
export function addBits(from: number, distance: number): number {
  first.setFloat64(0, from);
  const low = first.getUint32(4) + distance;
  first.setInt32(0, first.getInt32(0) + Math.floor(low / WORD));
  first.setUint32(4, low);
  return first.getFloat64(0);
}
