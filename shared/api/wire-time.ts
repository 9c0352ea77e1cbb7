/** An instant as the API writes it: RFC 3339 in UTC, whole seconds where it has no fraction. */
export function toWireTime(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

/** `null` stays `null`: there is no such instant. */
export function toWireTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : toWireTime(ms);
}
