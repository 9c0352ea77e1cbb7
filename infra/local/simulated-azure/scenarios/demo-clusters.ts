// The clusters of the demo.

import { daily, onNode, recurring, steady } from "../world/curves.ts";
import type { ClusterSpec } from "../world/spec.ts";
import { cluster, NO_OUTBOUND, pool, SHARED } from "./parts.ts";

/** Automatic allocation of a small pool. */
const PORTS = 1024;

const LEAKING_NODES = 7;
const LEAK_STEP = 3;

/**
 * One node leaks TCP connections: 25 % of its ports 26 minutes before the anchor, 75 % six minutes before, 86 %
 * until the anchor, then a deploy restarts the pods. It never runs out, so nothing fails. Every hour, in the past
 * too, another node does the same: who has read weeks of it knows it for usual, and warns where it was critical at first sight.
 */
function leak(minute: number): number {
  return PORTS * Math.min(0.86, 0.257 + 0.025 * minute);
}

const LEAK = recurring(
  { every: 60, start: -26, length: 27, nodes: LEAKING_NODES, firstNode: 2, step: LEAK_STEP },
  leak,
  daily(240, 0.05),
);

/** Minutes a node takes to run out of ports, and how long it stays so. */
const RAMP = 10;
const EXHAUSTED = 5;

/** From twelve minutes after the anchor, every three hours, a node runs out: 1,024 of 1,024 and failures. */
const RUN_OUT = recurring(
  { every: 180, start: 12, length: RAMP + EXHAUSTED, nodes: 6, firstNode: 4, step: 1 },
  (minute) => (minute < RAMP ? PORTS * (0.2 + 0.08 * minute) : PORTS * 1.25),
  daily(200),
);

/** One healthy cluster of each path, and the incidents. */
export const DEMO_CLUSTERS: readonly ClusterSpec[] = [
  cluster("shop-prod-weu", {
    resourceGroup: "rg-shop-prod",
    pools: [pool(3, { name: "system" }), pool(5, { name: "apps", mode: "User" })],
    traffic: { tcp: daily(260) },
    services: [{ name: "ingress-nginx/ingress-nginx-controller", port: 443, policy: "Cluster" }],
    tags: { team: "shop", environment: "production" },
    lateBursts: true,
  }),
  cluster("payments-prod-weu", {
    resourceGroup: "rg-payments-prod",
    pools: [pool(10)],
    network: "own",
    casing: "microsoftCompute",
    loadBalancer: { addresses: { from: "own", count: 2 }, portsPerNode: 6400 },
    traffic: { tcp: steady(3_300) },
    tags: { team: "payments", environment: "production" },
  }),
  cluster("catalog-prod-neu", {
    resourceGroup: "rg-catalog-prod",
    location: "northeurope",
    pools: [pool(6)],
    networkPlugin: "kubenet",
    loadBalancerSku: "Standard",
    loadBalancer: { addresses: { from: "prefix", length: 31 } },
    traffic: { tcp: daily(340) },
  }),
  cluster("media-prod-eus2", {
    resourceGroup: "rg-media-prod",
    location: "eastus2",
    pools: [pool(4)],
    loadBalancer: { addresses: { from: "managed", count: 1, ipv6: 1 } },
    traffic: { tcp: daily(210), tcp6: daily(120) },
  }),
  cluster("batch-prod-weu", {
    resourceGroup: "rg-batch-prod",
    pools: [pool(48, { name: "workers", maxCount: 60, vmSize: "Standard_D8ds_v5" })],
    casing: "upper",
    traffic: { tcp: onNode(7, steady(600, 0.02), daily(190)) },
    tags: { team: "data-platform" },
  }),
  cluster("search-prod-neu", {
    resourceGroup: "rg-search-prod",
    location: "northeurope",
    pools: [pool(9)],
    traffic: { tcp: onNode(3, daily(640, 0), daily(100)) },
  }),
  cluster("checkout-prod-weu", {
    resourceGroup: "rg-checkout-prod",
    pools: [pool(LEAKING_NODES)],
    traffic: { tcp: LEAK },
    services: [{ name: "ingress-nginx/ingress-nginx-controller", port: 443, policy: "Cluster" }],
    tags: { team: "checkout", environment: "production" },
  }),
  cluster("orders-prod-eus2", {
    resourceGroup: "rg-orders-prod",
    location: "eastus2",
    pools: [pool(6)],
    traffic: { tcp: RUN_OUT, sparseFailures: true },
    tags: { team: "orders", environment: "production" },
  }),
  cluster("identity-prod-neu", {
    resourceGroup: "rg-identity-prod",
    location: "northeurope",
    pools: [pool(5)],
    network: "own",
    outboundType: "userAssignedNATGateway",
    loadBalancer: NO_OUTBOUND,
    natGateway: "ng-identity-prod",
    services: [{ name: "gateway/istio-ingress", port: 443, policy: "Cluster" }],
  }),
  // Says loadBalancer and has its rule, but the gateway on the subnet carries the traffic.
  cluster("partners-prod-weu", {
    resourceGroup: "rg-partners-prod",
    pools: [pool(4)],
    network: "own",
    natGateway: "ng-partners-prod",
  }),
  cluster("ledger-prod-weu", {
    resourceGroup: "rg-ledger-prod",
    pools: [pool(4)],
    network: "own",
    outboundType: "userDefinedRouting",
    loadBalancer: NO_OUTBOUND,
    defaultRoute: { firewall: "fw-hub-weu" },
  }),
  cluster("tools-shared-weu", {
    subscription: SHARED,
    resourceGroup: "rg-tools",
    pools: [pool(6)],
    traffic: { tcp: daily(150) },
    services: [
      {
        name: "monitoring/grafana-public",
        port: 443,
        policy: "Local",
        // Two nodes run a pod of the service; the others fail their probe, as they should.
        backendUp: (node) => (node.index < 2 ? 100 : 0),
      },
    ],
  }),
  cluster("sandbox-shared-neu", {
    subscription: SHARED,
    resourceGroup: "rg-sandbox",
    location: "northeurope",
    pools: [pool(3)],
    state: "Stopped",
  }),
  cluster("risk-prod-weu", {
    resourceGroup: "rg-risk-prod",
    pools: [pool(4)],
    network: "own",
    outboundType: "userDefinedRouting",
    loadBalancer: NO_OUTBOUND,
    defaultRoute: { address: "10.3.1.4" },
    tags: { team: "risk", environment: "production" },
  }),
  cluster("gaming-prod-weu", {
    resourceGroup: "rg-gaming-prod",
    pools: [pool(4, { nodePublicIp: true })],
  }),
  cluster("partner-api-prod-neu", {
    resourceGroup: "rg-partner-api-prod",
    location: "northeurope",
    networkPlugin: "kubenet",
    pools: [pool(4), pool(2, { name: "egress", mode: "Gateway" })],
    traffic: { tcp: daily(140) },
  }),
  cluster("vault-prod-weu", {
    resourceGroup: "rg-vault-prod",
    pools: [pool(3)],
    network: "own",
    outboundType: "none",
    loadBalancer: NO_OUTBOUND,
  }),
];
