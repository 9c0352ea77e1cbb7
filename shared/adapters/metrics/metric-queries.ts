import { type MetricQuery, type ResourceType, type SeriesOf, split, sum } from "./metric-query.ts";

// Source: "Supported metrics for Microsoft.Network/loadBalancers". Ports cannot be exported to logs, so they are asked
// for here; all have a grain of one minute.

const LOAD_BALANCER: ResourceType = {
  namespace: "Microsoft.Network/loadBalancers",
  one: "load balancer",
  many: "load balancers",
  several: false,
};

const PROTOCOLS = 2;
const STATES = 3;

function ports(metric: "usedPorts" | "allocatedPorts"): SeriesOf {
  return ({ frontendIp, backendIp, protocol }) =>
    frontendIp === undefined || backendIp === undefined || protocol === undefined || protocol === "other"
      ? undefined
      : { metric, labels: { frontendIp, backendIp, protocol } };
}

const portMetric = { divisor: 1, combine: Math.max, mustHaveSeries: true } as const;
/** Percent. */
const availability = { divisor: 100, combine: Math.min } as const;

const snatPorts: MetricQuery = {
  type: LOAD_BALANCER,
  source: "snatPorts",
  title: "SNAT ports",
  metrics: [
    { name: "UsedSnatPorts", seriesOf: ports("usedPorts"), ...portMetric },
    { name: "AllocatedSnatPorts", seriesOf: ports("allocatedPorts"), ...portMetric },
  ],
  aggregation: "average",
  // `IsAwaitingRemoval` is not split by: Azure then folds it, and a draining node stays one series.
  filter: split("FrontendIPAddress", "BackendIPAddress", "ProtocolType"),
  concerns: () => true,
  expectedSeries: ({ nodes, frontends }) => nodes * Math.max(1, frontends) * PROTOCOLS,
};

const CONNECTIONS = {
  failed: "failedConnections",
  succeeded: "succeededConnections",
  pending: "pendingConnections",
} as const;

const snatConnections: MetricQuery = {
  type: LOAD_BALANCER,
  source: "snatConnections",
  title: "SNAT connections",
  metrics: [
    {
      name: "SnatConnectionCount",
      seriesOf: ({ backendIp, state }) =>
        backendIp === undefined || state === undefined || state === "attempted" || state === "other"
          ? undefined
          : { metric: CONNECTIONS[state], labels: { backendIp } },
      divisor: 1,
      combine: sum,
      mustHaveSeries: true,
    },
  ],
  aggregation: "total",
  filter: split("BackendIPAddress", "ConnectionState"),
  zeroRule: { where: "succeededConnections", zero: ["failedConnections", "pendingConnections"] },
  concerns: () => true,
  expectedSeries: ({ nodes }) => nodes * STATES,
};

const dataPath: MetricQuery = {
  type: LOAD_BALANCER,
  source: "dataPath",
  title: "data path availability",
  metrics: [
    {
      name: "VipAvailability",
      seriesOf: ({ frontendIp }) =>
        frontendIp === undefined ? undefined : { metric: "vipAvailability", labels: { frontendIp } },
      // Not emitted without load-balancing rules or with an empty pool ("Standard load balancer diagnostics"): silence is
      // an ordinary picture here, not a fault.
      ...availability,
    },
  ],
  aggregation: "average",
  filter: split("FrontendIPAddress"),
  concerns: () => true,
  // Addresses of inbound rules (one for each Kubernetes service) report too, and the target does not count them.
  expectedSeries: ({ frontends }) => frontends + 50,
};

const healthProbe: MetricQuery = {
  type: LOAD_BALANCER,
  source: "healthProbe",
  title: "health probe status",
  metrics: [
    {
      name: "DipAvailability",
      seriesOf: ({ backendIp, port }) =>
        backendIp === undefined || port === undefined
          ? undefined
          : { metric: "dipAvailability", labels: { backendIp, port } },
      // A probe that has just been made, or a pool between two node images, has nothing to say yet.
      ...availability,
    },
  ],
  aggregation: "average",
  filter: split("BackendIPAddress", "BackendPort"),
  concerns: ({ probedPorts }) => probedPorts > 0,
  expectedSeries: ({ nodes, probedPorts }) => nodes * probedPorts,
};

/** Of load balancers, in order of worth: where the time of a read runs out, the last ones are missing. */
export const METRIC_QUERIES: readonly MetricQuery[] = [snatPorts, snatConnections, dataPath, healthProbe];
