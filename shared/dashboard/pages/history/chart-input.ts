import type { HistoryAnswer } from "#api/answers/history.ts";
import type { ChartInput, Curve } from "../../history/chart-input.ts";
import type { Zone } from "../../text/format.ts";
import { ceilingsOf, limitsOf, type SeriesSummary, summarise, valueText } from "../../text/history-view.ts";
import type { HistoryData } from "./data.ts";

/** With more curves, what each is held against is a level line and no curve of its own. */
const MOST_CEILINGS = 4;

/** What the chart draws: curves, what they are held against, and what happened beside them. */
export function chartInput({ cluster, history, allocated, happened }: HistoryData, zone: Zone): ChartInput {
  const curves = summarise(history).map(toCurve(false));
  const few = allocated !== null && curves.length <= MOST_CEILINGS;
  const ceilings = few ? ceilingCurves(allocated) : [];
  return {
    span: { min: Date.parse(history.from) / 1_000, max: Date.parse(history.to) / 1_000 },
    times: history.times,
    curves: [...curves, ...ceilings],
    limits: few ? [] : limitsOf(history.metric, cluster, ceilingsOf(allocated)),
    events: happened.events,
    top: history.unit === "ratio" ? 1 : null,
    zone,
    text: (value) => valueText(value, history.unit),
    label: `${history.metric} of ${cluster.cluster.name}`,
  };
}

function ceilingCurves(allocated: HistoryAnswer): Curve[] {
  return summarise(allocated).map(toCurve(true));
}

const toCurve =
  (ceiling: boolean) =>
  ({ name, series }: SeriesSummary): Curve => ({
    name: ceiling ? `${name} allocated` : name,
    values: series.values,
    node: series.labels.node ?? series.labels.backendIp ?? null,
    ceiling,
  });
