import uPlot from "uplot";
import { h } from "../parts/element.ts";
import { fillSlot } from "../parts/slot.ts";
import { axisTimes, time } from "../text/format.ts";
import type { ChartInput } from "./chart-input.ts";
import { curvePath } from "./curve-path.ts";
import { drawLines } from "./draw-lines.ts";
import { addGestures } from "./gestures.ts";
import { CURVE_COLOURS, chartColours } from "./palette.ts";
import { createTimeLine, type TimeLine } from "./time-line.ts";

const HEIGHT = 340;
const LEAST_WIDTH = 240;
/** More curves are drawn as hair lines: where no graphics card helps, wider ones take twenty times as long (test/bench). */
const MOST_WIDE = 12;
/** A drag shorter than this was a click. */
const LEAST_DRAG_PX = 6;

export interface Chart {
  /** Draws, or brings what is drawn up to date; the pointer and its reading stay. */
  show(root: HTMLElement, input: ChartInput): void;
}

/** @param zoom is told the two instants that the reader dragged between */
export function createChart(zoom: (from: string, to: string) => void): Chart {
  const reading = h("p", { class: "reading", "aria-hidden": "true" }, " ");
  const canvas = h("div", { class: "canvas", role: "img" });
  const timeLine = createTimeLine();
  const box = h("div", {}, canvas, timeLine.element, reading, timeLine.reading);
  let plot: uPlot | null = null;
  let shape = "";
  let input: ChartInput | null = null;

  const widthOf = () => Math.max(LEAST_WIDTH, canvas.clientWidth);
  const read = (): void => {
    const at = plot?.cursor.idx;
    if (plot === null || input === null || at === null || at === undefined) {
      reading.textContent = " ";
      return;
    }
    const seconds = input.times[at];
    const curve = input.curves[nearest(plot, input, at)];
    const when = seconds === undefined ? "" : time(seconds * 1_000, input.zone);
    reading.textContent =
      curve === undefined ? when : `${when} · ${curve.name} · ${input.text(curve.values[at] ?? null)}`;
  };

  const build = (drawn: ChartInput): void => {
    plot?.destroy();
    plot = new uPlot(
      options(drawn, widthOf(), () => input ?? drawn, { read, zoom, timeLine }),
      dataOf(drawn),
      canvas,
    );
    plot.setScale("x", drawn.span);
    addGestures(plot, (from, to) => zoom(instantOf(from), instantOf(to)));
  };
  new ResizeObserver(() => {
    if (plot !== null && plot.width !== widthOf()) plot.setSize({ width: widthOf(), height: HEIGHT });
  }).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    if (input !== null) build(input);
  });

  return {
    show: (root, next) => {
      fillSlot(root, "chart", box);
      canvas.setAttribute("aria-label", `Chart: ${next.label}. The same in figures stands below.`);
      input = next;
      const nextShape = JSON.stringify([
        next.zone,
        next.top,
        next.label,
        next.curves.map(({ name, ceiling }) => [name, ceiling]),
      ]);
      if (plot === null || nextShape !== shape) build(next);
      else {
        const shown = plot;
        shown.batch(() => {
          shown.setData(dataOf(next), false);
          shown.setScale("x", next.span);
        });
      }
      shape = nextShape;
    },
  };
}

function dataOf({ times, curves }: ChartInput): uPlot.AlignedData {
  return [[...times], ...curves.map(({ values }) => [...values])];
}

/** The curve that is nearest to the pointer. */
function nearest(plot: uPlot, { curves }: ChartInput, at: number): number {
  const y = plot.posToVal(plot.cursor.top ?? 0, "y");
  let best = -1;
  let distance = Number.POSITIVE_INFINITY;
  for (const [i, { values }] of curves.entries()) {
    const value = values[at];
    if (value === null || value === undefined || Math.abs(value - y) >= distance) continue;
    best = i;
    distance = Math.abs(value - y);
  }
  return best;
}

function instantOf(seconds: number): string {
  return new Date(Math.round(seconds) * 1_000).toISOString();
}

interface Surroundings {
  readonly read: () => void;
  readonly zoom: (from: string, to: string) => void;
  readonly timeLine: TimeLine;
}

function options(
  drawn: ChartInput,
  width: number,
  current: () => ChartInput,
  { read, zoom, timeLine }: Surroundings,
): uPlot.Options {
  const colours = chartColours();
  const axis = {
    stroke: colours.text,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid, width: 1 },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: false },
      focus: { prox: 24 },
      points: { show: false },
      bind: { mousedown: (_, __, choose) => (event) => (event.shiftKey ? null : choose(event)) },
    },
    focus: { alpha: 0.25 },
    ...(drawn.zone === "utc"
      ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC") }
      : {}),
    scales: {
      y: {
        range: (_, __, highest) => [
          0,
          Math.max(
            drawn.top ?? 0,
            (highest ?? 0) * 1.05,
            ...current().limits.map(({ value }) => value * 1.05),
          ) || 1,
        ],
      },
    },
    axes: [
      { ...axis, values: (_, marks) => axisTimes(marks, drawn.zone) },
      { ...axis, size: 64, values: (_, marks) => marks.map((mark) => drawn.text(mark)) },
    ],
    series: [
      {},
      ...drawn.curves.map(({ name, ceiling }, i) => ({
        label: name,
        stroke: ceiling ? colours.limit : (CURVE_COLOURS[i % CURVE_COLOURS.length] ?? colours.text),
        width: drawn.curves.length > MOST_WIDE ? 1 / devicePixelRatio : 1.5,
        paths: curvePath,
        ...(ceiling ? { dash: [6, 4] } : {}),
        spanGaps: false,
        points: { show: false },
      })),
    ],
    hooks: {
      setCursor: [read],
      draw: [
        (plot) => {
          drawLines(plot, current(), colours);
          timeLine.draw(plot, current());
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width: dragged } = plot.select;
          if (dragged < LEAST_DRAG_PX) return;
          const [from, to] = [plot.posToVal(left, "x"), plot.posToVal(left + dragged, "x")];
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          zoom(instantOf(from), instantOf(to));
        },
      ],
    },
  };
}
