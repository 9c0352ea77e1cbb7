// The metrics of a Standard Load Balancer.

import type { LoadBalancerModel } from "../world/load-balancer-model.ts";
import type { ClusterModel } from "../world/model.ts";
import type { Moment } from "../world/moment.ts";
import { availabilitySeries, flowSeries, probeSeries } from "./availability.ts";
import { connectionSeries, portSeries } from "./snat.ts";
import type { BaseSeries, MetricSource } from "./source.ts";
import { egressOf, type View } from "./view.ts";

/** The load balancer of a cluster as a source of metrics. */
export function loadBalancerMetrics(cluster: ClusterModel, loadBalancer: LoadBalancerModel): MetricSource {
  const egress = loadBalancer.outbound ? egressOf(loadBalancer) : [];
  const view = { cluster, loadBalancer, egress };
  return {
    id: loadBalancer.id,
    namespace: "microsoft.network/loadbalancers",
    subscriptionId: cluster.subscriptionId,
    location: cluster.spec.location,
    seed: cluster.seed,
    lateBursts: cluster.spec.lateBursts ?? false,
    series: (metric, moments) => (loadBalancer.sku === "Basic" ? [] : seriesFor(view, metric, moments)),
  };
}

function seriesFor(view: View, metric: string, moments: readonly Moment[]): BaseSeries[] {
  switch (metric) {
    case "UsedSnatPorts":
      return portSeries(view, moments, "used");
    case "AllocatedSnatPorts":
      return portSeries(view, moments, "allocated");
    case "SnatConnectionCount":
      return connectionSeries(view, moments);
    case "VipAvailability":
      return availabilitySeries(view, moments);
    case "DipAvailability":
      return probeSeries(view, moments);
    case "ByteCount":
    case "PacketCount":
    case "SYNCount":
      return flowSeries(view, metric, moments);
    default:
      return [];
  }
}
