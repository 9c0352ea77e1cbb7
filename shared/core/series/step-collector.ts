import { MINUTE_MS } from "../time.ts";
import { deriveMinutes, type HistoryMetric, type HistoryScope } from "./aggregate-minutes.ts";
import { compareKeys, type DerivedLabels, type DerivedSeries } from "./aggregate-series.ts";
import { type Aggregation, StepAccumulator, type StepGrid } from "./aggregate-steps.ts";
import type { Chunk } from "./chunk/chunk.ts";
import { readRollupChunk } from "./rollup/read-chunk.ts";
import type { SampleBlock } from "./sample-block.ts";
import { ValueRows } from "./value-rows.ts";

/** What a history is asked for. */
export interface StepRequest {
  readonly metric: HistoryMetric;
  readonly by: HistoryScope;
  readonly aggregation: Aggregation;
  readonly grid: StepGrid;
  /** The most series to collect; absent: any number. */
  readonly mostSeries?: number;
}

export interface CollectedSeries {
  readonly key: string;
  readonly labels: DerivedLabels;
  /** One value for each step of the grid; `null` for none. */
  readonly values: (number | null)[];
}

/**
 * Collects a history from minutes and roll-ups. The answer is the same to the last bit whichever of the two tells a step; no step is
 * told by both.
 */
export class StepCollector {
  readonly #request: StepRequest;
  readonly #series = new Map<string, { readonly labels: DerivedLabels; readonly steps: StepAccumulator }>();

  readonly #rows: ValueRows;
  #overfull = false;

  constructor(request: StepRequest) {
    this.#request = request;
    this.#rows = new ValueRows(request.grid.steps);
  }

  /** True once there are more series than were asked for: the rest is not collected. */
  get isOverfull(): boolean {
    return this.#overfull;
  }

  /** How many series have a value so far. */
  get size(): number {
    return this.#series.size;
  }

  /** Adds minutes, in time order from block to block; what is outside the grid does not count. */
  addMinutes(block: SampleBlock): void {
    const { metric, by, grid } = this.#request;
    for (const series of deriveMinutes(block, metric, by)) {
      this.#collect(series, (steps) =>
        grid.stepMs === MINUTE_MS
          ? steps.addSteps(series.values, block.startMs)
          : steps.add(series.values, block.startMs),
      );
    }
  }

  /**
   * Adds a decoded roll-up of the metric's family, in any order; what is outside the grid does not count.
   *
   * @throws RangeError if its steps are not the grid's, which only a bug upstream can cause
   */
  addRollup(chunk: Chunk): void {
    const { metric, by, aggregation, grid } = this.#request;
    if (chunk.stepMs !== grid.stepMs) {
      throw new RangeError(
        `a history in steps of ${grid.stepMs} ms got a roll-up in steps of ${chunk.stepMs} ms`,
      );
    }
    for (const series of readRollupChunk(chunk, metric, by, aggregation)) {
      this.#collect(series, (steps) => steps.addSteps(series.values, chunk.startMs));
    }
  }

  /** Ends the collection. The series are in the order of their keys. */
  finish(): CollectedSeries[] {
    const ordered = [...this.#series].sort(([a], [b]) => compareKeys(a, b));
    return ordered.map(([key, { labels, steps }]) => ({ key, labels, values: steps.toValues() }));
  }

  /** A series comes to be with the first value that counts: one that ended before the grid has no place in the answer. */
  #collect({ key, labels }: DerivedSeries, add: (steps: StepAccumulator) => boolean): void {
    const known = this.#series.get(key);
    const { grid, aggregation, mostSeries } = this.#request;
    if (known === undefined && this.#series.size >= (mostSeries ?? Number.POSITIVE_INFINITY)) {
      // Before anything is made for it: a long span makes each of them large.
      this.#overfull = true;
      return;
    }
    const steps = known?.steps ?? new StepAccumulator(grid, aggregation, this.#rows);
    if (add(steps) && known === undefined) this.#series.set(key, { labels, steps });
  }
}
