// Egress that is not a load balancer.

import { dailyTotal } from "../world/curves.ts";
import type { ClusterSpec, Curve, NatGatewaySpec, Scenario } from "../world/spec.ts";
import { cluster, estate, PRODUCTION, SHARED } from "./parts.ts";

const NO_OUTBOUND = { addresses: { from: "managed", count: 0 }, outbound: false } as const;

function behindNat(name: string, gateway: string, outboundType: string): ClusterSpec {
  return cluster(name, {
    network: outboundType === "managedNATGateway" ? "managed" : "own",
    outboundType,
    loadBalancer: NO_OUTBOUND,
    natGateway: gateway,
  });
}

function natGatewayOf(name: string, addresses: number, more: Partial<NatGatewaySpec>): NatGatewaySpec {
  return {
    subscription: PRODUCTION,
    resourceGroup: "rg-network",
    name,
    location: "westeurope",
    addresses,
    connections: () => 10_001,
    attempted: () => 6_000,
    ...more,
  };
}

/** From here on the gateway of baseline G hits the wall. */
const ONSET = -15;

function fromOnset(later: number, before: number): Curve {
  return ({ rel }) => (rel >= ONSET ? later : before);
}

export const natGateway: Scenario = {
  name: "nat-gateway",
  description:
    "baselines E, F, G: 10,001 steady flows on 1 address (managed gateway) and on 16: healthy; 50,000 flows on 1 address with failing attempts from -15 min on: critical",
  plan: () =>
    estate(
      [
        behindNat("steady-prod-weu", "aks-managed-natgateway", "managedNATGateway"),
        behindNat("wide-prod-weu", "ng-wide-prod", "userAssignedNATGateway"),
        behindNat("wall-prod-weu", "ng-wall-prod", "userAssignedNATGateway"),
      ],
      {
        natGateways: [
          natGatewayOf("aks-managed-natgateway", 1, { managed: true }),
          natGatewayOf("ng-wide-prod", 16, {}),
          natGatewayOf("ng-wall-prod", 1, {
            connections: fromOnset(50_000, 18_000),
            attempted: fromOnset(9_000, 6_000),
            failed: fromOnset(2_400, 0),
            droppedPackets: fromOnset(5_200, 0),
          }),
        ],
      },
    ),
};

function routed(name: string, route: NonNullable<ClusterSpec["defaultRoute"]>): ClusterSpec {
  return cluster(name, {
    network: "own",
    outboundType: "userDefinedRouting",
    loadBalancer: NO_OUTBOUND,
    defaultRoute: route,
  });
}

export const firewall: Scenario = {
  name: "firewall",
  description:
    "three firewalls in another subscription: at 40 % (healthy), at 97 % and Degraded from -15 min on (fails), without SNAT figures and health 0 (no finding); one cluster whose default route leads nowhere (fails)",
  plan: () => ({
    subscriptions: [{ name: PRODUCTION }, { name: SHARED }],
    clusters: [
      routed("ledger-prod-weu", { firewall: "fw-hub-weu" }),
      routed("trading-prod-weu", { firewall: "fw-trading-weu" }),
      routed("archive-prod-weu", { firewall: "fw-archive-weu" }),
      routed("orphan-prod-weu", { address: "10.0.1.99" }),
    ],
    firewalls: [
      firewallOf("fw-hub-weu", "10.0.1.4", dailyTotal(40, 3)),
      firewallOf("fw-trading-weu", "10.1.1.4", fromOnset(97, 60)),
      firewallOf("fw-archive-weu", "10.2.1.4", () => Number.NaN),
    ],
  }),
};

function firewallOf(name: string, privateAddress: string, utilization: Curve) {
  const place = { subscription: SHARED, resourceGroup: "rg-hub-weu", location: "westeurope" };
  return { ...place, name, privateAddress, addresses: 2, utilization };
}
