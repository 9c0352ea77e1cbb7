/** Size of a payload as it is sent: the limits count what is on the wire, and a bar of a sparkline is three bytes. */
export function jsonBytes(payload: unknown): number {
  return Buffer.byteLength(JSON.stringify(payload));
}
