import type { ClusterAnswer } from "#api/answers/cluster.ts";
import type { Query } from "../../text/address.ts";
import { METRICS, metricsOf } from "../../text/history-view.ts";

/** What the reader wants to see, as the address tells it. */
export interface HistoryWish {
  readonly metric: string;
  readonly by: "node" | "cluster";
  /** As the API takes it: `-24h` or an instant. */
  readonly from: string;
  readonly to: string;
  /** Name or address of the one node to show; empty: all. */
  readonly node: string;
}

/** More curves than this at once tell nothing. */
const MOST_NODES = 150;

/** @param answer `null`: the cluster is not known yet; the metric may change when it is */
export function readWish(query: URLSearchParams, answer: ClusterAnswer | null): HistoryWish {
  const wanted = METRICS.find(([name]) => name === query.get("metric"));
  const [metric] = wanted ?? metricsOf(answer?.paths ?? [])[0] ?? ["usedRatio"];
  const few = (answer?.cluster.nodes ?? 0) <= MOST_NODES;
  const by = query.get("by");
  const node = query.get("node") ?? "";
  const chosen = by === "node" || by === "cluster" ? by : few ? "node" : "cluster";
  return {
    metric,
    by: node === "" ? chosen : "node",
    from: query.get("from") ?? "-24h",
    to: query.get("to") ?? "now",
    node,
  };
}

export function wishQuery({ metric, by, from, to, node }: HistoryWish): Query {
  return { metric, by, from, to: to === "now" ? "" : to, node };
}
