// The points of an answer: whole minutes, `[start, end)`, one for each interval, counted from the start.

const MINUTE_MS = 60_000;

/** Intervals Azure accepts, in minutes. */
const INTERVALS: ReadonlyMap<string, number> = new Map([
  ["PT1M", 1],
  ["PT5M", 5],
  ["PT15M", 15],
  ["PT30M", 30],
  ["PT1H", 60],
  ["PT6H", 360],
  ["PT12H", 720],
  ["P1D", 1440],
]);

export interface Grid {
  readonly firstMinute: number;
  readonly minutes: number;
  readonly bucketMinutes: number;
  /** The beginning of each point's JSON, written once for all series. */
  readonly heads: readonly string[];
  readonly interval: string;
}

/** Lays the grid, or says in words what is wrong with the interval. */
export function layGrid(startMs: number, endMs: number, interval: string): Grid | string {
  const firstMinute = Math.floor(startMs / MINUTE_MS);
  const minutes = Math.max(0, Math.floor(endMs / MINUTE_MS) - firstMinute);
  const full = interval.toUpperCase() === "FULL";
  const bucketMinutes = full ? Math.max(1, minutes) : INTERVALS.get(interval.toUpperCase());
  if (bucketMinutes === undefined) {
    return `Invalid time grain duration: ${interval}, supported ones are: ${[...INTERVALS.keys()].join(",")}`;
  }
  const buckets = Math.ceil(minutes / bucketMinutes);
  const heads = Array.from({ length: buckets }, (_, bucket) => {
    const time = new Date((firstMinute + bucket * bucketMinutes) * MINUTE_MS).toISOString();
    return `{"timeStamp":"${time.slice(0, 19)}Z"`;
  });
  return { firstMinute, minutes, bucketMinutes, heads, interval };
}
