import { DAY_MS } from "../time.ts";

/** Whether the daily moment of this key lies between two instants: what is read once a day is spread over the day. */
export function dailyTurn(key: string, fromMs: number, toMs: number): boolean {
  const offsetMs = hash(key) % DAY_MS;
  return Math.floor((fromMs - offsetMs) / DAY_MS) !== Math.floor((toMs - offsetMs) / DAY_MS);
}

/** FNV-1a, 32 bits: spreads keys over the day. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
