import type { ClusterRow } from "#api/answers/clusters.ts";
import type { HistoryAnswer } from "#api/answers/history.ts";
import { ApiError } from "../../live/api-client.ts";
import type { Shell } from "../../live/page.ts";
import { svg } from "../../parts/element.ts";
import { clusterPath } from "../../text/address.ts";
import { trendPath } from "../../text/trend-path.ts";

/** A day of hours changes slowly. */
const KEPT_MS = 15 * 60_000;
const AT_ONCE = 2;
const METRICS: Readonly<Record<string, string>> = {
  natGateway: "natConnections",
  firewall: "firewallSnatUtilization",
  loadBalancer: "usedRatio",
};

interface Kept {
  readonly row: ClusterRow;
  readonly atMs: number;
  /** Absent: still asked for, or not to be had. */
  readonly values?: readonly (number | null)[];
}

/** The small curves of 24 hours, read only for the clusters that are on the screen, two at a time. */
export function createTrends(shell: Shell) {
  const kept = new Map<string, Kept>();
  const rows = new Map<string, ClusterRow>();
  const waiting: ClusterRow[] = [];
  let running = 0;
  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      const row = rows.get(target.getAttribute("data-cluster") ?? "");
      if (!isIntersecting || row === undefined || kept.has(row.id)) continue;
      kept.set(row.id, { row, atMs: Date.now() });
      waiting.push(row);
    }
    next();
  });

  function next(): void {
    while (running < AT_ONCE) {
      const row = waiting.shift();
      if (row === undefined) return;
      running += 1;
      void read(row).finally(() => {
        running -= 1;
        next();
      });
    }
  }

  async function read(row: ClusterRow): Promise<void> {
    const metric = row.paths.map((kind) => METRICS[kind]).find((name) => name !== undefined);
    if (metric === undefined) return;
    const path = `clusters/${clusterPath(row)}/history?metric=${metric}&by=cluster&step=1h&from=-24h&to=now`;
    try {
      const { series } = await shell.api.get<HistoryAnswer>(path);
      const values = series[0]?.values;
      if (values === undefined) return;
      kept.set(row.id, { row, atMs: Date.now(), values });
      shell.redraw();
    } catch (error) {
      // The list itself tells that the API is away; a trend that is missing is an empty cell.
      if (!(error instanceof ApiError)) throw error;
      kept.delete(row.id);
    }
  }

  return {
    of: (row: ClusterRow): Node | null => {
      rows.set(row.id, row);
      const values = kept.get(row.id)?.values;
      return values === undefined ? null : picture(values, row.paths.includes("loadBalancer") ? 1 : null);
    },
    watch: (root: HTMLElement): void => {
      observer.disconnect();
      for (const cell of root.querySelectorAll(".trend")) observer.observe(cell);
    },
    expire: (): void => {
      for (const [id, { atMs }] of kept) if (Date.now() - atMs > KEPT_MS) kept.delete(id);
    },
  };
}

const WIDTH = 96;
const HEIGHT = 24;

function picture(values: readonly (number | null)[], top: number | null): Node {
  const path = svg("path", { d: trendPath(values, WIDTH, HEIGHT, top), class: "line" });
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, "aria-hidden": "true" },
    path,
  );
}
