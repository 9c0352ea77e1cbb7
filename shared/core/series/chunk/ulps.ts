const bits = new DataView(new ArrayBuffer(8));

/** The double so many places further from zero; nearer for less than 0. Places are told within +-2^31. */
export function moveUlps(value: number, places: number): number {
  if (places === 0) return value;
  bits.setFloat64(0, value);
  const low = bits.getUint32(4) + places;
  const carry = Math.floor(low / 2 ** 32);
  bits.setUint32(4, low - carry * 2 ** 32);
  bits.setUint32(0, bits.getUint32(0) + carry);
  return bits.getFloat64(0);
}

/** How many places `to` is further from zero than `from`; both of one sign, and near. */
export function ulpsBetween(from: number, to: number): number {
  bits.setFloat64(0, from);
  const high = bits.getUint32(0);
  const low = bits.getUint32(4);
  bits.setFloat64(0, to);
  return (bits.getUint32(0) - high) * 2 ** 32 + bits.getUint32(4) - low;
}
