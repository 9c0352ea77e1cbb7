import { h } from "../parts/element.ts";
import { fillSlot } from "../parts/slot.ts";
import { time } from "../text/format.ts";
import type { ChartInput, Curve } from "./chart-input.ts";

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

/** Every shade from 0 to 1 as red, green, blue and opacity, a byte each: worked out once, not for each of 144,000 pixels. */
const SHADES = Uint32Array.from({ length: 256 }, (_, i) => {
  const place = (i / 255) * (STOPS.length - 1);
  const [low, high] = [STOPS[Math.floor(place)], STOPS[Math.ceil(place)]];
  const share = place - Math.floor(place);
  const mixed = (part: 0 | 1 | 2) => (low?.[part] ?? 0) * (1 - share) + (high?.[part] ?? 0) * share;
  return (mixed(0) << 24) | (mixed(1) << 16) | (mixed(2) << 8) | 255;
});

export interface HeatMap {
  show(root: HTMLElement, input: ChartInput): void;
}

/**
 * Nodes below each other, time to the right: the one hot node among a hundred shows at once.
 *
 * @param open is told the node of the row that the reader clicked
 */
export function createHeatMap(open: (node: string) => void): HeatMap {
  const canvas = h("canvas", { class: "heat", role: "img" });
  const reading = h("p", { class: "reading", "aria-hidden": "true" }, " ");
  const title = h("h2", {}, "Every node at once");
  const hint = h("p", { class: "quiet" }, "Click a row to open its node.");
  const box = h("div", {}, title, canvas, reading, hint);
  let input: ChartInput | null = null;
  let rows: readonly Curve[] = [];
  const rowAt = ({ offsetY }: MouseEvent) => rows[Math.floor((offsetY / canvas.clientHeight) * rows.length)];

  canvas.addEventListener("click", (event) => {
    const node = rowAt(event)?.node;
    if (node) open(node);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (input === null) return;
    const column = Math.floor((event.offsetX / canvas.clientWidth) * input.times.length);
    const curve = rowAt(event);
    const seconds = input.times[column];
    if (curve === undefined || seconds === undefined) return;
    reading.textContent = `${time(seconds * 1_000, input.zone)} · ${curve.name} · ${input.text(curve.values[column] ?? null)}`;
  });

  return {
    show: (root, next) => {
      // What goes to 1 can be coloured; a few rows are better read as curves.
      const fitting = next.curves.filter(({ ceiling }) => !ceiling);
      const fits = next.top === 1 && fitting.length >= LEAST_ROWS && next.times.length > 0;
      box.hidden = !fits;
      fillSlot(root, "heat", box);
      if (!fits || next === input) return;
      input = next;
      rows = fitting;
      hint.hidden = rows.every(({ node }) => node === null);
      canvas.setAttribute(
        "aria-label",
        `Heat map: ${next.label}, a row for each curve. The same in figures stands below.`,
      );
      paint(canvas, next.times.length, rows);
    },
  };
}

/** One pixel for each value, stretched by the browser; where there was no sample the ground shows. */
function paint(canvas: HTMLCanvasElement, columns: number, rows: readonly Curve[]): void {
  canvas.width = columns;
  canvas.height = rows.length;
  canvas.style.setProperty("height", `${rows.length * ROW_PX}px`);
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(columns, rows.length);
  const pixels = new DataView(image.data.buffer);
  for (const [row, { values }] of rows.entries()) {
    for (let column = 0; column < columns; column += 1) {
      const value = values[column];
      if (value === null || value === undefined) continue;
      const shade = Math.round(Math.min(1, Math.max(0, value)) * (SHADES.length - 1));
      pixels.setUint32((row * columns + column) * 4, SHADES[shade] ?? 0);
    }
  }
  context.putImageData(image, 0, 0);
}
