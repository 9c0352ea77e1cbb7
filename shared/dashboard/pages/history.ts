import type { ClusterAnswer } from "#api/answers/cluster.ts";
import type { HistoryAnswer } from "#api/answers/history.ts";
import type { IncidentsAnswer } from "#api/answers/incidents.ts";
import type { Chart } from "../history/chart.ts";
import type { ChartInput } from "../history/chart-input.ts";
import type { HeatMap } from "../history/heat-map.ts";
import { ApiError } from "../live/api-client.ts";
import type { Page, Shell } from "../live/page.ts";
import { h } from "../parts/element.ts";
import { notice } from "../parts/pieces.ts";
import { slot } from "../parts/slot.ts";
import { type ClusterPath, clusterHash, clusterPath } from "../text/address.ts";
import { number, time } from "../text/format.ts";
import { metricsOf } from "../text/history-view.ts";
import { clusterTabs } from "./cluster/cluster-tabs.ts";
import { chartInput } from "./history/chart-input.ts";
import type { HistoryData } from "./history/data.ts";
import { downloadCsv } from "./history/download-csv.ts";
import { historyControls } from "./history/history-controls.ts";
import { seriesTable } from "./history/series-table.ts";
import { type HistoryWish, readWish, wishQuery } from "./history/wish.ts";

/** One metric of a cluster over time; the range is in the address, so that going back undoes a zoom. */
export function historyPage(shell: Shell, cluster: ClusterPath, query: URLSearchParams): Page {
  let asked = query;
  let data: HistoryData | null = null;
  /** Why a CSV did not come. */
  let refusal: string | null = null;
  let chart: Chart | null = null;
  let heat: HeatMap | null = null;
  let drawn: ChartInput | null = null;
  let drawnOf: HistoryData | null = null;
  const path = `clusters/${clusterPath(cluster)}`;
  const go = (part: Partial<HistoryWish>) => {
    const wish = { ...readWish(asked, data?.cluster ?? null), ...part };
    location.hash = clusterHash(cluster, "history", wishQuery(wish));
  };
  const save = async (wish: HistoryWish) => {
    refusal = null;
    try {
      await downloadCsv(shell.api, path, wish, cluster.name);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusal = error.message;
    }
    shell.redraw();
  };

  return {
    title: `${cluster.name}: history`,
    section: "fleet",
    load: async (signal) => {
      const answer = await shell.api.get<ClusterAnswer>(path, signal);
      const wish = readWish(asked, answer);
      const range = `from=${encodeURIComponent(wish.from)}&to=${encodeURIComponent(wish.to)}`;
      const read = (metric: string) =>
        shell.api.get<HistoryAnswer>(`${path}/history?metric=${metric}&by=${wish.by}&${range}`, signal);
      const [history, allocated, { incidents }] = await Promise.all([
        read(wish.metric),
        wish.metric === "usedPorts" ? read("allocatedPorts") : null,
        shell.api.get<IncidentsAnswer>(
          `incidents?cluster=${encodeURIComponent(answer.cluster.id)}&${range}`,
          signal,
        ),
      ]);
      const parts = await import("../history/parts.ts");
      chart ??= parts.createChart((from, to) => go({ from, to }));
      heat ??= parts.createHeatMap();
      data = { cluster: answer, history, allocated, incidents };
    },
    hasData: () => data !== null,
    turn: (changed) => {
      asked = changed;
    },
    drawn: (root) => {
      if (data === null) return;
      if (drawnOf !== data || drawn?.zone !== shell.zone()) {
        drawn = chartInput(data, shell.zone());
        drawnOf = data;
      }
      chart?.show(root, drawn);
      heat?.show(root, drawn);
    },
    view: () => {
      if (data === null) return [];
      const { history } = data;
      const wish = readWish(asked, data.cluster);
      return [
        clusterTabs(cluster, "history"),
        historyControls(metricsOf(data.cluster.paths), wish, history, go, () => void save(wish)),
        h(
          "div",
          { class: "notices" },
          refusal === null ? null : notice("bad", `No CSV: ${refusal}`),
          history.incomplete
            ? notice("info", `Not everything could be read: ${history.faults.join("; ")}`)
            : null,
        ),
        history.series.length === 0 ? h("p", {}, "There are no samples of this metric in this span.") : null,
        slot("chart"),
        h(
          "p",
          { class: "quiet" },
          `${time(history.from, shell.zone())} to ${time(history.to, shell.zone())}, steps of ${history.step}, ${history.agg} of each, ${number(history.series.length)} curves. Drag across the chart to zoom. ${history.note ?? ""}`,
        ),
        slot("heat"),
        markList(data, shell),
        seriesTable(history, shell.zone()),
      ];
    },
  };
}

function markList({ incidents }: HistoryData, { zone }: Shell): HTMLElement | null {
  if (incidents.length === 0) return null;
  const messages = incidents
    .flatMap((incident) => incident.messages)
    .toSorted((a, b) => a.at.localeCompare(b.at));
  return h(
    "details",
    {},
    h("summary", {}, `${number(messages.length)} messages in this span (upright lines in the chart)`),
    h(
      "ul",
      { class: "plain" },
      messages.map(({ at, kind, headline }) => h("li", {}, `${time(at, zone())} ${kind}: ${headline}`)),
    ),
  );
}
