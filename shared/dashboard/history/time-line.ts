import type uPlot from "uplot";
import { h } from "../parts/element.ts";
import { type ClusterEvent, EVENT_KINDS, type EventKind } from "../text/events.ts";
import { time } from "../text/format.ts";
import type { ChartInput } from "./chart-input.ts";
import { type ChartColours, chartColours } from "./palette.ts";

const LANE_PX = 20;
const MARK_PX = 5;
/** The pointer is at an event within this. */
const NEAR_PX = 8;

export interface TimeLine {
  readonly element: HTMLElement;
  /** Draws the events under the chart, on the same scale of time. */
  draw(plot: uPlot, input: ChartInput): void;
  /** The event at the pointer in words; empty where there is none. */
  readonly reading: HTMLElement;
}

/** What happened, a lane for each kind: how the verdict stood, alerts, changes of the topology, messages. */
export function createTimeLine(): TimeLine {
  const canvas = h("canvas", { class: "timeline", role: "img" });
  const reading = h("p", { class: "reading", "aria-hidden": "true" }, " ");
  let placed: readonly Placed[] = [];
  let shown: ChartInput | null = null;

  canvas.addEventListener("pointermove", ({ offsetX, offsetY }) => {
    const lane = Math.floor(offsetY / LANE_PX);
    const near = placed
      .filter((each) => each.lane === lane && Math.abs(each.x - offsetX) <= NEAR_PX)
      .toSorted((a, b) => Math.abs(a.x - offsetX) - Math.abs(b.x - offsetX));
    const event = near[0]?.event;
    const more = near.length > 1 ? ` (and ${near.length - 1} more here)` : "";
    reading.textContent = event === undefined ? " " : `${wordsOf(event, shown)}${more}`;
  });
  canvas.addEventListener("pointerleave", () => {
    reading.textContent = " ";
  });

  return {
    element: canvas,
    reading,
    draw: (plot, input) => {
      shown = input;
      canvas.hidden = input.events.length === 0;
      reading.hidden = canvas.hidden;
      if (canvas.hidden) return;
      canvas.setAttribute("aria-label", `Time line of ${input.events.length} events, listed below.`);
      placed = place(plot, input.events);
      paint(canvas, plot, placed);
    },
  };
}

interface Placed {
  readonly event: ClusterEvent;
  readonly lane: number;
  readonly x: number;
}

function place(plot: uPlot, events: readonly ClusterEvent[]): Placed[] {
  const left = plot.over.offsetLeft;
  return events.map((event) => ({
    event,
    lane: EVENT_KINDS.findIndex(([kind]) => kind === event.kind),
    x: left + plot.valToPos(Date.parse(event.time) / 1_000, "x"),
  }));
}

function paint(canvas: HTMLCanvasElement, plot: uPlot, placed: readonly Placed[]): void {
  const ratio = devicePixelRatio;
  const [width, height] = [plot.width, EVENT_KINDS.length * LANE_PX];
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = canvas.getContext("2d");
  if (ctx === null) return;
  const colours = chartColours();
  ctx.scale(ratio, ratio);
  const left = plot.over.offsetLeft;
  const right = left + plot.over.clientWidth;
  drawLanes(ctx, left, right, colours);
  ctx.beginPath();
  ctx.rect(left - MARK_PX, 0, right - left + 2 * MARK_PX, height);
  ctx.clip();
  drawVerdicts(ctx, placed, right, colours);
  const drawn = new Set<string>();
  for (const { event, lane, x } of placed) {
    // Marks that would cover each other are one.
    const place = `${lane} ${Math.round(x)} ${event.severity}`;
    if (drawn.has(place) || x < left - MARK_PX || x > right + MARK_PX) continue;
    drawn.add(place);
    ctx.fillStyle = colours.of[event.severity];
    drawMark(ctx, event.kind, x, (lane + 0.5) * LANE_PX);
  }
}

function drawLanes(ctx: CanvasRenderingContext2D, left: number, right: number, colours: ChartColours): void {
  ctx.font = "11px sans-serif";
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  ctx.fillStyle = colours.text;
  ctx.strokeStyle = colours.grid;
  for (const [i, [, lane]] of EVENT_KINDS.entries()) {
    const y = (i + 0.5) * LANE_PX;
    ctx.fillText(lane, left - 10, y);
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
  }
}

/** A verdict holds until the next one. */
function drawVerdicts(
  ctx: CanvasRenderingContext2D,
  placed: readonly Placed[],
  right: number,
  colours: ChartColours,
): void {
  const verdicts = placed.filter(({ event }) => event.kind === "verdict");
  for (const [i, { event, lane, x }] of verdicts.entries()) {
    const end = Math.min(verdicts[i + 1]?.x ?? right, right);
    ctx.fillStyle = colours.of[event.severity];
    ctx.fillRect(x, (lane + 0.5) * LANE_PX - 2, Math.max(1, end - x), 4);
  }
}

/** Each kind has a shape of its own. */
function drawMark(ctx: CanvasRenderingContext2D, kind: EventKind, x: number, y: number): void {
  ctx.beginPath();
  switch (kind) {
    case "verdict":
      ctx.rect(x - 1.5, y - MARK_PX, 3, 2 * MARK_PX);
      break;
    case "alert":
      ctx.moveTo(x, y - MARK_PX);
      ctx.lineTo(x + MARK_PX, y + MARK_PX);
      ctx.lineTo(x - MARK_PX, y + MARK_PX);
      break;
    case "topology":
      ctx.moveTo(x, y - MARK_PX);
      ctx.lineTo(x + MARK_PX, y);
      ctx.lineTo(x, y + MARK_PX);
      ctx.lineTo(x - MARK_PX, y);
      break;
    case "notification":
      ctx.arc(x, y, MARK_PX - 1, 0, 2 * Math.PI);
  }
  ctx.fill();
}

function wordsOf({ time: at, title, detail }: ClusterEvent, input: ChartInput | null): string {
  return [time(at, input?.zone ?? "utc"), title, detail]
    .filter((part) => part !== null && part !== "")
    .join(" · ");
}
