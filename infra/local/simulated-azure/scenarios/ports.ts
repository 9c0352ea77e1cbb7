// Ports of a load balancer that run out, will run out, or only seem to.

import { daily, from, onNode, ramp, steady } from "../world/curves.ts";
import type { Scenario } from "../world/spec.ts";
import { skewedNode } from "./exhaustion.ts";
import { behindNat, cluster, estate, natGatewayOf, ONSET, pool } from "./parts.ts";

export const snatPorts: Scenario = {
  name: "snat-ports",
  description:
    "orders: node 1 at 1,024 of 1,024 with failures from -15 min on: critical; resolver: the same in UDP: critical; reports: a node at 0.82 from -15 min on: warns; payments: its first address full, half of the ports free: healthy",
  plan: () =>
    estate([
      cluster("orders-prod-weu", {
        casing: "upper",
        traffic: { tcp: onNode(1, from(ONSET, steady(1_300), daily(200)), daily(200)) },
      }),
      cluster("resolver-prod-weu", {
        traffic: {
          tcp: daily(160),
          udp: onNode(3, from(ONSET, steady(1_200), steady(40)), steady(40)),
        },
      }),
      cluster("reports-prod-weu", {
        traffic: { tcp: onNode(2, from(ONSET, steady(840, 0.01), steady(300)), daily(190)) },
      }),
      cluster("payments-prod-weu", {
        network: "own",
        pools: [pool(8)],
        loadBalancer: { addresses: { from: "own", count: 2 }, portsPerNode: 6_400 },
        traffic: { tcp: steady(3_500, 0.02) },
      }),
    ]),
};

export const snatFailures: Scenario = {
  name: "snat-failures",
  description:
    "orders: a fifth of the connections of node 2 fails from -15 min on at a fifth of its ports: critical, ports ruled out; shop: 1 % fails on each node for an hour: warns at most; search: single failures here and there: healthy",
  plan: () =>
    estate([
      cluster("orders-prod-weu", {
        casing: "microsoftCompute",
        traffic: {
          tcp: onNode(2, steady(200), daily(200)),
          failed: (node, { rel }) => (node.index === 2 && rel >= ONSET ? 80 : 0),
        },
      }),
      cluster("shop-prod-weu", {
        traffic: { tcp: steady(250), failed: (_, { rel }) => (rel >= -60 ? 4 : 0) },
      }),
      cluster("search-prod-weu", {
        pools: [pool(12)],
        traffic: {
          tcp: daily(150),
          failed: (node, { minute }) => ((minute + node.index * 7) % 90 === 0 ? 1 : 0),
          sparseFailures: true,
        },
      }),
    ]),
};

export const snatForecast: Scenario = {
  name: "snat-forecast",
  description:
    "checkout: node 2 climbs from -25 min on and has no port left at +12: critical ahead of it; basket: a slower climb that ends at +45: warns ahead of it; partners: connections of a NAT gateway climb to all of its ports at +12: critical; shop: level: healthy",
  plan: () =>
    estate(
      [
        cluster("checkout-prod-weu", {
          traffic: { tcp: climbing([-25, 60], [12, 1_024], 1_250) },
        }),
        cluster("basket-prod-weu", { traffic: { tcp: climbing([-40, 154], [45, 1_024], 1_250) } }),
        behindNat("partners-prod-weu", "ng-partners-prod"),
        cluster("shop-prod-weu", { traffic: { tcp: steady(430, 0.05) } }),
      ],
      {
        natGateways: [
          natGatewayOf("ng-partners-prod", 1, {
            connections: ramp([-25, 8_000], [12, 64_512]),
            attempted: ramp([-25, 4_000], [12, 21_000]),
            failed: ({ rel }) => (rel >= 12 ? 6_000 : 0),
            udpShare: 0,
          }),
        ],
      },
    ),
};

type Corner = readonly [rel: number, ports: number];

/** Node 2 climbs in a straight line and then wants more than there is; the others are quiet. */
function climbing(start: Corner, end: Corner, beyond: number) {
  const line = ramp(start, end);
  return onNode(
    2,
    from(end[0], steady(beyond, 0), (_, at) => line(at)),
    steady(150, 0.05),
  );
}

export const snatSkew: Scenario = { ...skewedNode, name: "snat-skew" };
