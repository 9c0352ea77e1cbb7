import type uPlot from "uplot";
import type { ChartInput } from "./chart-input.ts";
import type { AxisColours } from "./palette.ts";

/** Limits lie across, messages stand upright; both over the curves. */
export function drawLines(plot: uPlot, { limits, marks }: ChartInput, colours: AxisColours): void {
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
    line(ctx, bbox.left, y, bbox.left + bbox.width, y);
    ctx.fillText(text, bbox.left + 4 * ratio, y - 4 * ratio);
  }
  ctx.strokeStyle = colours.mark;
  ctx.setLineDash([2 * ratio, 2 * ratio]);
  for (const { at } of marks) {
    const x = plot.valToPos(at, "x", true);
    line(ctx, x, bbox.top, x, bbox.top + bbox.height);
  }
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
