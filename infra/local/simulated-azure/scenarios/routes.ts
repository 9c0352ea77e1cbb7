// Routes and gateways that do not do what outboundType says, or lead nowhere.

import { dailyTotal } from "../world/curves.ts";
import type { ServiceSpec } from "../world/load-balancer-spec.ts";
import type { Scenario } from "../world/spec.ts";
import {
  applianceOf,
  behindNat,
  cluster,
  estate,
  firewallOf,
  hubAndSpokes,
  hubWorkspace,
  natGatewayOf,
  PRODUCTION,
  pool,
  routed,
  SHARED,
} from "./parts.ts";

const HUB_FIREWALL = firewallOf("fw-hub-weu", "10.0.1.4", dailyTotal(34, 15));
const INGRESS: ServiceSpec = { name: "ingress-nginx/ingress-nginx-controller", port: 443, policy: "Cluster" };

export const pathMismatch: Scenario = {
  name: "path-mismatch",
  description:
    "partners: says loadBalancer, a NAT gateway on the subnet carries the traffic; half: one of two pools sits on a subnet without the gateway; detour: says NAT gateway, a route leads to a firewall; legacy: a Basic load balancer, which has no SNAT figures: each warns; identity: says NAT gateway and has it: healthy",
  plan: () =>
    hubAndSpokes(
      [
        cluster("partners-prod-weu", { network: "own", natGateway: "ng-partners-prod", casing: "upper" }),
        behindNat("half-prod-weu", "ng-half-prod", {
          pools: [
            pool(3, { name: "system", subnet: "snet-system" }),
            pool(3, { name: "apps", mode: "User", subnet: "snet-apps" }),
          ],
          subnets: [{ name: "snet-system", natGateway: "ng-half-prod" }, { name: "snet-apps" }],
        }),
        behindNat("detour-prod-weu", "ng-detour-prod", { defaultRoute: { firewall: "fw-hub-weu" } }),
        cluster("legacy-prod-weu", {
          networkPlugin: "kubenet",
          loadBalancerSku: "basic",
          loadBalancer: { addresses: { from: "managed", count: 1 }, sku: "Basic" },
        }),
        behindNat("identity-prod-weu", "ng-identity-prod"),
      ],
      {
        natGateways: ["partners", "half", "detour", "identity"].map((name) =>
          natGatewayOf(`ng-${name}-prod`, 1),
        ),
        firewalls: [HUB_FIREWALL],
      },
    ),
};

export const defaultRouteMissing: Scenario = {
  name: "default-route-missing",
  description:
    "user-defined routing with no route table (bare), with a table that has no default route (partial), with next hop None (dropped): each critical; ledger: a route to a firewall: healthy",
  plan: () =>
    hubAndSpokes(
      [
        routed("bare-prod-weu", undefined),
        routed("partial-prod-weu", "missing"),
        routed("dropped-prod-weu", { hop: "None" }, { casing: "upper" }),
        routed("ledger-prod-weu", { firewall: "fw-hub-weu" }),
      ],
      { firewalls: [HUB_FIREWALL] },
    ),
};

export const defaultRouteDead: Scenario = {
  name: "default-route-dead",
  description:
    "orphan: the next hop lies in the peered VNet of the hub and nothing has the address: critical; outside: it lies in no VNet we know: unknown; nva: an internal load balancer has it: healthy; ledger: a firewall has it: healthy",
  plan: () =>
    hubAndSpokes(
      [
        routed("orphan-prod-weu", { address: "10.0.1.99" }, { peeredWith: ["fw-hub-weu"] }),
        routed("outside-prod-weu", { address: "172.31.9.9" }),
        routed("nva-prod-weu", { address: "10.3.1.4" }),
        routed("ledger-prod-weu", { firewall: "fw-hub-weu" }),
      ],
      { firewalls: [HUB_FIREWALL], appliances: [applianceOf("nva-weu", "10.3.1.4", "loadBalancer")] },
    ),
};

export const asymmetricRouting: Scenario = {
  name: "asymmetric-routing",
  description:
    "storefront: default route to a firewall while a public load balancer rule brings traffic in past it: warns; ledger: the same route, no public service: healthy; shop: a public service and no route: healthy",
  plan: () =>
    hubAndSpokes(
      [
        routed("storefront-prod-weu", { firewall: "fw-hub-weu" }, { services: [INGRESS] }),
        routed("ledger-prod-weu", { firewall: "fw-hub-weu" }),
        cluster("shop-prod-weu", { services: [INGRESS] }),
      ],
      { firewalls: [HUB_FIREWALL] },
    ),
};

export const routeKinds: Scenario = {
  name: "route-kinds",
  description:
    "tunnel: the default route leads to a virtual network gateway, so that on-premises decides: unknown path; straight: a default route to Internet changes nothing, the load balancer carries it: healthy; stray: a table without a default route beside a load balancer: healthy",
  plan: () =>
    estate([
      routed("tunnel-prod-weu", { hop: "VirtualNetworkGateway" }),
      cluster("straight-prod-weu", { network: "own", defaultRoute: { hop: "Internet" } }),
      cluster("stray-prod-weu", { network: "own", defaultRoute: "missing" }),
    ]),
};

const NETWORK = "Contoso Network";

export const unreadableNetwork: Scenario = {
  name: "unreadable-network",
  description: `"${NETWORK}" answers 403: hidden has its VNet there and a load balancer here; routed has its VNet here and its firewall there: both unknown; shop: healthy`,
  plan: () => ({
    subscriptions: [{ name: PRODUCTION }, { name: NETWORK, forbidden: true }],
    clusters: [
      cluster("hidden-prod-weu", {
        network: "own",
        vnet: { subscription: NETWORK, resourceGroup: "rg-network-weu" },
      }),
      routed("routed-prod-weu", { firewall: "fw-hidden-weu" }),
      cluster("shop-prod-weu"),
    ],
    firewalls: [{ ...HUB_FIREWALL, name: "fw-hidden-weu", subscription: NETWORK }],
    workspaces: [hubWorkspace(NETWORK)],
  }),
};

export const firewallBehindNat: Scenario = {
  name: "firewall-behind-nat",
  description: `a NAT gateway on the subnet of the firewall of "${SHARED}" carries what the firewall lets through, and the firewall reports no SNAT: healthy, with the addresses of the gateway`,
  plan: () =>
    hubAndSpokes([routed("ledger-prod-weu", { firewall: "fw-hub-weu" })], {
      natGateways: [natGatewayOf("ng-hub-weu", 3, { subscription: SHARED, resourceGroup: "rg-hub-weu" })],
      firewalls: [firewallOf("fw-hub-weu", "10.0.1.4", () => Number.NaN, { natGateway: "ng-hub-weu" })],
    }),
};
