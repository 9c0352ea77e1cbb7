// Every resource that has metrics, by id.

import type { World } from "../world/model.ts";
import { hashText } from "../world/random.ts";
import { firewallMetrics } from "./firewall.ts";
import { natGatewayMetrics } from "./gateway.ts";
import { loadBalancerMetrics } from "./load-balancer.ts";
import { managedClusterMetrics, scaleSetMetrics } from "./node-metrics.ts";
import type { MetricSource } from "./source.ts";

export interface SourceIndex {
  /** The source of an id in any spelling. */
  find(id: string): MetricSource | undefined;
}

/** Builds the index of a world. Azure keeps 93 days: minutes before that are gone. */
export function indexSources(world: World): SourceIndex {
  const sources = new Map<string, MetricSource>();
  const add = (source: MetricSource): void => {
    sources.set(source.id.toLowerCase(), withRetention(source));
  };
  for (const cluster of world.clusters) {
    add(managedClusterMetrics(cluster));
    for (const pool of cluster.pools) add(scaleSetMetrics(cluster, pool));
    if (cluster.loadBalancer) add(loadBalancerMetrics(cluster, cluster.loadBalancer));
  }
  for (const gateway of world.natGateways) add(natGatewayMetrics(gateway));
  for (const firewall of world.firewalls) add(firewallMetrics(firewall));
  for (const { id, spec, networkId } of world.appliances) {
    if (spec.kind !== "loadBalancer") continue;
    const [, , subscriptionId = ""] = networkId.split("/");
    // An internal load balancer has the metrics of any other, but no outbound rule and so no SNAT figures.
    const head = { id, namespace: "microsoft.network/loadbalancers", subscriptionId, seed: hashText(id) };
    add({ ...head, location: spec.location, lateBursts: false, series: () => [] });
  }
  return { find: (id) => sources.get(id.toLowerCase()) };
}

/** 93 days and a day of grace before the anchor, so that the limit does not move with the clock. */
const OLDEST_REL = -94 * 1440;

function withRetention(source: MetricSource): MetricSource {
  return {
    ...source,
    series: (metric, moments) => {
      const [first] = moments;
      const last = moments.at(-1);
      if (first === undefined || last === undefined || last.rel < OLDEST_REL) return [];
      const all = source.series(metric, moments);
      if (first.rel >= OLDEST_REL) return all;
      return all.map((series) => ({
        ...series,
        value: (index) => ((moments[index]?.rel ?? 0) < OLDEST_REL ? Number.NaN : series.value(index)),
      }));
    },
  };
}
