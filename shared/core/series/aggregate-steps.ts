import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";

/** The steps that a history can be asked for, finest first. */
export const HISTORY_STEPS = { "1m": MINUTE_MS, "5m": 5 * MINUTE_MS, "1h": HOUR_MS, "1d": DAY_MS } as const;
export type HistoryStep = keyof typeof HISTORY_STEPS;

/** How the minutes of a step become one value. */
export const AGGREGATIONS = ["max", "avg", "min", "sum"] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/** Steps of equal length, aligned to whole steps since the epoch (a day starts at 00:00 UTC). */
export interface StepGrid {
  readonly startMs: number;
  readonly stepMs: number;
  readonly steps: number;
}

/** The whole steps that hold the span: the same minute falls into the same step whatever the span is. */
export function alignGrid(fromMs: number, toMs: number, stepMs: number): StepGrid {
  const startMs = Math.floor(fromMs / stepMs) * stepMs;
  return { startMs, stepMs, steps: Math.ceil((toMs - startMs) / stepMs) };
}

/** The finest step that cuts the span into at most `mostSteps`; the coarsest where none does. */
export function chooseStep(fromMs: number, toMs: number, mostSteps: number): HistoryStep {
  for (const step of ["1m", "5m", "1h"] as const) {
    if (alignGrid(fromMs, toMs, HISTORY_STEPS[step]).steps <= mostSteps) return step;
  }
  return "1d";
}

/** Collects the minutes of one series into steps, block by block and in any order. */
export class StepAccumulator {
  readonly #grid: StepGrid;
  readonly #aggregation: Aggregation;
  readonly #values: Float64Array;
  readonly #counts: Uint32Array;

  constructor(grid: StepGrid, aggregation: Aggregation) {
    this.#grid = grid;
    this.#aggregation = aggregation;
    this.#values = new Float64Array(grid.steps).fill(Number.NaN);
    this.#counts = new Uint32Array(grid.steps);
  }

  /** Adds one value a minute from `startMs` on. `NaN` and minutes outside the grid do not count. */
  add(minutes: Float64Array, startMs: number): void {
    for (let i = 0; i < minutes.length; i += 1) {
      const value = minutes[i] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const step = Math.floor((startMs + i * MINUTE_MS - this.#grid.startMs) / this.#grid.stepMs);
      const before = this.#values[step];
      if (before === undefined) continue;
      this.#values[step] = Number.isNaN(before) ? value : this.#merge(before, value);
      this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    }
  }

  /** One value a step, made of the minutes that were there; `null` where there was none. */
  toValues(): (number | null)[] {
    const averaged = this.#aggregation === "avg";
    return Array.from(this.#values, (value, step) => {
      if (Number.isNaN(value)) return null;
      return averaged ? value / (this.#counts[step] ?? 1) : value;
    });
  }

  #merge(before: number, value: number): number {
    if (this.#aggregation === "max") return Math.max(before, value);
    if (this.#aggregation === "min") return Math.min(before, value);
    return before + value;
  }
}
