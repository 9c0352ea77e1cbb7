import { describe, expect, test } from "vitest";
import { idleOutboundIps } from "#core/checks/idle-outbound-ips.ts";
import type { DailyPeak } from "#core/collection/daily-peaks.ts";
import { type NatGatewayTopology, NO_NETWORK } from "#core/egress/cluster-network.ts";
import type { Cluster } from "#core/egress/topology.ts";
import { DAY_MS } from "#core/time.ts";
import { balancer, cluster, facts, outboundRule, pool, T0 } from "../../support/builders.ts";

const TODAY = Math.floor(T0 / DAY_MS) * DAY_MS;

/** The same peak on each of so many days, today included. */
function days(count: number, peak: Partial<DailyPeak>): DailyPeak[] {
  return Array.from({ length: count }, (_, back) => ({
    dayMs: TODAY - (count - 1 - back) * DAY_MS,
    usedPorts: null,
    nodes: 3,
    natConnections: null,
    firewallSnatRatio: null,
    ...peak,
  }));
}

const ADDRESSES = ["20.50.1.1", "20.50.1.2", "20.50.1.3"];

function byBalancer(
  ports: number,
  addresses: readonly string[] = ADDRESSES,
  kind: "managed" | "publicIps" | "prefixes" = "managed",
): Cluster {
  return cluster({
    nodes: 10,
    pools: [pool({ count: 10 })],
    loadBalancer: balancer(10, { outboundRules: [outboundRule(ports, addresses)] }),
    loadBalancerProfile: { allocatedOutboundPorts: ports, idleTimeoutMinutes: 30, addresses: kind },
  });
}

const judge = (target: Cluster, dailyPeaks: readonly DailyPeak[]) =>
  idleOutboundIps.judge(facts({ cluster: target, dailyPeaks }), new Map());

// 11 nodes with the surge of one.
test.for<readonly [string, Cluster, readonly DailyPeak[], string]>([
  ["3 addresses for 11 x 1,000 ports", byBalancer(8_000), days(30, { usedPorts: 500 }), "warn"],
  ["11 x 16,000 ports need all three", byBalancer(16_000), days(30, { usedPorts: 8_000 }), "pass"],
  ["11 x 11,640 ports need two, to the last port", byBalancer(8_000), days(30, { usedPorts: 5_816 }), "warn"],
  [
    "one day of high use in thirty counts",
    byBalancer(8_000),
    [...days(30, { usedPorts: 500 }).slice(0, -1), ...days(1, { usedPorts: 8_000 })],
    "pass",
  ],
  [
    "a high use before the thirty days does not",
    byBalancer(8_000),
    [...days(31, { usedPorts: 8_000 }).slice(0, 1), ...days(30, { usedPorts: 500 })],
    "warn",
  ],
  ["less than a week is not judged", byBalancer(8_000), days(7, { usedPorts: 10 }), "pass"],
  ["a whole week is", byBalancer(8_000), days(8, { usedPorts: 10 }), "warn"],
  ["days without a figure are no days", byBalancer(8_000), days(30, {}), "pass"],
  ["one address is the least", byBalancer(8_000, ["20.50.1.1"]), days(30, { usedPorts: 10 }), "pass"],
  ["automatic: each address brings 1,024 ports", byBalancer(0), days(30, { usedPorts: 1_400 }), "pass"],
  ["automatic: two bring enough", byBalancer(0), days(30, { usedPorts: 1_000 }), "warn"],
  ["stopped", { ...byBalancer(8_000), powerState: "stopped" }, days(30, { usedPorts: 10 }), "notApplicable"],
])("%s", ([, target, peaks, outcome]) => {
  expect(judge(target, peaks).outcome).toBe(outcome);
});

test("not judged says how much history there is", () => {
  expect(judge(byBalancer(8_000), days(3, { usedPorts: 10 })).summary).toContain("figures of 3 days");
});

test("managed addresses: a count, ports that fit it, and what it does", () => {
  const { remedy, summary, evidence } = judge(byBalancer(8_000), days(30, { usedPorts: 500 }));
  expect(summary).toContain("2 of 3 outbound addresses could go");
  expect(evidence).toContainEqual({ name: "outboundAddresses", value: 3, limit: 1 });
  expect(remedy?.commands).toEqual([
    expect.stringMatching(/--load-balancer-managed-outbound-ip-count 1 --load-balancer-outbound-ports 1000$/),
  ]);
  expect(remedy?.text).toContain("allow-lists");
});

