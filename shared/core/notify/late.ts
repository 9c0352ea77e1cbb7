import { MINUTE_MS } from "../time.ts";
import { momentText } from "./time-text.ts";

/** Data is a few minutes old when it is judged; beyond this, a reader would take the message for one of now. */
const LATE_AFTER_MS = 10 * MINUTE_MS;

/** What a message says of itself where it is sent long after its minute; `null` where it is not. */
export function lateText(atMs: number, nowMs: number): string | null {
  return nowMs - atMs > LATE_AFTER_MS ? `told late: this was at ${momentText(atMs, nowMs)}` : null;
}
