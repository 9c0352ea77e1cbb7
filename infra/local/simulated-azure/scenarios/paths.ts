// Every way out there is, all of them in order.

import { daily, dailyTotal } from "../world/curves.ts";
import type { ClusterSpec, Scenario } from "../world/spec.ts";
import {
  applianceOf,
  behindNat,
  cluster,
  firewallOf,
  hubAndSpokes,
  NO_OUTBOUND,
  natGatewayOf,
  PRODUCTION,
  pool,
  routed,
  SHARED,
} from "./parts.ts";

const LOAD_BALANCERS: readonly ClusterSpec[] = [
  cluster("lb-managed-weu", { casing: "upper" }),
  cluster("lb-own-weu", {
    network: "own",
    casing: "microsoftCompute",
    loadBalancer: { addresses: { from: "own", count: 2 }, portsPerNode: 4_096, idleTimeoutInMinutes: 10 },
    traffic: { tcp: daily(1_900) },
  }),
  cluster("lb-prefix-weu", {
    network: "own",
    networkPlugin: "kubenet",
    loadBalancer: { addresses: { from: "prefix", length: 31 } },
    traffic: { tcp: daily(620) },
  }),
  cluster("lb-dual-neu", {
    location: "northeurope",
    loadBalancer: { addresses: { from: "managed", count: 1, ipv6: 1 } },
    traffic: { tcp: daily(210), tcp6: daily(120) },
  }),
  cluster("lb-spoke-weu", {
    network: "own",
    casing: "upper",
    vnet: { subscription: SHARED, resourceGroup: "rg-network-weu" },
  }),
  cluster("lb-group-weu", { network: "own", vnet: { resourceGroup: "RG-Network-WEU" } }),
];

const NAT_GATEWAYS: readonly ClusterSpec[] = [
  cluster("nat-managed-weu", {
    outboundType: "managedNATGateway",
    loadBalancer: NO_OUTBOUND,
    natGateway: "aks-nat-managed",
  }),
  cluster("nat-managed-sku-weu", {
    outboundType: "managedNATGateway",
    loadBalancer: NO_OUTBOUND,
    natGateway: "aks-nat-managed-sku",
  }),
  cluster("nat-managed-v2-weu", {
    outboundType: "managedNATGatewayV2",
    loadBalancer: NO_OUTBOUND,
    natGateway: "aks-nat-managed-v2",
  }),
  behindNat("nat-user-weu", "ng-user", { casing: "upper" }),
  behindNat("nat-network-weu", "ng-network", { vnet: { resourceGroup: "rg-network" } }),
  behindNat("nat-subnets-weu", "ng-system", {
    pools: [
      pool(2, { name: "system", subnet: "snet-system" }),
      pool(3, { name: "apps", mode: "User", subnet: "snet-apps" }),
    ],
    subnets: [
      { name: "snet-system", natGateway: "ng-system" },
      { name: "snet-apps", natGateway: "ng-apps" },
    ],
  }),
  behindNat("nat-pods-weu", "ng-nodes", {
    networkPlugin: "flat",
    pools: [pool(3, { subnet: "snet-nodes", podSubnet: "snet-pods" })],
    subnets: [
      { name: "snet-nodes", natGateway: "ng-nodes" },
      { name: "snet-pods", natGateway: "ng-pods", open: true },
    ],
  }),
];

const ROUTES: readonly ClusterSpec[] = [
  routed("fw-shared-weu", { firewall: "fw-hub-weu" }),
  routed("fw-beside-weu", { firewall: "fw-local-weu" }, { casing: "upper" }),
  routed("fw-vwan-weu", { firewall: "fw-vwan-weu" }),
  routed("fw-nat-weu", { firewall: "fw-nat-weu" }),
  routed("nva-interface-weu", { address: "10.5.1.4" }),
  routed("nva-balanced-weu", { address: "10.6.1.4" }),
  routed("nva-ecmp-weu", { ecmp: ["10.5.1.4", "10.7.1.4"] }),
];

const OTHERS: readonly ClusterSpec[] = [
  cluster("node-ip-weu", { pools: [pool(3, { nodePublicIp: true })] }),
  cluster("egress-gateway-weu", {
    networkPlugin: "kubenet",
    pools: [pool(3), pool(2, { name: "gateway1", mode: "Gateway", gatewayPrefix: 30 })],
  }),
  cluster("none-weu", { network: "own", outboundType: "none", loadBalancer: NO_OUTBOUND }),
  cluster("block-weu", { outboundType: "block", loadBalancer: NO_OUTBOUND }),
];

export const allPaths: Scenario = {
  name: "all-paths",
  description: `one cluster for each egress path and outbound type, its name says which (lb-*: loadBalancer, nat-*: natGateway, fw-*: firewall, nva-*: virtualAppliance, node-ip: nodePublicIp, egress-gateway: loadBalancer and egressGateway, none and block: none), VNets and devices in "${PRODUCTION}" and "${SHARED}": all healthy`,
  plan: () =>
    hubAndSpokes([...LOAD_BALANCERS, ...NAT_GATEWAYS, ...ROUTES, ...OTHERS], {
      natGateways: [
        natGatewayOf("aks-nat-managed", 1, { managed: true }),
        natGatewayOf("aks-nat-managed-sku", 2, { managed: true, sku: "StandardV2" }),
        natGatewayOf("aks-nat-managed-v2", 1, {
          managed: true,
          sku: "StandardV2",
          wholeNetwork: true,
          addresses6: 1,
        }),
        natGatewayOf("ng-user", 1, { prefixLength: 31 }),
        natGatewayOf("ng-network", 2, { sku: "StandardV2", wholeNetwork: true, addresses6: 2 }),
        ...["ng-system", "ng-apps", "ng-nodes", "ng-pods"].map((name) => natGatewayOf(name, 1)),
        natGatewayOf("ng-fw", 3, { subscription: SHARED, resourceGroup: "rg-hub-weu" }),
      ],
      firewalls: [
        firewallOf("fw-hub-weu", "10.0.1.4", dailyTotal(34, 15)),
        firewallOf("fw-local-weu", "10.1.1.4", dailyTotal(28, 16), {
          subscription: PRODUCTION,
          tier: "Premium",
        }),
        firewallOf("fw-vwan-weu", "10.2.0.132", dailyTotal(22, 17), { hub: true }),
        firewallOf("fw-nat-weu", "10.3.1.4", () => Number.NaN, { natGateway: "ng-fw" }),
      ],
      appliances: [
        applianceOf("nva-a", "10.5.1.4"),
        applianceOf("nva-lb", "10.6.1.4", "loadBalancer"),
        applianceOf("nva-b", "10.7.1.4"),
      ],
    }),
};
