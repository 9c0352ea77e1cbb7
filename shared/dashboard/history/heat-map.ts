import { h } from "../parts/element.ts";
import { fillSlot } from "../parts/slot.ts";
import { time } from "../text/format.ts";
import type { ChartInput } from "./chart-input.ts";

const ROW_PX = 10;
const LEAST_ROWS = 2;

/** From dark and cold to bright and warm: told apart by brightness too. Red, green and blue of 0, a quarter, and so on up to 1. */
const STOPS: readonly (readonly [number, number, number])[] = [
  [38, 46, 92],
  [46, 108, 142],
  [40, 160, 130],
  [190, 200, 60],
  [255, 90, 40],
];

export interface HeatMap {
  show(root: HTMLElement, input: ChartInput): void;
}

/** Nodes below each other, time to the right: the one hot node among a hundred shows at once. */
export function createHeatMap(): HeatMap {
  const canvas = h("canvas", { class: "heat", role: "img" });
  const reading = h("p", { class: "reading", "aria-hidden": "true" }, " ");
  const title = h("h2", {}, "Every node at once");
  const box = h("div", {}, title, canvas, reading);
  let input: ChartInput | null = null;

  canvas.addEventListener("pointermove", (event) => {
    if (input === null) return;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) / width) * input.times.length);
    const curve = input.curves[Math.floor(((event.clientY - top) / height) * input.curves.length)];
    const seconds = input.times[column];
    if (curve === undefined || seconds === undefined) return;
    reading.textContent = `${time(seconds * 1_000, input.zone)} · ${curve.name} · ${input.text(curve.values[column] ?? null)}`;
  });

  return {
    show: (root, next) => {
      // What goes to 1 can be coloured; a few rows are better read as curves.
      const fits = next.top === 1 && next.curves.length >= LEAST_ROWS && next.times.length > 0;
      box.hidden = !fits;
      fillSlot(root, "heat", box);
      if (!fits || next === input) return;
      input = next;
      canvas.setAttribute(
        "aria-label",
        `Heat map: ${next.label}, a row for each curve. The same in figures stands below.`,
      );
      paint(canvas, next);
    },
  };
}

/** One pixel for each value, stretched by the browser; where there was no sample the ground shows. */
function paint(canvas: HTMLCanvasElement, { times, curves }: ChartInput): void {
  canvas.width = times.length;
  canvas.height = curves.length;
  canvas.style.setProperty("height", `${curves.length * ROW_PX}px`);
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(times.length, curves.length);
  for (const [row, { values }] of curves.entries()) {
    for (const [column, value] of values.entries()) {
      if (value !== null) setPixel(image.data, (row * times.length + column) * 4, value);
    }
  }
  context.putImageData(image, 0, 0);
}

function setPixel(pixels: Uint8ClampedArray, at: number, ratio: number): void {
  const place = Math.min(1, Math.max(0, ratio)) * (STOPS.length - 1);
  const [low, high] = [STOPS[Math.floor(place)], STOPS[Math.ceil(place)]];
  if (low === undefined || high === undefined) return;
  const share = place - Math.floor(place);
  pixels[at] = low[0] + (high[0] - low[0]) * share;
  pixels[at + 1] = low[1] + (high[1] - low[1]) * share;
  pixels[at + 2] = low[2] + (high[2] - low[2]) * share;
  pixels[at + 3] = 255;
}
