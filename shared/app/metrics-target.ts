import { hasNoSnatMetrics } from "#core/checks/applies.ts";
import type { Cluster } from "#core/egress/topology.ts";
import type { MetricsTarget } from "#ports/metrics-source.ts";

/** What to ask Azure Monitor for this cluster's load balancer, or `null` where there is none or it has no such metrics. */
export function metricsTarget(cluster: Cluster): MetricsTarget | null {
  const balancer = cluster.loadBalancer;
  if (balancer === null || hasNoSnatMetrics(cluster)) return null;
  const addresses = balancer.outboundRules.flatMap((rule) =>
    rule.frontends.map((frontend) => frontend.addresses),
  );
  return {
    clusterKey: cluster.ref.key,
    resourceId: balancer.id,
    nodes: balancer.members.length,
    // A frontend whose addresses could not be read still has at least one.
    frontends: addresses.reduce((sum, list) => sum + Math.max(1, list.length), 0),
    probedPorts: new Set(balancer.rules.filter((rule) => rule.probe !== null).map((rule) => rule.backendPort))
      .size,
  };
}
