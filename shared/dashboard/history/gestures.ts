import type uPlot from "uplot";

/** After so long without a further gesture the span that is seen is asked for anew, in its own resolution. */
const SETTLED_MS = 400;
const WHEEL_STEP = 1.15;
const LEAST_SECONDS = 120;

const moving = new WeakSet<uPlot>();

/** Whether the reader has a chart in motion: then it is drawn with fewer samples, to keep up with the hand. */
export function isMoving(plot: uPlot): boolean {
  return moving.has(plot);
}

/**
 * Moving and zooming by hand: drag with Shift to move, turn the wheel with Ctrl (which pinching is, too) to zoom at the pointer. A drag
 * without Shift is uPlot's own, and chooses a span.
 *
 * @param settled is told the span that is seen once the hand rests, in epoch seconds
 */
export function addGestures(plot: uPlot, settled: (from: number, to: number) => void): void {
  const { over } = plot;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dragged: { readonly x: number; readonly min: number; readonly max: number } | null = null;

  /** What was asked for and is not drawn yet: one frame may bring several turns of the wheel. */
  let asked: { readonly min: number; readonly max: number } | null = null;
  const seen = () => {
    const { min, max } = asked ?? plot.scales["x"] ?? {};
    return min === undefined || max === undefined ? null : { min, max };
  };

  const show = (min: number, max: number): void => {
    asked = { min, max };
    moving.add(plot);
    plot.setScale("x", asked);
    queueMicrotask(() => {
      asked = null;
    });
    clearTimeout(timer);
    timer = setTimeout(() => {
      moving.delete(plot);
      plot.redraw();
      settled(min, max);
    }, SETTLED_MS);
  };

  over.addEventListener(
    "wheel",
    (event) => {
      const span = seen();
      if (!event.ctrlKey || span === null) return;
      event.preventDefault();
      const { min, max } = span;
      const factor = event.deltaY < 0 ? 1 / WHEEL_STEP : WHEEL_STEP;
      const { left, width } = over.getBoundingClientRect();
      const at = min + ((event.clientX - left) / width) * (max - min);
      if ((max - min) * factor < LEAST_SECONDS) return;
      show(at - (at - min) * factor, at + (max - at) * factor);
    },
    { passive: false },
  );
  over.addEventListener("pointerdown", (event) => {
    const span = seen();
    if (!event.shiftKey || event.button !== 0 || span === null) return;
    dragged = { x: event.clientX, ...span };
    over.setPointerCapture(event.pointerId);
  });
  over.addEventListener("pointermove", (event) => {
    if (dragged === null) return;
    const seconds = ((dragged.x - event.clientX) / over.clientWidth) * (dragged.max - dragged.min);
    show(dragged.min + seconds, dragged.max + seconds);
  });
  over.addEventListener("pointerup", () => {
    dragged = null;
  });
}
