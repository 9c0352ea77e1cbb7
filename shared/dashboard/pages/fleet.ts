import type { ClusterRow, ClustersAnswer } from "#api/answers/clusters.ts";
import type { Page, Shell } from "../live/page.ts";
import { h } from "../parts/element.ts";
import { moreButton } from "../parts/pieces.ts";
import { toHash } from "../text/address.ts";
import { countStatuses, type FleetFilter, filterOf, selectRows } from "../text/fleet-rows.ts";
import { number } from "../text/format.ts";
import { clusterItem } from "./fleet/cluster-item.ts";
import { emptyFleet } from "./fleet/empty-fleet.ts";
import { filterBar } from "./fleet/filter-bar.ts";
import { createTrends } from "./fleet/trends.ts";

/** More come as the reader reaches their end: with thousands at once each key typed would take too long. */
const ROWS_AT_ONCE = 20;
const PAGE_SIZE = 1_000;

/** Every cluster, worst first. */
export function fleetPage(shell: Shell, query: URLSearchParams): Page {
  let rows: readonly ClusterRow[] | null = null;
  let filter = filterOf(query);
  let limit = ROWS_AT_ONCE;
  const trends = createTrends(shell);

  const more = () => {
    limit += ROWS_AT_ONCE;
    shell.redraw();
  };
  const end = new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) more();
  });

  const change = (part: Partial<FleetFilter>) => {
    filter = { ...filter, ...part };
    limit = ROWS_AT_ONCE;
    shell.replaceAddress(toHash("", queryOf(filter)));
    shell.redraw();
  };

  return {
    title: "Fleet",
    section: "fleet",
    load: async (signal) => {
      rows = await loadAll(shell, signal);
      trends.expire();
    },
    hasData: () => rows !== null,
    turn: (changed) => {
      filter = filterOf(changed);
    },
    view: () => {
      const all = rows ?? [];
      if (all.length === 0) return [emptyFleet()];
      const wanted = selectRows(all, filter);
      const shown = wanted.slice(0, limit);
      return [
        filterBar(all, countStatuses(all), filter, change),
        h("p", { class: "count", role: "status" }, countText(wanted.length, all.length)),
        h(
          "div",
          { class: "fleethead", "aria-hidden": "true" },
          ["Status", "Cluster", "Path", "Nodes", "Worst used", "Out of ports in", "Data age", "24 h"].map(
            (text) => h("span", {}, text),
          ),
        ),
        h(
          "ul",
          { class: "fleet" },
          shown.map((row) => clusterItem(row, shell.nowMs(), trends.of(row))),
        ),
        moreButton(shown.length, wanted.length, more),
      ];
    },
    drawn: (root) => {
      trends.watch(root);
      end.disconnect();
      const button = root.querySelector(".more");
      if (button !== null) end.observe(button);
    },
  };
}

function queryOf({ text, statuses, subscription, path, sort }: FleetFilter) {
  return { q: text, status: statuses.join(","), subscription, path, sort: sort === "worst" ? "" : sort };
}

function countText(shown: number, all: number): string {
  const of = `${number(all)} ${all === 1 ? "cluster" : "clusters"}`;
  return shown === all ? of : `${number(shown)} of ${of}`;
}

async function loadAll({ api }: Shell, signal: AbortSignal): Promise<readonly ClusterRow[]> {
  const rows: ClusterRow[] = [];
  let cursor: string | null = null;
  do {
    const rest: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: ClustersAnswer = await api.get<ClustersAnswer>(`clusters?limit=${PAGE_SIZE}${rest}`, signal);
    rows.push(...page.clusters);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return rows;
}
