import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import { deriveAllMinutes, type HistoryMetric, type HistoryScope } from "../aggregate-minutes.ts";
import type { DerivedLabels } from "../aggregate-series.ts";
import { HISTORY_STEPS, type StepGrid } from "../aggregate-steps.ts";
import { blockEndMs, type SampleBlock } from "../sample-block.ts";
import { ValueRows } from "../value-rows.ts";
import { foldMinutes, foldSteps, type StepValues } from "./step-values.ts";

/** One derived series, step by step. */
export interface RollupSeries extends StepValues {
  readonly metric: HistoryMetric;
  readonly by: HistoryScope;
  /** Equal for equal labels, over roll-ups. */
  readonly key: string;
  readonly labels: DerivedLabels;
}

/**
 * Every history metric in every scope, over whole days in steps of 5 minutes, 1 hour or 1 day (UTC). It is made of derived series,
 * since those cannot be had from roll-ups of what is stored: the maximum ratio used / allocated is not the ratio of the maxima.
 *
 * A series without any value is not there.
 */
export interface Rollup extends StepGrid {
  readonly series: readonly RollupSeries[];
}

/** Steps of roll-ups, each made of the one before it. */
const ROLLUP_STEPS_MS = [HISTORY_STEPS["5m"], HISTORY_STEPS["1h"], HISTORY_STEPS["1d"]] as const;

/**
 * Rolls minutes up into steps of five.
 *
 * @throws RangeError if the block is not whole UTC days, which only a bug upstream can cause
 */
export function rollUp(block: SampleBlock): Rollup {
  if (block.startMs % DAY_MS !== 0 || blockEndMs(block) % DAY_MS !== 0) {
    throw new RangeError(`a roll-up is made of whole UTC days: ${block.startMs}..${blockEndMs(block)}`);
  }
  const [stepMs] = ROLLUP_STEPS_MS;
  const minutesPerStep = stepMs / MINUTE_MS;
  const steps = block.minutes / minutesPerStep;
  const rows = new ValueRows(steps);
  const series = deriveAllMinutes(block).flatMap(({ metric, by, series }) =>
    series.map(({ key, labels, values }): RollupSeries => {
      const folded = foldMinutes(values, minutesPerStep, rows);
      return { metric, by, key, labels, ...folded };
    }),
  );
  const known = series.filter(({ count }) => count.some((minutes) => minutes > 0));
  return { startMs: block.startMs, stepMs, steps, series: known };
}

/**
 * The same in longer steps: of 1 hour or 1 day.
 *
 * @throws RangeError for a step that is not longer, or is none of a roll-up, which only a bug upstream can cause
 */
export function coarsen(rollup: Rollup, stepMs: number): Rollup {
  const next = ROLLUP_STEPS_MS.find((known) => known > rollup.stepMs);
  if (next === undefined || !ROLLUP_STEPS_MS.some((known) => known === stepMs && known >= next)) {
    throw new RangeError(`a roll-up in steps of ${rollup.stepMs} ms does not become one of ${stepMs} ms`);
  }
  const factor = next / rollup.stepMs;
  const steps = rollup.steps / factor;
  const rows = new ValueRows(steps);
  const series = rollup.series.map((each) => ({ ...each, ...foldSteps(each, factor, rows) }));
  const coarser = { startMs: rollup.startMs, stepMs: next, steps, series };
  return next === stepMs ? coarser : coarsen(coarser, stepMs);
}
