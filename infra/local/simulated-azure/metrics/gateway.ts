// Metrics of NAT gateways: one resource, no nodes.

import type { NatGatewayModel } from "../world/model.ts";
import type { Moment } from "../world/moment.ts";
import { type BaseSeries, type MetricSource, seriesOf, withAbsence } from "./source.ts";

/** NAT gateways name protocols by number. */
const TCP = "6";
const UDP = "17";

/** What UDP takes of the connections where the plan does not say. */
const UDP_SHARE = 0.02;

const BYTES_PER_CONNECTION = 52_000;
const PACKETS_PER_CONNECTION = 70;

/** A NAT gateway as a source of metrics. */
export function natGatewayMetrics(gateway: NatGatewayModel): MetricSource {
  return {
    id: gateway.id,
    namespace: "microsoft.network/natgateways",
    subscriptionId: gateway.subscriptionId,
    location: gateway.spec.location,
    seed: gateway.seed,
    lateBursts: false,
    series: (metric, moments) =>
      withAbsence(natGatewaySeries(gateway, metric, moments), moments, gateway.spec.absent),
  };
}

function natGatewaySeries(
  { spec }: NatGatewayModel,
  metric: string,
  moments: readonly Moment[],
): BaseSeries[] {
  const udp = spec.udpShare ?? UDP_SHARE;
  const byProtocol = (total: (at: Moment) => number, ...more: string[]): BaseSeries[] => [
    seriesOf([TCP, ...more], moments, (at) => Math.round(total(at) * (1 - udp))),
    seriesOf([UDP, ...more], moments, (at) => Math.round(total(at) * udp)),
  ];
  const byDirection = (each: number): BaseSeries[] =>
    ["In", "Out"].flatMap((direction) => byProtocol((at) => spec.attempted(at) * each, direction));
  const occurs = (series: BaseSeries): boolean => moments.some((_, index) => series.value(index) > 0);
  switch (metric) {
    case "SNATConnectionCount":
      return [
        ...byProtocol(spec.attempted, "Attempted"),
        ...byProtocol((at) => spec.failed?.(at) ?? 0, "Failed").filter(occurs),
      ];
    case "TotalConnectionCount":
      return byProtocol(spec.connections);
    case "PacketDropCount":
      return [seriesOf([], moments, (at) => Math.round(spec.droppedPackets?.(at) ?? 0))];
    case "DatapathAvailability":
      return [seriesOf([], moments, (at) => spec.availability?.(at) ?? 100, false)];
    case "ByteCount":
      return byDirection(BYTES_PER_CONNECTION);
    case "PacketCount":
      return byDirection(PACKETS_PER_CONNECTION);
    default:
      return [];
  }
}
