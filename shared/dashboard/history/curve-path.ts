import type uPlot from "uplot";
import { isMoving } from "./gestures.ts";

/** So many samples of all curves together are drawn in a hundredth of a second without a graphics card (test/bench). */
const MOST_WHILE_MOVING = 36_000;

/**
 * The line through the samples that are in view. A missing one ends it, and the next begins it anew: uPlot's own way, to cut the gaps out
 * of a whole line, costs more than the line. A sample alone between gaps is a dot.
 */
export const curvePath: uPlot.Series.PathBuilder = (plot, index, first, last) => {
  const stroke = new Path2D();
  const times = plot.data[0];
  const values = plot.data[index] ?? [];
  const across = scaleOf(plot, "x", plot.bbox.left, plot.bbox.width);
  const up = scaleOf(plot, "y", plot.bbox.top + plot.bbox.height, -plot.bbox.height);
  const step = stepOf(plot, last - first + 1);
  let joined = false;
  for (let i = first; i <= last; i += step) {
    const value = step === 1 ? values[i] : highest(values, i, i + step);
    if (isMissing(value)) {
      joined = false;
      continue;
    }
    const x = across.origin + (times[i] ?? 0) * across.factor;
    const y = up.origin + value * up.factor;
    if (joined) stroke.lineTo(x, y);
    else {
      stroke.moveTo(x, y);
      if (isMissing(values[i + step])) stroke.lineTo(x + devicePixelRatio, y);
    }
    joined = true;
  }
  return { stroke };
};

type Value = number | null | undefined;

function isMissing(value: Value): value is null | undefined {
  return value === null || value === undefined;
}

/** While the chart is in motion one drawn sample stands for so many. */
function stepOf(plot: uPlot, samples: number): number {
  return isMoving(plot) ? Math.ceil((samples * (plot.series.length - 1)) / MOST_WHILE_MOVING) : 1;
}

/** Peaks are what a reader follows. */
function highest(values: ArrayLike<Value>, start: number, end: number): Value {
  let most: Value;
  for (let i = start; i < end; i += 1) {
    const value = values[i];
    if (!isMissing(value) && (isMissing(most) || value > most)) most = value;
  }
  return most;
}

/** Position = origin + value * factor, in pixels of the canvas. */
function scaleOf(
  plot: uPlot,
  name: string,
  start: number,
  length: number,
): { readonly origin: number; readonly factor: number } {
  const { min = 0, max = 1 } = plot.scales[name] ?? {};
  const factor = length / (max - min || 1);
  return { origin: start - min * factor, factor };
}
