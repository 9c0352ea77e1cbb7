import type { ClusterAnswer } from "#api/answers/cluster.ts";
import type { HistoryAnswer } from "#api/answers/history.ts";
import type { Chart } from "../history/chart.ts";
import type { ChartInput } from "../history/chart-input.ts";
import type { HeatMap } from "../history/heat-map.ts";
import { ApiError } from "../live/api-client.ts";
import type { Page, Shell } from "../live/page.ts";
import { h } from "../parts/element.ts";
import { notice } from "../parts/pieces.ts";
import { slot } from "../parts/slot.ts";
import { type ClusterPath, clusterHash, clusterPath } from "../text/address.ts";
import { duration, number, time } from "../text/format.ts";
import { metricsOf, nodesOf, ofNode } from "../text/history-view.ts";
import { clusterTabs } from "./cluster/cluster-tabs.ts";
import { chartInput } from "./history/chart-input.ts";
import type { HistoryData } from "./history/data.ts";
import { downloadCsv } from "./history/download-csv.ts";
import { eventList } from "./history/event-list.ts";
import { historyControls } from "./history/history-controls.ts";
import { readEvents } from "./history/read-events.ts";
import { seriesTable } from "./history/series-table.ts";
import { type HistoryWish, readWish, wishQuery } from "./history/wish.ts";

const EVENTS_AT_ONCE = 100;

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
  let events = EVENTS_AT_ONCE;
  /** What can be shown alone: of the last answer about all nodes. */
  let nodes: readonly string[] = [];
  const path = `clusters/${clusterPath(cluster)}`;
  const go = (part: Partial<HistoryWish>) => {
    const wish = { ...readWish(asked, data?.cluster ?? null), ...part };
    location.hash = clusterHash(cluster, "history", wishQuery(wish));
  };
  const moreEvents = () => {
    events += EVENTS_AT_ONCE;
    shell.redraw();
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
      const [history, allocated, happened] = await Promise.all([
        read(wish.metric),
        wish.metric === "usedPorts" ? read("allocatedPorts") : null,
        readEvents(shell.api, path, range, signal),
      ]);
      const parts = await import("../history/parts.ts");
      chart ??= parts.createChart((from, to) => go({ from, to }));
      heat ??= parts.createHeatMap((node) => go({ node, metric: "usedPorts" }));
      nodes = nodesOf(history);
      data = {
        cluster: answer,
        history: ofNode(history, wish.node),
        allocated: allocated && ofNode(allocated, wish.node),
        happened,
      };
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
        historyControls(metricsOf(data.cluster.paths), wish, history, nodes, go, () => void save(wish)),
        h(
          "div",
          { class: "notices" },
          refusal === null ? null : notice("bad", `No CSV: ${refusal}`),
          data.cluster.backfillMinutes > 0
            ? notice(
                "info",
                `The past of this cluster is still being read from Azure: ${duration(data.cluster.backfillMinutes * 60)} to go, the newest first.`,
              )
            : null,
          history.incomplete
            ? notice("info", `Not everything could be read: ${history.faults.join("; ")}`)
            : null,
        ),
        history.series.length === 0 ? h("p", {}, "There are no samples of this metric in this span.") : null,
        slot("chart"),
        h(
          "p",
          { class: "quiet" },
          `${time(history.from, shell.zone())} to ${time(history.to, shell.zone())}, steps of ${history.step}, ${history.agg} of each, ${number(history.series.length)} curves. Drag across the chart to zoom, with Shift to move; turn the wheel with Ctrl to zoom at the pointer. ${history.note ?? ""}`,
        ),
        slot("heat"),
        eventList(data.happened, shell.zone(), events, moreEvents),
        seriesTable(history, shell.zone(), (node) =>
          clusterHash(cluster, "history", wishQuery({ ...wish, node })),
        ),
      ];
    },
  };
}
