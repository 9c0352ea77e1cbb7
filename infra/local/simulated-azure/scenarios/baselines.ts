// The cases every detector is held against. Each holds for hours before the anchor and without an end after it.

import { daily, from, onNode, steady } from "../world/curves.ts";
import type { NatGatewaySpec } from "../world/device-spec.ts";
import type { Scenario } from "../world/spec.ts";
import { singleFailedSyn } from "./failures.ts";
import { twoFrontendsHealthy } from "./healthy.ts";
import { behindNat, cluster, estate, natGatewayOf, pool } from "./parts.ts";

/** From here on things are as the case says; before, all is quiet. */
const SINCE = -360;

export const baselineA: Scenario = {
  name: "baseline-a",
  description: "60 nodes, 512 ports each; node 17 at 512 of 512, the others at 100: critical, names the node",
  plan: () =>
    estate([
      cluster("batch-prod-weu", {
        pools: [pool(60, { name: "workers" })],
        traffic: { tcp: onNode(17, from(SINCE, steady(700), steady(100)), steady(100)) },
      }),
    ]),
};

export const baselineB: Scenario = { ...twoFrontendsHealthy, name: "baseline-b" };

export const baselineC: Scenario = {
  name: "baseline-c",
  description:
    "50 nodes become 51 at +10 min, automatic allocation, so 1,024 ports become 512; node 20 uses 600: warns before, critical after",
  plan: () =>
    estate([
      cluster("batch-prod-weu", {
        pools: [pool(50, { name: "workers", maxCount: 60 })],
        nodesAt: (rel) => (rel >= 10 ? 51 : 50),
        traffic: { tcp: onNode(20, steady(600, 0.01), daily(150)) },
      }),
    ]),
};

export const baselineD: Scenario = {
  name: "baseline-d",
  description: "ports of a node set from 4,096 to 1,024 at the anchor, 300 in use: warns of the change",
  plan: () =>
    estate([
      cluster("shop-prod-weu", {
        loadBalancer: {
          addresses: { from: "managed", count: 1 },
          portsPerNode: 4_096,
          changes: [{ at: 0, portsPerNode: 1_024 }],
        },
        traffic: { tcp: steady(300) },
      }),
    ]),
};

/** One cluster behind one NAT gateway. */
function gatewayCase(
  letter: string,
  addresses: number,
  says: string,
  gateway: Partial<NatGatewaySpec>,
): Scenario {
  return {
    name: `baseline-${letter}`,
    description: says,
    plan: () =>
      estate([behindNat("identity-prod-weu", "ng-identity-prod")], {
        natGateways: [natGatewayOf("ng-identity-prod", addresses, gateway)],
      }),
  };
}

const STEADY_FLOWS = { connections: () => 10_001, attempted: () => 6_000 };

export const baselineE: Scenario = gatewayCase(
  "e",
  1,
  "NAT gateway with 1 address, 10,001 steady flows: healthy",
  STEADY_FLOWS,
);

export const baselineF: Scenario = gatewayCase(
  "f",
  16,
  "NAT gateway with 16 addresses, 10,001 steady flows: healthy",
  STEADY_FLOWS,
);

function since(later: number, before: number): NatGatewaySpec["connections"] {
  return ({ rel }) => (rel >= SINCE ? later : before);
}

export const baselineG: Scenario = gatewayCase(
  "g",
  1,
  "NAT gateway with 1 address, 50,000 flows to one destination, attempts failing: critical, names the wall",
  {
    connections: since(50_000, 22_000),
    attempted: since(9_600, 6_000),
    failed: since(2_400, 0),
    udpShare: 0,
  },
);

export const baselineH: Scenario = { ...singleFailedSyn, name: "baseline-h" };

export const baselineI: Scenario = {
  name: "baseline-i",
  description:
    "every minute comes 3 minutes later than usual (orders): late is normal, healthy; from the anchor on shop has no metrics at all: unknown, then an alert of its own",
  plan: () =>
    estate(
      [
        cluster("orders-prod-weu"),
        cluster("shop-prod-weu", { traffic: { tcp: daily(180), absent: (rel) => rel >= 0 } }),
      ],
      { extraLateMinutes: 3 },
    ),
};

export const baselineJ: Scenario = {
  name: "baseline-j",
  description: "1,024 ports, TCP full on node 1 of 5, UDP idle: critical (TCP)",
  plan: () =>
    estate([
      cluster("orders-prod-weu", {
        traffic: { tcp: onNode(1, from(SINCE, steady(1_300), daily(200)), daily(200)), udp: steady(6) },
      }),
    ]),
};