test("own addresses: the ones to keep are named", () => {
  const { remedy } = judge(byBalancer(8_000, ADDRESSES, "publicIps"), days(30, { usedPorts: 500 }));
  expect(remedy?.commands[0]).toContain("--load-balancer-outbound-ips");
  expect(remedy?.commands[0]).toContain("ipAddress=='20.50.1.1'");
  expect(remedy?.commands[0]).not.toContain("20.50.1.2");
});

describe("prefixes are paid for whole", () => {
  const prefix = (start: number, size: number) =>
    Array.from({ length: size }, (_, at) => `20.50.1.${start + at}`);
  const withPrefixes = (...prefixes: readonly string[][]) => {
    const base = byBalancer(8_000, [], "prefixes");
    const frontends = prefixes.map((addresses, at) => ({
      name: `p${at}`,
      addresses,
      family: "ipv4" as const,
    }));
    const rule = { ...outboundRule(8_000), frontends };
    return { ...base, loadBalancer: balancer(10, { outboundRules: [rule] }) };
  };
  const peaks = days(30, { usedPorts: 500 });

  test("a whole one can go", () => {
    const result = judge(withPrefixes(prefix(16, 4), prefix(32, 2)), peaks);
    expect(result.summary).toContain("prefix 20.50.1.16/30 could go as a whole");
    expect(result.remedy?.commands[0]).toContain("ipPrefix=='20.50.1.32/31'");
  });

  test("a single one is exchanged for a smaller", () => {
    const result = judge(withPrefixes(prefix(16, 16)), peaks);
    expect(result.outcome).toBe("warn");
    expect(result.remedy?.commands[0]).toContain("--length 31");
  });

  test("the smallest one stays", () => {
    expect(judge(withPrefixes(prefix(16, 2)), peaks).outcome).toBe("pass");
  });

  test("one that could not be read is not counted", () => {
    expect(judge(withPrefixes(prefix(16, 4), []), peaks).outcome).toBe("unknown");
  });
});

describe("NAT gateway", () => {
  const id = "/subscriptions/s/resourceGroups/rg-net/providers/Microsoft.Network/natGateways/nat-1";
  const gateway = (changes: Partial<NatGatewayTopology>): NatGatewayTopology => ({
    id,
    name: "nat-1",
    sku: "Standard",
    location: "westeurope",
    idleTimeoutMinutes: 4,
    publicIps: ADDRESSES,
    ipv4Count: 3,
    managed: true,
    ...changes,
  });
  const byGateway = (changes: Partial<NatGatewayTopology> = {}) => {
    const base = cluster({ loadBalancer: null });
    const paths = base.paths.map((path) => ({
      ...path,
      kind: "natGateway" as const,
      resourceId: id.toUpperCase(),
    }));
    return { ...base, paths, network: { ...NO_NETWORK, natGateways: [gateway(changes)] } };
  };

  test.for<readonly [string, Partial<NatGatewayTopology>, number, string]>([
    ["10,000 connections do with one", {}, 10_000, "warn"],
    ["twice 64,513 connections need three", {}, 64_513, "pass"],
    ["twice 64,512 need two", {}, 64_512, "warn"],
    ["one address is the least", { ipv4Count: 1 }, 10, "pass"],
    ["a number that is not known", { ipv4Count: null }, 10, "unknown"],
  ])("%s", ([, changes, natConnections, outcome]) => {
    expect(judge(byGateway(changes), days(30, { natConnections })).outcome).toBe(outcome);
  });

  test("commands for a managed one and for your own", () => {
    const peaks = days(30, { natConnections: 40_000 });
    expect(judge(byGateway(), peaks).remedy?.commands).toEqual([
      expect.stringMatching(/^az aks update .*--nat-gateway-managed-outbound-ip-count 2$/),
    ]);
    const own = judge(byGateway({ managed: false }), peaks).remedy;
    expect(own?.commands[1]).toContain("az network nat gateway update");
    expect(own?.commands[1]).toContain("ipAddress=='20.50.1.2'");
    expect(own?.text).toContain("prefix is paid for whole");
  });

  test("a gateway that was not read", () => {
    expect(judge({ ...byGateway(), network: NO_NETWORK }, days(30, { natConnections: 5 })).outcome).toBe(
      "unknown",
    );
  });
});

test("a Basic load balancer has no outbound rule to judge", () => {
  const basic = balancer(10, { sku: "basic", outboundRules: [] });
  const target = { ...byBalancer(0), loadBalancer: basic };
  expect(judge(target, days(30, {})).outcome).toBe("notApplicable");
});

test("a firewall's addresses are not judged", () => {
  const base = cluster({ loadBalancer: null });
  const paths = base.paths.map((path) => ({ ...path, kind: "firewall" as const }));
  expect(judge({ ...base, paths }, days(30, {})).outcome).toBe("notApplicable");
});
