import { HISTORY_METRICS } from "#core/series/aggregate-minutes.ts";
import type { HistoryAnswer } from "../answers/history.ts";
import { renderCsv } from "../csv.ts";
import { toWireTime } from "../wire-time.ts";
import { labelNames } from "./history-metrics.ts";

/** One row for each time and series, in the order of time; an empty value where there was no sample. */
export function renderHistoryCsv(answer: HistoryAnswer): string {
  const metric = HISTORY_METRICS.find((name) => name === answer.metric);
  const labels = metric === undefined ? [] : labelNames(metric, answer.by);
  return renderCsv(rowsOf(answer, labels));
}

function* rowsOf(
  { times, series }: HistoryAnswer,
  labelColumns: ReturnType<typeof labelNames>,
): Generator<readonly (string | number | null)[]> {
  yield ["time", ...labelColumns, "value"];
  const labelled = series.map(({ labels, values }) => ({
    cells: labelColumns.map((name) => labels[name] ?? null),
    values,
  }));
  for (const [i, seconds] of times.entries()) {
    const time = toWireTime(seconds * 1_000);
    for (const { cells, values } of labelled) yield [time, ...cells, values[i] ?? null];
  }
}
