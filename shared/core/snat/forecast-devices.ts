import type { Cluster } from "../egress/topology.ts";
import { clusterFirewalls } from "../firewall/cluster-firewalls.ts";
import { FIREWALL_EXHAUSTED_ABOVE } from "../firewall/limits.ts";
import { type ClusterGateway, clusterGateways } from "../nat/cluster-gateways.ts";
import { NAT_MAX_CONNECTIONS, NAT_PORTS_PER_IP } from "../nat/limits.ts";
import { deviceSeries } from "../series/device-series.ts";
import type { Protocol, SampleBlock, Series } from "../series/sample-block.ts";
import { MINUTE_MS } from "../time.ts";
import { type Forecast, forecastExhaustion } from "./forecast.ts";
import { exhaustionSeconds, type NodeUse, nodeExhaustionSeconds } from "./forecast-nodes.ts";
import { WINDOW_MINUTES } from "./outlook.ts";

/** A gateway, or a firewall and protocol, on its way to run out. */
export interface DeviceForecast {
  readonly kind: "natGateway" | "firewall";
  readonly resourceId: string;
  readonly name: string;
  /** `null` for a gateway: its limit holds for all protocols together. */
  readonly protocol: Protocol | null;
  /** In the unit of `forecast`: connections, or a ratio. */
  readonly limit: number;
  /**
   * `hint` for the ports of a gateway's addresses: ports are used again for other destinations, so that passing the number is
   * no exhaustion, but a look is due.
   */
  readonly bound: "limit" | "hint";
  readonly forecast: Forecast;
}

/** What a forecast of devices looks at, as checks have it. */
export interface DeviceUse {
  readonly minuteMs: number;
  readonly cluster: Cluster;
  readonly samples: SampleBlock;
}

/**
 * The NAT gateways and firewalls of a cluster that are on their way to run out.
 *
 * A gateway's limit is its most connections; before it come the ports of its addresses, as a hint. A firewall whose subnet has
 * a NAT gateway has no limit of its own.
 */
export function forecastDevices(use: DeviceUse): DeviceForecast[] {
  const found: DeviceForecast[] = [];
  for (const gateway of clusterGateways(use.cluster)) {
    const forecast = forecastGateway(use, gateway);
    if (forecast !== null) found.push(forecast);
  }
  for (const { id, key, name, natGatewayId } of clusterFirewalls(use.cluster)) {
    if (natGatewayId !== null) continue;
    for (const series of deviceSeries(use.samples, "firewallSnatUtilization", key)) {
      const forecast = forecastExhaustion(windowOf(use, [series]), FIREWALL_EXHAUSTED_ABOVE);
      if (forecast === null) continue;
      const protocol = series.labels.protocol ?? null;
      const limit = FIREWALL_EXHAUSTED_ABOVE;
      found.push({ kind: "firewall", resourceId: id, name, protocol, limit, bound: "limit", forecast });
    }
  }
  return found;
}

/** What a gateway meets first. */
function forecastGateway(
  use: DeviceUse,
  { id, key, name, addresses }: ClusterGateway,
): DeviceForecast | null {
  const window = windowOf(use, deviceSeries(use.samples, "natConnections", key));
  const ports = (addresses ?? 0) * NAT_PORTS_PER_IP;
  const toPorts = ports === 0 ? null : forecastExhaustion(window, ports);
  const forecast = toPorts ?? forecastExhaustion(window, NAT_MAX_CONNECTIONS);
  if (forecast === null) return null;
  const hint = forecast === toPorts;
  return {
    kind: "natGateway",
    resourceId: id,
    name,
    protocol: null,
    limit: hint ? ports : NAT_MAX_CONNECTIONS,
    bound: hint ? "hint" : "limit",
    forecast,
  };
}

/** The sum of the series, the newest minute last; `NaN` where one has no value. */
function windowOf({ samples, minuteMs }: DeviceUse, list: readonly Series[]): Float64Array {
  const window = new Float64Array(WINDOW_MINUTES).fill(list.length === 0 ? Number.NaN : 0);
  const first = (minuteMs - samples.startMs) / MINUTE_MS - window.length + 1;
  for (const series of list) {
    for (let i = 0; i < window.length; i += 1) {
      window[i] = (window[i] ?? 0) + series.at(first + i);
    }
  }
  return window;
}

/** Seconds until the first node, gateway or firewall of a cluster runs out: 0 where a node has, `null` where none is in sight. */
export function earliestExhaustionSeconds(use: DeviceUse & NodeUse): number | null {
  let earliest: number | null = null;
  const take = (seconds: number | null) => {
    if (seconds !== null && (earliest === null || seconds < earliest)) earliest = seconds;
  };
  for (const node of use.ports) take(nodeExhaustionSeconds(use, node));
  for (const { bound, forecast } of forecastDevices(use)) {
    if (bound === "limit") take(exhaustionSeconds(use, forecast));
  }
  return earliest;
}
