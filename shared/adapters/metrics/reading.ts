import type { ProblemReason, SourceProblem } from "#core/failure.ts";
import { createBlock, type SampleBlock } from "#core/series/sample-block.ts";
import { ValueRows } from "#core/series/value-rows.ts";
import { MINUTE_MS } from "#core/time.ts";
import type { MetricsTarget } from "#ports/metrics-source.ts";
import { absorbMetrics, type MetricTally } from "./absorb.ts";
import type { ResultPart } from "./answer-parts.ts";
import type { DimensionReader } from "./dimensions.ts";
import { INTERVAL, METRIC_QUERIES, type MetricQuery, type QuerySource } from "./metric-queries.ts";
import type { Batch } from "./plan.ts";
import { Timeline } from "./timeline.ts";
import { fillAbsentStates } from "./zero-rule.ts";

/** What one load balancer's answers have given so far. */
export class Reading {
  readonly target: MetricsTarget;
  readonly alone: boolean;
  readonly block: SampleBlock;
  readonly #rows: ValueRows;
  readonly #problems: SourceProblem[] = [];
  /** Series seen by metric, over all answers of a query that came. */
  readonly #seen = new Map<MetricQuery, Map<string, number>>();

  constructor(target: MetricsTarget, alone: boolean, fromMs: number, toMs: number) {
    this.target = target;
    this.alone = alone;
    this.block = createBlock(fromMs, toMs);
    this.#rows = new ValueRows(this.block.minutes);
  }

  /** Takes in this resource's part of an answer; `undefined` where the answer left it out. */
  absorb(
    part: ResultPart | undefined,
    batch: Batch<Reading>,
    timeline: Timeline,
    reader: DimensionReader,
  ): void {
    const { query } = batch;
    if (part === undefined) {
      this.fail(query.source, "partial", `${query.title}: the answer left this load balancer out`);
      return;
    }
    if (part.interval !== undefined && part.interval.toUpperCase() !== INTERVAL) {
      part.metrics.skip();
      this.fail(query.source, "malformed", `${query.title}: asked for ${INTERVAL}, got ${part.interval}`);
      return;
    }
    const { block } = this;
    const tallies = absorbMetrics(part.metrics, { query, block, rows: this.#rows, timeline, reader });
    const whole = query.metrics
      .map(({ name }) => this.#judge(query, name, tallies.get(name), batch.top))
      .every((fine) => fine);
    if (whole && query.source === "snatConnections") {
      const indexOf = (ms: number) => (ms - this.block.startMs) / MINUTE_MS;
      fillAbsentStates(this.block, this.#rows, indexOf(batch.fromMs), indexOf(batch.toMs));
    }
  }

  fail(source: QuerySource, reason: ProblemReason, message: string): void {
    // A span read in slices fails in slices: once is enough.
    if (this.#problems.some((known) => known.source === source && known.reason === reason)) return;
    this.#problems.push({ source, reason, message });
  }

  /** All problems, those that only the end shows included. */
  finish(): readonly SourceProblem[] {
    for (const [query, seen] of this.#seen) {
      const failed = this.#problems.some(({ source }) => source === query.source);
      // The first slices of a long span may well lie before the cluster's birth, so silence is judged over all of it.
      const silent = query.metrics.filter(({ name }) => (seen.get(name) ?? 0) === 0).map(({ name }) => name);
      if (failed || silent.length === 0 || !query.mustHaveSeries || this.target.nodes === 0) continue;
      const message = `${query.title}: no series of ${silent.join(", ")}, expected some of ${this.target.nodes} nodes`;
      this.fail(query.source, "empty", message);
    }
    // Requests end in any order; evidence should not.
    return METRIC_QUERIES.flatMap((query) => this.#problems.filter(({ source }) => source === query.source));
  }

  /** @returns whether the metric's part of the answer is whole */
  #judge(query: MetricQuery, name: string, tally: MetricTally | undefined, top: number): boolean {
    if (tally === undefined) {
      this.fail(query.source, "partial", `${query.title}: ${name} is missing in the answer`);
      return false;
    }
    const seen = this.#seen.get(query) ?? new Map<string, number>();
    this.#seen.set(query, seen.set(name, (seen.get(name) ?? 0) + tally.series));
    if (tally.errorCode.toLowerCase() !== "success") {
      const detail = tally.errorMessage === undefined ? "" : `: ${tally.errorMessage}`;
      this.fail(query.source, reasonOfCode(tally.errorCode), `${name}: ${tally.errorCode}${detail}`);
      return false;
    }
    if (tally.series >= top) {
      this.fail(query.source, "partial", `${name}: the answer was cut at ${top} series`);
      return false;
    }
    if (tally.unreadable > 0 && tally.unreadable === tally.series) {
      this.fail(
        query.source,
        "malformed",
        `${name}: ${tally.series} series without the dimensions asked for`,
      );
    }
    // A stray series beside good ones is no fault, but what it stood for is not known to be zero.
    return tally.unreadable === 0;
  }
}

/** Codes of a single metric are not documented; these words are in those of ARM. */
function reasonOfCode(code: string): ProblemReason {
  if (/throttl|toomany|429/i.test(code)) return "throttled";
  if (/notfound/i.test(code)) return "notFound";
  if (/forbidden|authorization/i.test(code)) return "forbidden";
  if (/unauthorized|authentication/i.test(code)) return "unauthorized";
  if (/timeout/i.test(code)) return "timeout";
  return /badrequest|invalid/i.test(code) ? "rejected" : "unavailable";
}

/** The time line of a batch's answers, for all its resources: their time stamps are the same. */
export function timelineOf(batch: Batch<Reading>): Timeline {
  const startMs = batch.items[0]?.block.startMs ?? batch.fromMs;
  return new Timeline(startMs, batch.fromMs, batch.toMs);
}
