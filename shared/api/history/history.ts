import * as z from "zod";
import { HISTORY_METRICS } from "#core/series/aggregate-minutes.ts";
import {
  AGGREGATIONS,
  alignGrid,
  chooseStep,
  HISTORY_STEPS,
  type StepGrid,
} from "#core/series/aggregate-steps.ts";
import { HistoryAnswer } from "../answers/history.ts";
import { findCluster } from "../find-cluster.ts";
import { type ApiResponse, jsonResponse, textResponse } from "../http.ts";
import { oneOf } from "../parameters.ts";
import { invalidParameters, problem } from "../problem.ts";
import { type ApiContext, defineRoute } from "../route.ts";
import { toWireTime } from "../wire-time.ts";
import { renderHistoryCsv } from "./history-csv.ts";
import { defaultScope, METRIC_UNITS } from "./history-metrics.ts";
import { instantParameter, resolveSpan, type Span } from "./instant.ts";
import { keptNote, keptStep, oldestStoredMs } from "./kept.ts";
import { nameSeries } from "./name-series.ts";
import { readHistory } from "./read-history.ts";
import { describeTooMany } from "./too-many.ts";

const query = z.object({
  metric: oneOf(HISTORY_METRICS).describe("What to tell."),
  by: oneOf(["node", "cluster"])
    .optional()
    .describe(
      "A series for each node (of `nat…` and `firewall…`: each device), or for the cluster: its fullest node's ratio, a device's worst, else the sum. Default `node` for ports and connections, `cluster` for devices.",
    ),
  from: instantParameter
    .prefault("-24h")
    .describe("First instant: RFC 3339, epoch seconds, or so long before now."),
  to: instantParameter.prefault("now").describe("End, exclusive; in the same forms."),
  step: oneOf(["1m", "5m", "1h", "1d", "auto"])
    .default("auto")
    .describe(
      "Length of a step, aligned to UTC. `auto`: the finest that gives at most 1,500 steps and is kept for as long.",
    ),
  agg: oneOf(AGGREGATIONS).default("max").describe("How the minutes of a step become one value."),
  format: oneOf(["json", "csv"]).default("json"),
});
type HistoryQuery = z.output<typeof query>;

const AUTO_STEPS = 1_500;
/** About 20 MB of JSON; a row of CSV takes more than a value of JSON. */
const MOST_VALUES = { json: 2_000_000, csv: 500_000 } as const;

export const historyRoute = defineRoute({
  summary: "One metric of a cluster over time.",
  query,
  responses: {
    200: { description: "The history.", content: { "application/json": HistoryAnswer, "text/csv": null } },
  },
  async handle(context, wanted) {
    const entry = await findCluster(context);
    if (entry === undefined) return problem("not-found", "no such cluster is known", context.instance);

    const { nowMs, settings } = context;
    const span = resolveSpan(wanted.from, wanted.to, nowMs);
    if ("fault" in span) return invalidParameters([span.fault], context.instance);
    const step =
      wanted.step === "auto"
        ? keptStep(chooseStep(span.fromMs, span.toMs, AUTO_STEPS), span.fromMs, settings, nowMs)
        : wanted.step;
    const grid = alignGrid(span.fromMs, span.toMs, HISTORY_STEPS[step]);
    const mostValues = MOST_VALUES[wanted.format];
    if (grid.steps > mostValues) return refuseSteps(context, wanted, span, 1);

    const { metric, agg: aggregation } = wanted;
    const by = wanted.by ?? defaultScope(metric);
    const stored = await readHistory(context.series, entry, {
      metric,
      by,
      aggregation,
      grid,
      mostValues,
      storedFromMs: oldestStoredMs(step, settings, nowMs),
      storedToMs: nowMs,
    });
    if (stored.kind === "tooMany") return refuseSteps(context, wanted, span, stored.seriesCount);

    const answer: HistoryAnswer = {
      metric,
      unit: METRIC_UNITS[metric],
      by,
      agg: aggregation,
      step,
      stepSeconds: grid.stepMs / 1_000,
      from: toWireTime(span.fromMs),
      to: toWireTime(span.toMs),
      times: timesOf(grid),
      series: nameSeries(stored.series, entry.cluster),
      incomplete: stored.faults.length > 0,
      faults: [...stored.faults],
      note: keptNote(step, span.fromMs, settings, nowMs),
    };
    return wanted.format === "csv" ? csvResponse(answer, entry.cluster.ref.name) : jsonResponse(answer);
  },
});

function refuseSteps(
  { instance }: ApiContext,
  wanted: HistoryQuery,
  span: Span,
  seriesCount: number,
): ApiResponse {
  const expected = describeTooMany(span.fromMs, span.toMs, seriesCount, MOST_VALUES[wanted.format]);
  return invalidParameters([{ name: "step", value: wanted.step, expected }], instance);
}

function timesOf({ startMs, stepMs, steps }: StepGrid): number[] {
  return Array.from({ length: steps }, (_, step) => (startMs + step * stepMs) / 1_000);
}

function csvResponse(answer: HistoryAnswer, clusterName: string): ApiResponse {
  return textResponse(renderHistoryCsv(answer), "text/csv; charset=utf-8; header=present", {
    "content-disposition": `attachment; filename="${clusterName}-${answer.metric}.csv"`,
    ...(answer.incomplete ? { "x-snatwatch-incomplete": "true" } : {}),
  });
}
