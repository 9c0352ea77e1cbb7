import type { Cluster } from "#core/egress/topology.ts";
import type { HistoryAnswer } from "../answers/history.ts";
import type { HistorySeries } from "./read-history.ts";

type NamedSeries = HistoryAnswer["series"][number];

/** Gives backends the name of their node, where the pool still has it, and puts nodes in the order a person counts them. */
export function nameSeries(series: readonly HistorySeries[], cluster: Cluster): NamedSeries[] {
  const names = new Map(cluster.loadBalancer?.members.map(({ backendIp, node }) => [backendIp, node]));
  const order = new Intl.Collator("en", { numeric: true });
  return series
    .map(({ labels, values }): NamedSeries => {
      const node = names.get(labels.backendIp ?? null);
      return { labels: { ...(node ? { node } : {}), ...labels }, values };
    })
    .sort(
      (a, b) =>
        // Backends without a name come last: they are the ones of the past.
        Number(a.labels.node === undefined) - Number(b.labels.node === undefined) ||
        order.compare(sortKeyOf(a), sortKeyOf(b)),
    );
}

function sortKeyOf({ labels }: NamedSeries): string {
  return `${labels.node ?? ""} ${labels.backendIp ?? ""} ${labels.resourceId ?? ""} ${labels.protocol ?? ""}`;
}
