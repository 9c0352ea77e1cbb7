// Metrics of firewalls: one resource, no nodes.

import type { FirewallHealth, FirewallSpec } from "../world/device-spec.ts";
import type { FirewallModel } from "../world/model.ts";
import type { Moment } from "../world/moment.ts";
import { noise } from "../world/random.ts";
import { type BaseSeries, type MetricSource, seriesOf, withAbsence } from "./source.ts";

/** Above this utilization a firewall counts as out of SNAT ports. */
const EXHAUSTED = 95;

/** A firewall as a source of metrics. */
export function firewallMetrics(firewall: FirewallModel): MetricSource {
  return {
    id: firewall.id,
    namespace: "microsoft.network/azurefirewalls",
    subscriptionId: firewall.subscriptionId,
    location: firewall.spec.location,
    seed: firewall.seed,
    lateBursts: false,
    series: (metric, moments) =>
      withAbsence(firewallSeries(firewall, metric, moments), moments, firewall.spec.absent),
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
      return healthSeries(healthOver(spec), moments);
    case "DataProcessed":
      return one((at) => Math.round(4.2e9 * at.day * (1 + 0.1 * noise(seed, at.minute))));
    case "Throughput":
      return one(
        (at) => spec.throughput?.(at) ?? Math.round(5.6e8 * at.day * (1 + 0.1 * noise(seed, at.minute))),
      );
    case "FirewallLatencyPng":
      return one((at) => spec.latency?.(at) ?? 1 + 0.3 * at.day + 0.2 * noise(seed, at.minute));
    case "ObservedCapacity":
      // Hardly ever changes, so that a part of the samples says the same.
      return [seriesOf([], moments, (at) => spec.capacity?.(at) ?? 2, false)];
    case "ApplicationRuleHit":
      return [
        seriesOf(["Allow", "", "HTTPS"], moments, (at) => Math.round(2_400 * at.day)),
        seriesOf(["Deny", "Default Action", "HTTPS"], moments, (at) => Math.round(6 * at.day)),
      ];
    case "NetworkRuleHit":
      return [
        seriesOf(["Allow", "", "TCP"], moments, (at) => Math.round(900 * at.day)),
        seriesOf(["Deny", "Default Action", "UDP"], moments, (at) => Math.round(2 * at.day)),
      ];
    default:
      return [];
  }
}

/** What follows from the utilization, where the plan does not say more. */
function healthOver({ health, utilization }: FirewallSpec): (at: Moment) => FirewallHealth {
  if (health !== undefined) return health;
  return (at) => {
    const used = utilization(at);
    // No SNAT usage reported reads as 0 % health, though nothing is wrong.
    if (Number.isNaN(used)) return { status: "Healthy", reason: "", percent: 0 };
    if (used > EXHAUSTED) return { status: "Degraded", reason: "SNAT port", percent: 50 };
    return { status: "Healthy", reason: "", percent: 100 };
  };
}

/** One series for each state and reason the firewall had in the span. */
function healthSeries(healthAt: (at: Moment) => FirewallHealth, moments: readonly Moment[]): BaseSeries[] {
  const states = new Map<string, readonly [status: string, reason: string]>();
  for (const at of moments) {
    const { status, reason } = healthAt(at);
    states.set(`${status}/${reason}`, [status, reason]);
  }
  return [...states.values()].map(([status, reason]) =>
    seriesOf(
      [status, reason],
      moments,
      (at) => {
        const health = healthAt(at);
        return health.status === status && health.reason === reason ? health.percent : Number.NaN;
      },
      false,
    ),
  );
}

function percent(value: number): number {
  return Math.round(Math.min(100, value) * 100) / 100;
}
