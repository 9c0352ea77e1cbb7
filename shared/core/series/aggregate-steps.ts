import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";
import { ValueRows } from "./value-rows.ts";

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

/**
 * The steps that a sum is made of, finest first. Of decimals, the last bits of a sum depend on the order of its parts, so there is
 * one order: five minutes are the sum of their minutes, an hour that of its five minutes, a day that of its hours, each in time
 * order. Sums of minutes and sums of roll-ups then agree to the last bit.
 */
const SUMMED_STEPS_MS = [HISTORY_STEPS["5m"], HISTORY_STEPS["1h"]];

/** A sum that may not be whole yet. */
interface OpenSum {
  readonly stepMs: number;
  /** Steps since the epoch; `NaN` before the first value. */
  step: number;
  sum: number;
}

/**
 * Collects one series into steps: minutes, cut into blocks anywhere, and values of whole steps (roll-ups). Each step is told by the
 * one or by the other. Minutes come in time order, or the last bits of sums of decimals may be others.
 */
export class StepAccumulator {
  readonly #grid: StepGrid;
  readonly #aggregation: Aggregation;
  readonly #values: Float64Array;
  /** Of minutes with a value; kept for averages alone. */
  readonly #counts: Uint32Array;
  readonly #openSums: readonly OpenSum[];

  /** @param rows of the grid's steps; who collects many series has one */
  constructor(grid: StepGrid, aggregation: Aggregation, rows = new ValueRows(grid.steps)) {
    this.#grid = grid;
    this.#aggregation = aggregation;
    this.#values = rows.next();
    this.#counts = new Uint32Array(aggregation === "avg" ? grid.steps : 0);
    const summed = aggregation === "sum" || aggregation === "avg";
    this.#openSums = SUMMED_STEPS_MS.filter((stepMs) => summed && stepMs < grid.stepMs).map((stepMs) => ({
      stepMs,
      step: Number.NaN,
      sum: Number.NaN,
    }));
  }

  /**
   * Adds one value a minute from `startMs` on, none of them before one added earlier.
   *
   * @returns whether any counted: `NaN` and minutes outside the grid do not
   */
  add(minutes: Float64Array, startMs: number): boolean {
    const { startMs: gridMs, stepMs } = this.#grid;
    let counted = false;
    let step = this.#stepAt(startMs);
    let nextMs = gridMs + (step + 1) * stepMs;
    for (let i = 0, atMs = startMs; i < minutes.length; i += 1, atMs += MINUTE_MS) {
      if (atMs >= nextMs) {
        step += 1;
        nextMs += stepMs;
      }
      const value = minutes[i] ?? Number.NaN;
      if (Number.isNaN(value) || step < 0 || step >= this.#values.length) continue;
      this.#counts[step] = (this.#counts[step] ?? 0) + 1;
      if (this.#openSums.length === 0) this.#put(step, value);
      else this.#addFrom(0, atMs, value);
      counted = true;
    }
    return counted;
  }

  /**
   * Takes over one value a step of the grid's length from `startMs` on.
   *
   * @returns whether any counted: `NaN` and steps outside the grid do not
   */
  addSteps(values: Float64Array, startMs: number): boolean {
    let counted = false;
    const first = this.#stepAt(startMs);
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] ?? Number.NaN;
      const step = first + i;
      if (Number.isNaN(value) || step < 0 || step >= this.#values.length) continue;
      this.#values[step] = value;
      this.#counts[step] = 1;
      counted = true;
    }
    return counted;
  }

  /** Ends the collection. One value a step, made of the minutes that were there; `null` where there was none. */
  toValues(): (number | null)[] {
    for (const [index, open] of this.#openSums.entries()) {
      if (!Number.isNaN(open.step)) this.#addFrom(index + 1, open.step * open.stepMs, open.sum);
      open.step = Number.NaN;
    }
    const averaged = this.#aggregation === "avg";
    // Of its whole length from the start: one that grows takes three times as long (test/bench).
    const values = new Array<number | null>(this.#values.length);
    for (let step = 0; step < values.length; step += 1) {
      const value = this.#values[step] ?? Number.NaN;
      if (Number.isNaN(value)) values[step] = null;
      else values[step] = averaged ? value / (this.#counts[step] ?? 1) : value;
    }
    return values;
  }

  #stepAt(ms: number): number {
    return Math.floor((ms - this.#grid.startMs) / this.#grid.stepMs);
  }

  /** Adds to the open sum of that index; a sum of an earlier step that was open there is whole, and goes up one. */
  #addFrom(index: number, atMs: number, value: number): void {
    const open = this.#openSums[index];
    if (open === undefined) {
      this.#put(this.#stepAt(atMs), value);
      return;
    }
    const step = Math.floor(atMs / open.stepMs);
    if (step === open.step) {
      open.sum += value;
      return;
    }
    if (!Number.isNaN(open.step)) this.#addFrom(index + 1, open.step * open.stepMs, open.sum);
    open.step = step;
    open.sum = value;
  }

  #put(step: number, value: number): void {
    const before = this.#values[step] ?? Number.NaN;
    this.#values[step] = Number.isNaN(before) ? value : this.#merge(before, value);
  }

  #merge(before: number, value: number): number {
    if (this.#aggregation === "max") return Math.max(before, value);
    if (this.#aggregation === "min") return Math.min(before, value);
    return before + value;
  }
}
