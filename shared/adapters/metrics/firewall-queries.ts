import { type MetricQuery, type ResourceType, type SeriesOf, split } from "./metric-query.ts";

// Source: "Supported metrics for Microsoft.Network/azureFirewalls", "Azure Firewall monitoring data reference".
// A firewall without traffic has no series of any of them: silence is no fault.

const FIREWALL: ResourceType = {
  namespace: "Microsoft.Network/azureFirewalls",
  one: "firewall",
  many: "firewalls",
  several: true,
};

const common = {
  type: FIREWALL,
  source: "firewall",
  aggregation: "average",
  concerns: () => true,
} as const;

const utilization = { name: "SNATPortUtilization", divisor: 100, combine: Math.max } as const;

const snatUnsplit: MetricQuery = {
  ...common,
  title: "SNAT port utilization",
  metrics: [
    {
      ...utilization,
      seriesOf: (_dimensions, resourceId) => ({ metric: "firewallSnatUtilization", labels: { resourceId } }),
    },
  ],
  filter: null,
  expectedSeries: () => 1,
};

const snat: MetricQuery = {
  ...snatUnsplit,
  metrics: [
    {
      ...utilization,
      seriesOf: ({ protocol }, resourceId) =>
        protocol === undefined || protocol === "other"
          ? undefined
          : { metric: "firewallSnatUtilization", labels: { protocol, resourceId } },
    },
  ],
  filter: split("Protocol"),
  unsplit: snatUnsplit,
  expectedSeries: () => 4,
};

/** Several reasons may have values in the same minute; without one the firewall is in order, or Azure has nothing to say. */
const healthOf: SeriesOf = ({ reason }, resourceId) => ({
  metric: "firewallHealth",
  labels: reason === undefined ? { resourceId } : { resourceId, reason },
});

const health: MetricQuery = {
  ...common,
  title: "health",
  metrics: [{ name: "FirewallHealth", seriesOf: healthOf, divisor: 100, combine: Math.min }],
  filter: split("Status", "Reason"),
  expectedSeries: () => 12,
};

function whole(metric: "firewallThroughput" | "firewallLatency"): SeriesOf {
  return (_dimensions, resourceId) => ({ metric, labels: { resourceId } });
}

const load: MetricQuery = {
  ...common,
  title: "throughput and latency",
  metrics: [
    { name: "Throughput", seriesOf: whole("firewallThroughput"), divisor: 1, combine: Math.max },
    { name: "FirewallLatencyPng", seriesOf: whole("firewallLatency"), divisor: 1, combine: Math.max },
  ],
  filter: null,
  expectedSeries: () => 1,
};

/** In order of worth. */
export const FIREWALL_QUERIES: readonly MetricQuery[] = [snat, health, load];
