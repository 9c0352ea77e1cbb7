// Nodes under pressure, probes that fail, and figures that do not come.

import { daily, dailyTotal, from, onNode, steady } from "../world/curves.ts";
import type { ServiceSpec } from "../world/load-balancer-spec.ts";
import type { Scenario } from "../world/spec.ts";
import {
  behindNat,
  cluster,
  estate,
  firewallOf,
  hubAndSpokes,
  natGatewayOf,
  ONSET,
  pool,
  routed,
} from "./parts.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

const INGRESS: ServiceSpec = { name: "ingress-nginx/ingress-nginx-controller", port: 443, policy: "Cluster" };

export const loadBalancerDatapath: Scenario = {
  name: "load-balancer-datapath",
  description:
    "shop: data path availability 10 from -20 min on: critical; web: 60 since then: warns; orders: a TCP probe answers on no backend from -20 min on, its frontend at 0: critical; media: one backend of five down from -20 min on: warns at most; grafana: an HTTP /healthz probe with 2 of 8 backends up, as externalTrafficPolicy Local has it: healthy",
  plan: () =>
    estate([
      cluster("shop-prod-weu", {
        casing: "upper",
        traffic: { tcp: daily(200), vipAvailability: ({ rel }) => (rel >= -20 ? 10 : 100) },
        services: [INGRESS],
      }),
      cluster("web-prod-weu", {
        traffic: { tcp: daily(200), vipAvailability: ({ rel }) => (rel >= -20 ? 60 : 100) },
        services: [INGRESS],
      }),
      cluster("orders-prod-weu", {
        services: [{ ...INGRESS, backendUp: (_, { rel }) => (rel >= -20 ? 0 : 100) }],
      }),
      cluster("media-prod-weu", {
        services: [{ ...INGRESS, backendUp: (node, { rel }) => (node.index === 3 && rel >= -20 ? 0 : 100) }],
      }),
      cluster("grafana-prod-weu", {
        pools: [pool(8)],
        services: [
          {
            ...INGRESS,
            policy: "Local",
            backendUp: (node) => (node.index === 1 || node.index === 6 ? 100 : 0),
          },
        ],
      }),
    ]),
};

export const nodePressure: Scenario = {
  name: "node-pressure",
  description:
    "cpu: node 1 at 98 %; memory: node 2 with 60 MiB of 16 GiB left; disk: node 0 with a queue of 24 and its IOPS used up; each from -15 min on: warns; shop: at ease: healthy",
  plan: () =>
    estate([
      cluster("cpu-prod-weu", {
        casing: "upper",
        nodeLoad: { cpu: onNode(1, from(ONSET, steady(98, 0.01), steady(40)), steady(35)) },
      }),
      cluster("memory-prod-weu", {
        nodeLoad: {
          availableMemory: onNode(2, from(ONSET, steady(60 * MIB), steady(6 * GIB)), steady(7 * GIB)),
        },
      }),
      cluster("disk-prod-weu", {
        nodeLoad: {
          diskQueue: onNode(0, from(ONSET, steady(24), steady(1)), steady(0.5)),
          diskIops: onNode(0, from(ONSET, steady(99, 0.01), steady(30)), steady(12)),
        },
      }),
      cluster("shop-prod-weu"),
    ]),
};

function stopped(rel: number): boolean {
  return rel >= -30;
}

export const dataFreshness: Scenario = {
  name: "data-freshness",
  description:
    "from -30 min on no metrics of a load balancer (shop), of a NAT gateway (identity), of a firewall (ledger): each unknown, never healthy; no metrics of the nodes alone (orders): egress stays healthy; search: all there: healthy",
  plan: () =>
    hubAndSpokes(
      [
        cluster("shop-prod-weu", { casing: "upper", traffic: { tcp: daily(180), absent: stopped } }),
        behindNat("identity-prod-weu", "ng-identity-prod"),
        routed("ledger-prod-weu", { firewall: "fw-hub-weu" }),
        cluster("orders-prod-weu", { nodeLoad: { absent: stopped } }),
        cluster("search-prod-weu", { lateBursts: true }),
      ],
      {
        natGateways: [natGatewayOf("ng-identity-prod", 1, { absent: stopped })],
        firewalls: [firewallOf("fw-hub-weu", "10.0.1.4", dailyTotal(34, 15), { absent: stopped })],
      },
    ),
};

export const endpointsUnreadable: Scenario = {
  name: "endpoints-unreadable",
  description:
    "the list of required endpoints answers 403 (shop) and 404 (orders): the documented list has to do, egress stays healthy",
  plan: () =>
    estate([
      cluster("shop-prod-weu", { endpoints: "forbidden" }),
      cluster("orders-prod-weu", { endpoints: "notFound" }),
    ]),
};
