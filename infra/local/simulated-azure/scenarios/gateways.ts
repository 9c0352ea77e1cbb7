// NAT gateways and firewalls that run out, fail, or are misread.

import { dailyTotal } from "../world/curves.ts";
import type { FirewallHealth } from "../world/device-spec.ts";
import type { Scenario } from "../world/spec.ts";
import {
  behindNat,
  cluster,
  estate,
  firewallOf,
  fromOnset,
  hubAndSpokes,
  NO_OUTBOUND,
  natGatewayOf,
  ONSET,
  routed,
} from "./parts.ts";

/** 10,001 flows, day and night: 15 % of one address. */
const STEADY = { connections: () => 10_001, attempted: () => 6_000 };

export const natGateway: Scenario = {
  name: "nat-gateway",
  description:
    "baselines E, F, G: 10,001 steady flows on 1 address (managed gateway) and on 16: healthy; 50,000 flows on 1 address with failing attempts from -15 min on: critical",
  plan: () =>
    estate(
      [
        cluster("steady-prod-weu", {
          outboundType: "managedNATGateway",
          loadBalancer: NO_OUTBOUND,
          natGateway: "aks-managed-natgateway",
        }),
        behindNat("wide-prod-weu", "ng-wide-prod"),
        behindNat("wall-prod-weu", "ng-wall-prod"),
      ],
      {
        natGateways: [
          natGatewayOf("aks-managed-natgateway", 1, { managed: true, ...STEADY }),
          natGatewayOf("ng-wide-prod", 16, STEADY),
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

export const natConnections: Scenario = {
  name: "nat-connections",
  description:
    "billing: a fifth of the attempts of its NAT gateway fails from -15 min on, far from any limit: critical; ledger: one failed attempt in a thousand, once an hour: healthy; export: 1.7 million connections on 16 addresses, of the 2 million a gateway carries: warns",
  plan: () =>
    estate(
      [
        behindNat("billing-prod-weu", "ng-billing-prod"),
        behindNat("ledger-prod-weu", "ng-ledger-prod"),
        behindNat("export-prod-weu", "ng-export-prod"),
      ],
      {
        natGateways: [
          natGatewayOf("ng-billing-prod", 2, {
            connections: () => 12_000,
            attempted: () => 5_000,
            failed: fromOnset(1_000, 0),
          }),
          natGatewayOf("ng-ledger-prod", 1, {
            connections: () => 6_000,
            attempted: () => 4_000,
            failed: ({ rel }) => (rel % 60 === 0 ? 4 : 0),
          }),
          natGatewayOf("ng-export-prod", 16, {
            connections: fromOnset(1_700_000, 900_000),
            attempted: () => 120_000,
          }),
        ],
      },
    ),
};

export const natDestinationWall: Scenario = {
  name: "nat-destination-wall",
  description:
    "wall: one address, flows stand still at 50,000 from -15 min on while a quarter of the attempts fails: critical, the limit for one destination; pair: two addresses, the same at 100,000: critical",
  plan: () =>
    estate([behindNat("wall-prod-weu", "ng-wall-prod"), behindNat("pair-prod-weu", "ng-pair-prod")], {
      natGateways: [
        natGatewayOf("ng-wall-prod", 1, {
          connections: fromOnset(50_000, 31_000),
          attempted: fromOnset(9_600, 6_000),
          failed: fromOnset(2_400, 0),
          udpShare: 0,
        }),
        natGatewayOf("ng-pair-prod", 2, {
          connections: fromOnset(100_000, 52_000),
          attempted: fromOnset(18_000, 11_000),
          failed: fromOnset(4_500, 0),
          udpShare: 0,
        }),
      ],
    }),
};

export const natDatapath: Scenario = {
  name: "nat-datapath",
  description:
    "video: data path of the NAT gateway at 10 from -30 min on: critical; film: 60 since then: warns; voice: 8 % of the packets dropped from -30 min on: critical; mail: one minute at 0 at -10 min: healthy",
  plan: () =>
    estate(
      [
        behindNat("video-prod-weu", "ng-video-prod"),
        behindNat("film-prod-weu", "ng-film-prod"),
        behindNat("voice-prod-weu", "ng-voice-prod"),
        behindNat("mail-prod-weu", "ng-mail-prod"),
      ],
      {
        natGateways: [
          natGatewayOf("ng-video-prod", 1, { availability: ({ rel }) => (rel >= -30 ? 10 : 100) }),
          natGatewayOf("ng-film-prod", 1, { availability: ({ rel }) => (rel >= -30 ? 60 : 100) }),
          // 4,000 attempts are 280,000 packets each way.
          natGatewayOf("ng-voice-prod", 1, {
            attempted: () => 4_000,
            droppedPackets: ({ rel }) => (rel >= -30 ? 48_000 : 0),
          }),
          natGatewayOf("ng-mail-prod", 1, { availability: ({ rel }) => (rel === -10 ? 0 : 100) }),
        ],
      },
    ),
};

const WELL: FirewallHealth = { status: "Healthy", reason: "", percent: 100 };
const ILL: FirewallHealth = { status: "Unhealthy", reason: "Memory", percent: 20 };

export const firewallSnat: Scenario = {
  name: "firewall-snat",
  description:
    "five firewalls in another subscription: ledger at 40 %: healthy; trading at 97 % and Degraded (SNAT port) from -15 min on: critical; custody Unhealthy for another reason from -15 min on: critical; reports at 86 %: warns; archive without SNAT figures and with health 0: healthy",
  plan: () =>
    hubAndSpokes(
      [
        routed("ledger-prod-weu", { firewall: "fw-hub-weu" }),
        routed("trading-prod-weu", { firewall: "fw-trading-weu" }, { casing: "upper" }),
        routed("custody-prod-weu", { firewall: "fw-custody-weu" }),
        routed("reports-prod-weu", { firewall: "fw-reports-weu" }),
        routed("archive-prod-weu", { firewall: "fw-archive-weu" }),
      ],
      {
        firewalls: [
          firewallOf("fw-hub-weu", "10.0.1.4", dailyTotal(40, 3)),
          firewallOf("fw-trading-weu", "10.1.1.4", fromOnset(97, 60), {
            throughput: fromOnset(2.4e9, 1.1e9),
            capacity: fromOnset(4, 2),
          }),
          firewallOf("fw-custody-weu", "10.2.1.4", () => 35, {
            health: ({ rel }) => (rel >= ONSET ? ILL : WELL),
            latency: fromOnset(38, 1.4),
          }),
          firewallOf("fw-reports-weu", "10.3.1.4", fromOnset(86, 50)),
          firewallOf("fw-archive-weu", "10.4.1.4", () => Number.NaN, { latency: () => 0 }),
        ],
      },
    ),
};
