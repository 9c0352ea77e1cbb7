// Metrics of NAT gateways and firewalls: one resource, no nodes.

import type { FirewallModel, NatGatewayModel } from "../world/model.ts";
import type { Moment } from "../world/moment.ts";
import { noise } from "../world/random.ts";
import { type BaseSeries, type MetricSource, seriesOf } from "./source.ts";

/** NAT gateways name protocols by number. */
const TCP = "6";
const UDP = "17";

/** What UDP takes of the connections. */
const UDP_SHARE = 0.02;

/** Above this utilization a firewall counts as out of SNAT ports. */
const FIREWALL_EXHAUSTED = 95;

/** A NAT gateway as a source of metrics. */
export function natGatewayMetrics(gateway: NatGatewayModel): MetricSource {
  return {
    id: gateway.id,
    namespace: "microsoft.network/natgateways",
    subscriptionId: gateway.subscriptionId,
    location: gateway.spec.location,
    seed: gateway.seed,
    lateBursts: false,
    series: (metric, moments) => natGatewaySeries(gateway, metric, moments),
  };
}

function natGatewaySeries(
  { spec }: NatGatewayModel,
  metric: string,
  moments: readonly Moment[],
): BaseSeries[] {
  const byProtocol = (total: (at: Moment) => number, ...more: string[]): BaseSeries[] => [
    seriesOf([TCP, ...more], moments, (at) => Math.round(total(at) * (1 - UDP_SHARE))),
    seriesOf([UDP, ...more], moments, (at) => Math.round(total(at) * UDP_SHARE)),
  ];
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
      return ["In", "Out"].flatMap((direction) => byProtocol((at) => spec.attempted(at) * 52_000, direction));
    case "PacketCount":
      return ["In", "Out"].flatMap((direction) => byProtocol((at) => spec.attempted(at) * 70, direction));
    default:
      return [];
  }
}

/** A firewall as a source of metrics. */
export function firewallMetrics(firewall: FirewallModel): MetricSource {
  return {
    id: firewall.id,
    namespace: "microsoft.network/azurefirewalls",
    subscriptionId: firewall.subscriptionId,
    location: firewall.spec.location,
    seed: firewall.seed,
    lateBursts: false,
    series: (metric, moments) => firewallSeries(firewall, metric, moments),
  };
}

function firewallSeries(
  { spec, seed }: FirewallModel,
  metric: string,
  moments: readonly Moment[],
): BaseSeries[] {
  const one = (value: (at: Moment) => number): BaseSeries[] => [seriesOf([], moments, value)];
  switch (metric) {
    case "SNATPortUtilization":
      return moments.some((at) => !Number.isNaN(spec.utilization(at)))
        ? [
            seriesOf(["TCP"], moments, (at) => percent(spec.utilization(at)), false),
            seriesOf(["UDP"], moments, (at) => percent(spec.utilization(at) * 0.04), false),
          ]
        : [];
    case "FirewallHealth":
      return healthSeries(spec.utilization, moments);
    case "DataProcessed":
      return one((at) => Math.round(4.2e9 * at.day * (1 + 0.1 * noise(seed, at.minute))));
    case "Throughput":
      return one((at) => Math.round(5.6e8 * at.day * (1 + 0.1 * noise(seed, at.minute))));
    case "FirewallLatencyPng":
      return one((at) => 1 + 0.3 * at.day + 0.2 * noise(seed, at.minute));
    case "ApplicationRuleHit":
      return [seriesOf(["Allow", "", "HTTPS"], moments, (at) => Math.round(2_400 * at.day))];
    case "NetworkRuleHit":
      return [seriesOf(["Allow", "", "TCP"], moments, (at) => Math.round(900 * at.day))];
    default:
      return [];
  }
}

/** One series for each state the firewall was in; the reason is empty while it is well. */
function healthSeries(utilization: (at: Moment) => number, moments: readonly Moment[]): BaseSeries[] {
  const state = (at: Moment): number => {
    const percentUsed = utilization(at);
    // No SNAT usage reported reads as 0 % health, though nothing is wrong.
    if (Number.isNaN(percentUsed)) return 0;
    return percentUsed > FIREWALL_EXHAUSTED ? 50 : 100;
  };
  const series = (dimensions: string[], matches: (health: number) => boolean): BaseSeries =>
    seriesOf(dimensions, moments, (at) => (matches(state(at)) ? state(at) : Number.NaN), false);
  return [
    series(["Healthy", ""], (health) => health !== 50),
    series(["Degraded", "SNAT port"], (health) => health === 50),
  ].filter((item) => moments.some((_, index) => !Number.isNaN(item.value(index))));
}

function percent(value: number): number {
  return Math.round(Math.min(100, value) * 100) / 100;
}
