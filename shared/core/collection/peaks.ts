import type { HourlyPeak } from "../checks/check.ts";
import type { SampleBlock } from "../series/sample-block.ts";
import { highestUse } from "../snat/node-ports.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";

/**
 * Adds the minutes of a block to the hourly peaks, and drops hours older than a day before `nowMs`.
 *
 * @param fromMs first minute to look at; `toMs` is exclusive
 */
export function mergePeaks(
  peaks: readonly HourlyPeak[],
  block: SampleBlock,
  fromMs: number,
  toMs: number,
  nowMs: number,
): HourlyPeak[] {
  const oldest = Math.floor((nowMs - DAY_MS) / HOUR_MS) * HOUR_MS;
  const byHour = new Map(peaks.filter((peak) => peak.hourMs >= oldest).map((peak) => [peak.hourMs, peak]));
  for (let at = Math.max(fromMs, oldest, block.startMs); at < toMs; at += MINUTE_MS) {
    const hourMs = Math.floor(at / HOUR_MS) * HOUR_MS;
    const highest = highestUse(block, at);
    if (highest === undefined || highest.used <= (byHour.get(hourMs)?.usedPorts ?? -1)) continue;
    const { used, backendIp, protocol } = highest;
    byHour.set(hourMs, { hourMs, usedPorts: used, backendIp, protocol });
  }
  return [...byHour.values()].toSorted((a, b) => a.hourMs - b.hourMs);
}
