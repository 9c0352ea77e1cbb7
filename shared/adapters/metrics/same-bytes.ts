/** Whether these bytes stand at that place of the others. */
export function sameBytes(wanted: Uint8Array, bytes: Uint8Array, start: number): boolean {
  const { length } = wanted;
  if (start + length > bytes.length) return false;
  for (let index = 0; index < length; index += 1) {
    if (wanted[index] !== bytes[start + index]) return false;
  }
  return true;
}
