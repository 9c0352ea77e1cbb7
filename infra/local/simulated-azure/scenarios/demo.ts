// What `npm start` shows.

import type { DenialSpec } from "../logs/spec.ts";
import { dailyTotal } from "../world/curves.ts";
import type { Scenario } from "../world/spec.ts";
import { DEMO_CLUSTERS } from "./demo-clusters.ts";
import { applianceOf, firewallOf, hubWorkspace, natGatewayOf, PRODUCTION, SHARED } from "./parts.ts";

/** Refused day and night, as somebody wants it: nothing new, and nothing AKS needs. */
const DENIALS: readonly DenialSpec[] = [
  {
    kind: "application",
    destination: "telemetry.example.net",
    port: 443,
    protocol: "HTTPS",
    perMinute: () => 3,
  },
  { kind: "icmp", destination: "8.8.8.8", port: 0, protocol: "ICMP Type=8", perMinute: () => 1 },
];

export const demo: Scenario = {
  name: "demo",
  description:
    "17 clusters in 2 subscriptions: every outbound path healthy, a tier warning, a skewed node, a NAT gateway nobody asked for, a leak that fires at once and resolves after 9 minutes, an exhaustion at +22 minutes",
  plan: () => ({
    subscriptions: [{ name: PRODUCTION }, { name: SHARED }],
    clusters: DEMO_CLUSTERS,
    natGateways: [
      natGatewayOf("ng-identity-prod", 2, {
        resourceGroup: "rg-identity-prod",
        location: "northeurope",
        connections: dailyTotal(50_000, 11),
        attempted: dailyTotal(5_100, 12),
      }),
      natGatewayOf("ng-partners-prod", 1, {
        resourceGroup: "rg-partners-prod",
        connections: dailyTotal(2_900, 13),
        attempted: dailyTotal(1_700, 14),
      }),
    ],
    firewalls: [firewallOf("fw-hub-weu", "10.0.1.4", dailyTotal(34, 15), { denials: DENIALS })],
    workspaces: [hubWorkspace(SHARED)],
    appliances: [applianceOf("nva-weu", "10.3.1.4", "loadBalancer")],
    pageSize: 3,
  }),
};
