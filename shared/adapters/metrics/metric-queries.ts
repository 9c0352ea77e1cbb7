import type { MetricName, SeriesLabels } from "#core/series/sample-block.ts";
import type { MetricsTarget } from "#ports/metrics-source.ts";
import type { Dimensions } from "./dimensions.ts";

// Source: "Supported metrics for Microsoft.Network/loadBalancers". Ports cannot be exported to logs, so they are asked
// for here; all have a grain of one minute.

export const METRIC_NAMESPACE = "Microsoft.Network/loadBalancers";
export const INTERVAL = "PT1M";

export type QuerySource = "snatPorts" | "snatConnections" | "dataPath" | "healthProbe";

/** Which of our series one of Azure's is; `undefined` where it lacks a dimension we split by. */
export type SeriesOf = (
  dimensions: Dimensions,
) => { readonly metric: MetricName; readonly labels: SeriesLabels } | undefined;

interface AzureMetric {
  /** As Azure documents it; answers are matched without regard to case. */
  readonly name: string;
  readonly seriesOf: SeriesOf;
}

export interface MetricQuery {
  /** The name of this query in problems. */
  readonly source: QuerySource;
  /** For a person. */
  readonly title: string;
  readonly metrics: readonly AzureMetric[];
  readonly aggregation: "average" | "total";
  readonly filter: string;
  /** Azure's value by this is ours: percent are kept as a ratio. */
  readonly divisor: number;
  /**
   * What two raw series of one key become, should Azure split further than asked.
   * Ports: the larger (a sum could count a port twice, the larger never claims less use than there is). Connections:
   * the sum. Availability: the worse.
   */
  readonly combine: (a: number, b: number) => number;
  /** Whether a load balancer with nodes must have such series. */
  readonly mustHaveSeries: boolean;
  concerns(target: MetricsTarget): boolean;
  /** Series of each metric that the topology lets us expect. */
  expectedSeries(target: MetricsTarget): number;
}

const PROTOCOLS = 2;
const STATES = 3;

function split(...names: readonly string[]): string {
  return names.map((name) => `${name} eq '*'`).join(" and ");
}

function ports(metric: "usedPorts" | "allocatedPorts"): SeriesOf {
  return ({ frontendIp, backendIp, protocol }) =>
    frontendIp === undefined || backendIp === undefined || protocol === undefined
      ? undefined
      : { metric, labels: { frontendIp, backendIp, protocol } };
}

const snatPorts: MetricQuery = {
  source: "snatPorts",
  title: "SNAT ports",
  metrics: [
    { name: "UsedSnatPorts", seriesOf: ports("usedPorts") },
    { name: "AllocatedSnatPorts", seriesOf: ports("allocatedPorts") },
  ],
  aggregation: "average",
  // `IsAwaitingRemoval` is not split by: Azure then folds it, and a draining node stays one series.
  filter: split("FrontendIPAddress", "BackendIPAddress", "ProtocolType"),
  divisor: 1,
  combine: Math.max,
  mustHaveSeries: true,
  concerns: () => true,
  expectedSeries: ({ nodes, frontends }) => nodes * Math.max(1, frontends) * PROTOCOLS,
};

const snatConnections: MetricQuery = {
  source: "snatConnections",
  title: "SNAT connections",
  metrics: [
    {
      name: "SnatConnectionCount",
      seriesOf: ({ backendIp, connections }) =>
        backendIp === undefined || connections === undefined
          ? undefined
          : { metric: connections, labels: { backendIp } },
    },
  ],
  aggregation: "total",
  filter: split("BackendIPAddress", "ConnectionState"),
  divisor: 1,
  combine: (a, b) => a + b,
  mustHaveSeries: true,
  concerns: () => true,
  expectedSeries: ({ nodes }) => nodes * STATES,
};

const dataPath: MetricQuery = {
  source: "dataPath",
  title: "data path availability",
  metrics: [
    {
      name: "VipAvailability",
      seriesOf: ({ frontendIp }) =>
        frontendIp === undefined ? undefined : { metric: "vipAvailability", labels: { frontendIp } },
    },
  ],
  aggregation: "average",
  filter: split("FrontendIPAddress"),
  divisor: 100,
  combine: Math.min,
  // Not emitted without load-balancing rules or with an empty pool ("Standard load balancer diagnostics"): silence is
  // an ordinary picture here, not a fault.
  mustHaveSeries: false,
  concerns: () => true,
  // Addresses of inbound rules (one for each Kubernetes service) report too, and the target does not count them.
  expectedSeries: ({ frontends }) => frontends + 50,
};

const healthProbe: MetricQuery = {
  source: "healthProbe",
  title: "health probe status",
  metrics: [
    {
      name: "DipAvailability",
      seriesOf: ({ backendIp, port }) =>
        backendIp === undefined || port === undefined
          ? undefined
          : { metric: "dipAvailability", labels: { backendIp, port } },
    },
  ],
  aggregation: "average",
  filter: split("BackendIPAddress", "BackendPort"),
  divisor: 100,
  combine: Math.min,
  // A probe that has just been made, or a pool between two node images, has nothing to say yet.
  mustHaveSeries: false,
  concerns: ({ probedPorts }) => probedPorts > 0,
  expectedSeries: ({ nodes, probedPorts }) => nodes * probedPorts,
};

/** In order of worth: where the time of a read runs out, the last ones are missing. */
export const METRIC_QUERIES: readonly MetricQuery[] = [snatPorts, snatConnections, dataPath, healthProbe];
