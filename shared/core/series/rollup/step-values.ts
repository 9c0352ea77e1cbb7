import type { ValueRows } from "../value-rows.ts";

/** What a roll-up keeps of the minutes of each step. */
export interface StepValues {
  /** `NaN`, like `max` and `sum`, where no minute of the step had a value. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Of its minutes in time order, or of the sums of the steps it is made of: equal to the last bit to what `StepAccumulator` makes. */
  readonly sum: Float64Array;
  /** How many minutes had a value; 0 for none. */
  readonly count: Float64Array;
}

/**
 * @param minutes one value a minute, `NaN` for none; whole steps
 * @param rows of the steps' number
 */
export function foldMinutes(minutes: Float64Array, minutesPerStep: number, rows: ValueRows): StepValues {
  const { min, max, sum, count } = emptySteps(rows);
  for (let step = 0; step < count.length; step += 1) {
    let [least, most, total, known] = [Number.NaN, Number.NaN, Number.NaN, 0];
    for (let i = step * minutesPerStep; i < (step + 1) * minutesPerStep; i += 1) {
      const value = minutes[i] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      least = known === 0 ? value : Math.min(least, value);
      most = known === 0 ? value : Math.max(most, value);
      total = known === 0 ? value : total + value;
      known += 1;
    }
    min[step] = least;
    max[step] = most;
    sum[step] = total;
    count[step] = known;
  }
  return { min, max, sum, count };
}

/**
 * @param finer a whole number of coarser steps
 * @param factor finer steps in a coarser one
 * @param rows of the coarser steps' number
 */
export function foldSteps(finer: StepValues, factor: number, rows: ValueRows): StepValues {
  const { min, max, sum, count } = emptySteps(rows);
  for (let i = 0; i < finer.count.length; i += 1) {
    const added = finer.count[i] ?? 0;
    if (added === 0) continue;
    const step = Math.floor(i / factor);
    const known = count[step] ?? 0;
    min[step] = known === 0 ? at(finer.min, i) : Math.min(at(min, step), at(finer.min, i));
    max[step] = known === 0 ? at(finer.max, i) : Math.max(at(max, step), at(finer.max, i));
    sum[step] = known === 0 ? at(finer.sum, i) : at(sum, step) + at(finer.sum, i);
    count[step] = known + added;
  }
  return { min, max, sum, count };
}

/** Steps without any value: of a series that is not there. */
export function noSteps(steps: number): StepValues {
  const none = noValues(steps);
  return { min: none, max: none, sum: none, count: new Float64Array(steps) };
}

export function noValues(steps: number): Float64Array {
  return new Float64Array(steps).fill(Number.NaN);
}

function emptySteps(rows: ValueRows): StepValues {
  return { min: rows.next(), max: rows.next(), sum: rows.next(), count: rows.next().fill(0) };
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}
