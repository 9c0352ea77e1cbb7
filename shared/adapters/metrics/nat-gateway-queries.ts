import type { Dimensions } from "./dimensions.ts";
import { type MetricQuery, type ResourceType, type SeriesOf, split, sum } from "./metric-query.ts";

// Source: "Supported metrics for Microsoft.Network/natGateways", "What is Azure NAT Gateway metrics and alerts?".

const NAT_GATEWAY: ResourceType = {
  namespace: "Microsoft.Network/natGateways",
  one: "NAT gateway",
  many: "NAT gateways",
  several: true,
};

const PROTOCOLS = 2;
/** Documents have named up to five states. */
const STATES = 5;

const common = { type: NAT_GATEWAY, source: "natGateway", concerns: () => true } as const;
const count = { divisor: 1, combine: sum } as const;

/** TCP and UDP have ports of their own; another protocol has none and says nothing about them. */
function newConnections({ protocol, state }: Dimensions, resourceId: string): ReturnType<SeriesOf> {
  if (protocol === undefined || state === undefined) return undefined;
  if (protocol === "other") return null;
  if (state === "attempted") return { metric: "natAttemptedConnections", labels: { protocol, resourceId } };
  return state === "failed" ? { metric: "natFailedConnections", labels: { protocol, resourceId } } : null;
}

function openConnections({ protocol }: Dimensions, resourceId: string): ReturnType<SeriesOf> {
  if (protocol === undefined) return undefined;
  return protocol === "other" ? null : { metric: "natConnections", labels: { protocol, resourceId } };
}

function whole(metric: "natPacketDrops" | "natPackets" | "natBytes" | "natDatapath"): SeriesOf {
  return (_dimensions, resourceId) => ({ metric, labels: { resourceId } });
}

const attempts: MetricQuery = {
  ...common,
  title: "new SNAT connections",
  metrics: [{ name: "SNATConnectionCount", seriesOf: newConnections, ...count }],
  aggregation: "total",
  filter: split("Protocol", "ConnectionState"),
  zeroRule: { where: "natAttemptedConnections", zero: ["natFailedConnections"] },
  expectedSeries: () => PROTOCOLS * STATES,
};

const connections: MetricQuery = {
  ...common,
  title: "open SNAT connections",
  metrics: [{ name: "TotalConnectionCount", seriesOf: openConnections, ...count }],
  aggregation: "total",
  filter: split("Protocol"),
  expectedSeries: () => PROTOCOLS,
};

const packets: MetricQuery = {
  ...common,
  title: "packets",
  // Drops have no dimension; of the others the sum over directions and protocols is what we keep.
  metrics: [
    { name: "PacketDropCount", seriesOf: whole("natPacketDrops"), ...count },
    { name: "PacketCount", seriesOf: whole("natPackets"), ...count },
    { name: "ByteCount", seriesOf: whole("natBytes"), ...count },
  ],
  aggregation: "total",
  filter: null,
  expectedSeries: () => 1,
};

const datapath: MetricQuery = {
  ...common,
  title: "datapath availability",
  metrics: [
    { name: "DatapathAvailability", seriesOf: whole("natDatapath"), divisor: 100, combine: Math.min },
  ],
  aggregation: "average",
  filter: null,
  expectedSeries: () => 1,
};

/** In order of worth. */
export const NAT_GATEWAY_QUERIES: readonly MetricQuery[] = [attempts, connections, packets, datapath];
