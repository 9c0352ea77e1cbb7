// What a scenario says about NAT gateways and firewalls.

import type { DenialSpec, FirewallLogsSpec } from "../logs/spec.ts";
import type { Curve } from "./curve.ts";
import type { Moment } from "./moment.ts";

export interface NatGatewaySpec {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly addresses: number;
  /** IPv6 addresses, of a StandardV2 gateway only. */
  readonly addresses6?: number;
  /** Length of a prefix beside the single addresses. */
  readonly prefixLength?: number;
  readonly sku?: "Standard" | "StandardV2";
  /** True: attached to the VNet of the cluster that names it, so that no subnet says so (StandardV2). */
  readonly wholeNetwork?: boolean;
  /** Belongs to AKS and lives in the node resource group of the cluster that names it. */
  readonly managed?: boolean;
  readonly connections: Curve;
  /** New connections attempted in a minute. */
  readonly attempted: Curve;
  readonly failed?: Curve;
  readonly droppedPackets?: Curve;
  readonly availability?: Curve;
  /** Part of the connections that is UDP, 0..1; default 0.02. */
  readonly udpShare?: number;
  /** Minutes without any metric. */
  readonly absent?: (rel: number) => boolean;
}

/** What a firewall says about itself. */
export interface FirewallHealth {
  readonly status: "Healthy" | "Degraded" | "Unhealthy";
  /** Empty while it is well. */
  readonly reason: string;
  readonly percent: number;
}

export interface FirewallSpec {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly privateAddress: string;
  readonly addresses: number;
  readonly tier?: "Standard" | "Premium";
  /** SNAT port utilization in percent; NaN: none reported, which Azure shows as health 0. */
  readonly utilization: Curve;
  /** True: in a virtual WAN hub, where its addresses are no objects of their own. */
  readonly hub?: boolean;
  /** Name of a gateway on its AzureFirewallSubnet. */
  readonly natGateway?: string;
  /** Default: what follows from the utilization. */
  readonly health?: (at: Moment) => FirewallHealth;
  /** Milliseconds; 0 when the probe itself does not work. */
  readonly latency?: Curve;
  /** Bits per second. */
  readonly throughput?: Curve;
  /** Capacity units in use. */
  readonly capacity?: Curve;
  /** Where its logs go; absent: no diagnostic setting. */
  readonly logs?: FirewallLogsSpec;
  /** What it refuses. A little of what it allows is logged beside it. */
  readonly denials?: readonly DenialSpec[];
  /** Minutes without any metric. */
  readonly absent?: (rel: number) => boolean;
}
