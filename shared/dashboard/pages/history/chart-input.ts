import type { ChartInput } from "../../history/chart-input.ts";
import type { Zone } from "../../text/format.ts";
import { summarise, valueText } from "../../text/history-view.ts";
import type { HistoryData } from "./data.ts";

/** Ratios that are held against the limits of ports. */
const LIMITED: readonly string[] = ["usedRatio", "firewallSnatUtilization"];

/** What the chart draws: curves, lines for the limits, upright lines for messages. */
export function chartInput({ cluster, history, allocated, incidents }: HistoryData, zone: Zone): ChartInput {
  const { warnRatio, failRatio } = cluster.limits;
  const summaries = summarise(history);
  const ceilings = new Set(
    (allocated?.series ?? []).flatMap(({ values }) => values.filter((value) => value !== null)),
  );
  const limits = LIMITED.includes(history.metric)
    ? [
        { value: warnRatio, text: "warning" },
        { value: failRatio, text: "critical" },
      ]
    : [...ceilings].slice(0, 6).map((value) => ({ value, text: "allocated" }));
  return {
    times: history.times,
    curves: summaries.map(({ name, series }) => ({ name, values: series.values })),
    limits,
    marks: incidents.flatMap(({ messages }) =>
      messages.map(({ at, kind }) => ({ at: Date.parse(at) / 1_000, kind })),
    ),
    top: history.unit === "ratio" ? 1 : null,
    zone,
    text: (value) => valueText(value, history.unit),
    label: `${history.metric} of ${cluster.cluster.name}`,
  };
}
