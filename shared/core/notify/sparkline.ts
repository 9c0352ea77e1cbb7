const BARS = "▁▂▃▄▅▆▇█";

/** A minute without a value. Not a low bar: missing is not zero. */
const GAP = "·";

/** Longer trends lose their oldest points: a line of a message is narrow. */
const MAX_POINTS = 30;

/**
 * A trend as a row of bars, oldest first.
 *
 * @param fullScale value of a full bar (the allocated ports); `null` scales to the highest value there is
 * @returns `""` where no point has a value
 */
export function sparkline(trend: readonly (number | null)[], fullScale: number | null): string {
  const points = trend.slice(-MAX_POINTS);
  const highest = points.reduce<number>((most, point) => Math.max(most, point ?? 0), 0);
  if (points.every((point) => point === null)) return "";
  const scale = fullScale !== null && fullScale > 0 ? fullScale : Math.max(highest, 1);
  return points.map((point) => (point === null ? GAP : bar(point / scale))).join("");
}

/** The highest bar is kept for a full scale, so that a glance tells "full" from "nearly". */
function bar(ratio: number): string {
  const last = BARS.length - 1;
  return BARS.charAt(Math.min(last, Math.max(0, Math.floor(ratio * last))));
}
