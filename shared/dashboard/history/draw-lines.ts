import type uPlot from "uplot";
import type { ChartInput } from "./chart-input.ts";
import type { ChartColours } from "./palette.ts";

/** Limits lie across, over the curves. */
export function drawLines(plot: uPlot, { limits }: ChartInput, colours: ChartColours): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = ratio;
  ctx.font = `${11 * ratio}px sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.strokeStyle = colours.limit;
  ctx.fillStyle = colours.text;
  ctx.setLineDash([6 * ratio, 4 * ratio]);
  for (const { value, text } of limits) {
    const y = plot.valToPos(value, "y", true);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(text, bbox.left + 4 * ratio, y - 4 * ratio);
  }
  ctx.restore();
}
