import { nameOf, resourceKey } from "#core/egress/resource-id.ts";
import type { ProblemReason, SourceProblem } from "#core/failure.ts";
import { createBlock, type SampleBlock } from "#core/series/sample-block.ts";
import { ValueRows } from "#core/series/value-rows.ts";
import { MINUTE_MS } from "#core/time.ts";
import { absorbMetrics, type MetricTally } from "./absorb.ts";
import type { ResultPart } from "./answer-parts.ts";
import type { DimensionReader } from "./dimensions.ts";
import { type AzureMetric, INTERVAL, type MetricQuery, type Subject } from "./metric-query.ts";
import type { Batch } from "./plan.ts";
import { PointReader } from "./point-reader.ts";
import type { SeriesNames } from "./series-names.ts";
import { Timeline } from "./timeline.ts";
import { fillAbsentStates } from "./zero-rule.ts";

/** What a problem says beside its reason. */
interface ProblemText {
  readonly message: string;
  readonly minor?: boolean;
}

/** What one resource's answers have given so far. */
export class Reading {
  readonly target: Subject;
  readonly alone: boolean;
  readonly block: SampleBlock;
  readonly #resource: string;
  readonly #rows: ValueRows;
  readonly #names: SeriesNames;
  readonly #problems: { readonly title: string; readonly problem: SourceProblem }[] = [];
  /** Series seen by metric, over all answers that came. */
  readonly #seen = new Map<string, number>();

  constructor(target: Subject, alone: boolean, fromMs: number, toMs: number, names: SeriesNames) {
    this.target = target;
    this.alone = alone;
    this.block = createBlock(fromMs, toMs);
    this.#resource = resourceKey(target.resourceId);
    this.#rows = new ValueRows(this.block.minutes);
    this.#names = names;
  }

  /**
   * Takes in this resource's part of an answer; `undefined` where the answer left it out.
   *
   * @returns whether the answer held any series that can be read
   */
  absorb(
    part: ResultPart | undefined,
    batch: Batch<Reading>,
    points: PointReader,
    reader: DimensionReader,
  ): boolean {
    const { query } = batch;
    if (part === undefined) {
      const message = `${this.#heading(query)}: the answer left this ${query.type.one} out`;
      this.fail(query, "partial", { message });
      return false;
    }
    if (part.interval !== undefined && part.interval.toUpperCase() !== INTERVAL) {
      part.metrics.skip();
      const message = `${this.#heading(query)}: asked for ${INTERVAL}, got ${part.interval}`;
      this.fail(query, "malformed", { message });
      return false;
    }
    const { block } = this;
    const [rows, names, resource] = [this.#rows, this.#names, this.#resource];
    const sink = { query, resource, block, rows, names, points, reader };
    const tallies = absorbMetrics(part.metrics, sink);
    const whole = query.metrics
      .map((metric) => this.#judge(query, metric, tallies.get(metric.name), batch.top))
      .every((fine) => fine);
    if (whole && query.zeroRule !== undefined) {
      const indexOf = (ms: number) => (ms - block.startMs) / MINUTE_MS;
      fillAbsentStates(query.zeroRule, block, rows, names, indexOf(batch.fromMs), indexOf(batch.toMs));
    }
    return [...tallies.values()].some(({ series, unreadable }) => series > unreadable);
  }

  fail(query: MetricQuery, reason: ProblemReason, { message, minor = false }: ProblemText): void {
    const { source, title } = query;
    // A span read in slices fails in slices: once is enough.
    const known = this.#problems.some(
      (one) => one.title === title && one.problem.reason === reason && (one.problem.minor === true) === minor,
    );
    if (known) return;
    const problem = { source, reason, message, ...(minor ? { minor: true as const } : {}) };
    this.#problems.push({ title, problem });
  }

  /** Metrics that were not asked for, because Azure refuses them here. */
  miss(query: MetricQuery, metrics: readonly AzureMetric[], region: string): void {
    for (const { name, optional } of metrics) {
      const message = `${this.#heading(query)}: Azure Monitor refuses ${name} in ${region}`;
      this.fail(query, "rejected", { message, minor: optional === true });
    }
  }

  /**
   * All problems, those that only the end shows included.
   *
   * @param queries of the resource's type
   */
  finish(queries: readonly MetricQuery[]): readonly SourceProblem[] {
    // Requests end in any order; evidence should not.
    return queries.flatMap((query) => {
      this.#judgeSilence(query);
      return this.#problems.filter(({ title }) => title === query.title).map(({ problem }) => problem);
    });
  }

  /** The first slices of a long span may well lie before the cluster's birth, so silence is judged over all of it. */
  #judgeSilence(query: MetricQuery): void {
    const { nodes } = this.target;
    const silent = query.metrics.filter((one) => one.mustHaveSeries && this.#seen.get(one.name) === 0);
    const failed = this.#problems.some(({ title, problem }) => title === query.title && !problem.minor);
    if (failed || silent.length === 0 || nodes === 0) return;
    const names = silent.map(({ name }) => name).join(", ");
    const message = `${this.#heading(query)}: no series of ${names}, expected some of ${nodes} nodes`;
    this.fail(query, "empty", { message });
  }

  /** @returns whether the metric's part of the answer is whole */
  #judge(query: MetricQuery, metric: AzureMetric, tally: MetricTally | undefined, top: number): boolean {
    const { name } = metric;
    const fail = (reason: ProblemReason, text: string) => {
      const message = `${this.#heading(query)}: ${text}`;
      this.fail(query, reason, { message, minor: metric.optional === true });
      return false;
    };
    if (tally === undefined) return fail("partial", `${name} is missing in the answer`);
    const { series, unreadable, errorCode, errorMessage } = tally;
    this.#seen.set(name, (this.#seen.get(name) ?? 0) + series);
    if (errorCode.toLowerCase() !== "success") {
      const detail = errorMessage === undefined ? "" : `: ${errorMessage}`;
      return fail(reasonOfCode(errorCode), `${name}: ${errorCode}${detail}`);
    }
    if (series >= top) return fail("partial", `${name}: the answer was cut at ${top} series`);
    // Where the question can be asked without the split, it is.
    if (unreadable > 0 && unreadable === series && query.unsplit === undefined) {
      fail("malformed", `${name}: ${series} series without the dimensions asked for`);
    }
    // A stray series beside good ones is no fault, but what it stood for is not known to be zero.
    return unreadable === 0;
  }

  #heading({ title, type }: MetricQuery): string {
    return type.several ? `${title} of ${type.one} ${nameOf(this.target.resourceId)}` : title;
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

/** What reads the points of a batch's answers, for all its resources: their time stamps are the same. */
export function pointsOf(batch: Batch<Reading>): PointReader {
  const startMs = batch.items[0]?.block.startMs ?? batch.fromMs;
  return new PointReader(new Timeline(startMs, batch.fromMs, batch.toMs), batch.query.aggregation);
}
