import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DailyPeak } from "#core/collection/daily-peaks.ts";
import { NO_NETWORK } from "#core/egress/cluster-network.ts";
import type { Cluster, PathKind } from "#core/egress/topology.ts";
import type { PlanQuestion } from "#core/plan/plan.ts";
import { planCapacity, planCurves } from "#core/plan/plan-capacity.ts";
import { DAY_MS } from "#core/time.ts";
import {
  balancer,
  cluster,
  FIREWALL_ID,
  firewall,
  firewallCluster,
  gatewayCluster,
  natGateway,
  outboundRule,
  pool,
  T0,
} from "../../support/builders.ts";

const peak = (changes: Partial<DailyPeak>): DailyPeak[] => [
  {
    dayMs: Math.floor(T0 / DAY_MS) * DAY_MS,
    usedPorts: null,
    nodes: 10,
    natConnections: null,
    firewallSnatRatio: null,
    ...changes,
  },
];

function plan(target: Cluster, question: PlanQuestion, changes: Partial<DailyPeak>) {
  const made = planCapacity(target, { dailyPeaks: peak(changes), peaks: [] }, question, 0.75);
  const [path] = made.paths;
  if (path === undefined) throw new Error("no path was planned");
  return { ...made, path };
}

function byBalancer(ports: number, addresses: readonly string[] = ["20.50.1.1"], nodes = 10): Cluster {
  return cluster({
    nodes,
    pools: [pool({ count: nodes })],
    loadBalancer: balancer(nodes, { outboundRules: [outboundRule(ports, addresses)] }),
    loadBalancerProfile: { allocatedOutboundPorts: ports, idleTimeoutMinutes: 30, addresses: "managed" },
  });
}

describe("load balancer", () => {
  test.for<readonly [string, Cluster, PlanQuestion, number | null, string]>([
    ["as it is, with room", byBalancer(4_096), {}, 500, "fits"],
    ["as it is, near the ports of a node", byBalancer(4_096), {}, 3_072, "tight"],
    ["more than the ports of a node", byBalancer(1_024), {}, 1_025, "doesNotFit"],
    ["fits today, the surge of an upgrade does not", byBalancer(6_400), {}, 500, "tight"],
    ["asked for just these nodes, the surge does not matter", byBalancer(6_400), { nodes: 10 }, 500, "fits"],
    ["Azure refuses 6,400 x 11", byBalancer(6_400), { nodes: 11 }, 500, "doesNotFit"],
    ["a second address makes room", byBalancer(6_400), { nodes: 11, outboundIps: 2 }, 500, "fits"],
    ["fewer ports make room", byBalancer(6_400), { nodes: 11, portsPerNode: 5_816 }, 500, "fits"],
    ["automatic: 51 nodes have 512 ports each", byBalancer(0), { nodes: 51 }, 600, "doesNotFit"],
    ["automatic: 50 have 1,024", byBalancer(0), { nodes: 50 }, 600, "fits"],
    ["a pool larger than Azure's largest", byBalancer(0), { nodes: 1_001 }, 10, "doesNotFit"],
    ["no peak is known", byBalancer(4_096), {}, null, "unknown"],
    ["no peak is known, and Azure refuses", byBalancer(4_096), { nodes: 100 }, null, "doesNotFit"],
  ])("%s", ([, target, question, usedPorts, verdict]) => {
    expect(plan(target, question, { usedPorts }).path.verdict).toBe(verdict);
  });

  test("the sum, each number with its unit and limit", () => {
    const { path, assumed, peak: seen } = plan(byBalancer(4_096), { nodes: 16 }, { usedPorts: 1_200 });
    expect(assumed).toEqual({ nodes: 16, nodesToday: 10, maximumNodes: 11, targetRatio: 0.6 });
    expect(seen).toMatchObject({ usedPorts: 1_200, days: 1 });
    expect(path.summary).toContain("16 nodes with 4,096 ports each on 1 address need 65,536 of 64,000 ports");
    expect(path.arithmetic).toContainEqual({
      name: "neededPorts",
      value: 65_536,
      unit: "ports",
      limit: 64_000,
    });
    expect(path.arithmetic).toContainEqual({
      name: "peakUsedPorts",
      value: 1_200,
      unit: "ports",
      limit: 3_072,
    });
    expect(path).toMatchObject({
      assumed: { portsPerNode: 4_096, outboundIps: 1 },
      maxNodes: 15,
      neededOutboundIps: 1,
      suggestedPortsPerNode: 4_000,
    });
    expect(path.changes[0]?.commands).toEqual([
      expect.stringMatching(/--name aks-payments --load-balancer-outbound-ports 4000$/),
    ]);
    expect(path.changes[0]?.text).toContain("maintenance window");
  });

  test("the peak decides how many addresses it takes", () => {
    const { path } = plan(byBalancer(1_024), { nodes: 100 }, { usedPorts: 3_000 });
    // 5,000 ports for each of 100 nodes.
    expect(path).toMatchObject({ neededOutboundIps: 8, suggestedPortsPerNode: 5_120 });
    expect(path.changes[0]?.commands[0]).toContain(
      "--load-balancer-managed-outbound-ip-count 8 --load-balancer-outbound-ports 5120",
    );
  });

  test("automatic allocation carries the largest pool whose tier holds the peak", () => {
    expect(plan(byBalancer(0), {}, { usedPorts: 300 }).path.maxNodes).toBe(100);
    expect(plan(byBalancer(0, ["20.50.1.1", "20.50.1.2"]), {}, { usedPorts: 300 }).path.maxNodes).toBe(200);
    expect(plan(byBalancer(0), {}, { usedPorts: 900 }).path.maxNodes).toBe(0);
  });

  test("what fits and is not what there is comes with its command", () => {
    const { path } = plan(byBalancer(1_024), { portsPerNode: 4_096 }, { usedPorts: 500 });
    expect(path.changes[0]?.commands[0]).toMatch(/--load-balancer-outbound-ports 4096$/);
    expect(plan(byBalancer(1_024), {}, { usedPorts: 500 }).path.changes).toEqual([]);
  });

  test("beyond a load balancer's limits a NAT gateway is named", () => {
    expect(plan(byBalancer(0), { nodes: 2_000 }, { usedPorts: 500 }).path.changes[0]?.text).toContain(
      "NAT gateway",
    );
  });

  test("a suggestion fits where there is one, whatever is asked", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 0, max: 8_000 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 60_000 }),
        (nodes, blocks, outboundIps, usedPorts) => {
          const question = { nodes, outboundIps, portsPerNode: blocks * 8 };
          const { path } = plan(byBalancer(1_024), question, { usedPorts });
          const { neededOutboundIps: ips, suggestedPortsPerNode: ports } = path;
          expect(ips).toBeGreaterThanOrEqual(1);
          expect((ports ?? 0) % 8).toBe(0);
          if ((ips ?? 101) > 100) return;
          const again = { nodes, portsPerNode: ports ?? 0, outboundIps: Math.max(ips ?? 0, outboundIps) };
          if ((ports ?? 0) >= usedPorts && ports !== 0) {
            expect(plan(byBalancer(1_024), again, { usedPorts }).path.verdict).not.toBe("doesNotFit");
          }
        },
      ),
    );
  });
});

describe("NAT gateway", () => {
  const target = gatewayCluster(
    { natGateways: [natGateway({ ipv4Count: 2, publicIps: ["20.70.1.1", "20.70.1.2"] })] },
    { pools: [pool({ count: 10 })] },
  );

  test.for<readonly [string, PlanQuestion, number | null, string]>([
    ["E: 10,001 steady connections", {}, 10_001, "fits"],
    ["ten times the nodes, ten times the connections", { nodes: 100 }, 10_001, "tight"],
    ["16 addresses for them", { nodes: 100, outboundIps: 16 }, 10_001, "fits"],
    ["more than two million", { nodes: 100, outboundIps: 16 }, 200_001, "doesNotFit"],
    ["more addresses than a gateway takes", { outboundIps: 17 }, 10, "doesNotFit"],
    ["no figures", {}, null, "unknown"],
  ])("%s", ([, question, natConnections, verdict]) => {
    expect(plan(target, question, { natConnections }).path.verdict).toBe(verdict);
  });

  test("every limit of a gateway is in the sum", () => {
    const { path } = plan(target, { nodes: 20 }, { natConnections: 40_000 });
    const limits = Object.fromEntries(path.arithmetic.map(({ name, limit }) => [name, limit]));
    expect(limits).toMatchObject({
      outboundIps: 16,
      expectedConnections: 2_000_000,
      expectedConnectionsIfEachTakesAPort: 129_024,
      expectedConnectionsIfAllToOneDestination: 100_000,
    });
    expect(path).toMatchObject({
      verdict: "tight",
      neededOutboundIps: 3,
      maxNodes: 15,
      suggestedPortsPerNode: null,
    });
    expect(path.changes[0]?.commands.join("\n")).toContain("ipAddress=='20.70.1.1'");
    expect(path.changes[0]?.commands.join("\n")).not.toContain("<");
  });

  test("a managed gateway takes a count", () => {
    const managed = gatewayCluster(
      { natGateways: [natGateway({ managed: true })] },
      { pools: [pool({ count: 10 })] },
    );
    expect(plan(managed, {}, { natConnections: 60_000 }).path.changes[0]?.commands[0]).toMatch(
      /--nat-gateway-managed-outbound-ip-count 2$/,
    );
  });
});

describe("firewall", () => {
  const target = firewallCluster({}, { pools: [pool({ count: 10 })] });

  test.for<readonly [PlanQuestion, number | null, string]>([
    [{}, 0.3, "fits"],
    [{ nodes: 26 }, 0.3, "tight"],
    [{ nodes: 40 }, 0.3, "doesNotFit"],
    [{ nodes: 40, outboundIps: 4 }, 0.3, "fits"],
    [{}, null, "unknown"],
  ])("%j at %d: %s", ([question, firewallSnatRatio, verdict]) => {
    expect(plan(target, question, { firewallSnatRatio }).path.verdict).toBe(verdict);
  });

  test("addresses to add, with the command", () => {
    const { path } = plan(target, { nodes: 40 }, { firewallSnatRatio: 0.3 });
    expect(path).toMatchObject({ neededOutboundIps: 2, maxNodes: 20, resourceId: FIREWALL_ID });
    expect(path.arithmetic).toContainEqual({
      name: "portBudgetAtLeastInstances",
      value: 4_992,
      unit: "ports",
    });
    expect(path.changes[0]?.commands[0]).toContain("--firewall-name fw-hub");
  });

  test("behind a NAT gateway its own ports say nothing", () => {
    const behind = firewallCluster({ firewalls: [firewall({ natGatewayId: "/nat" })] });
    expect(plan(behind, {}, { firewallSnatRatio: 0.9 }).path).toMatchObject({
      verdict: "unknown",
      summary: expect.stringContaining("NAT gateway sends in the firewall's place"),
    });
  });
});

test.for<PathKind>(["nodePublicIp", "virtualAppliance", "egressGateway", "none", "unknown"])(
  "%s: nothing to compute, with the reason",
  (kind) => {
    const base = cluster({ network: NO_NETWORK });
    const paths = base.paths.map((path) => ({ ...path, kind }));
    expect(plan({ ...base, paths }, {}, {}).path).toMatchObject({
      verdict: "unknown",
      maxNodes: null,
      changes: [],
    });
  },
);

test("the last day's hours count beside the days", () => {
  const hours = [{ hourMs: T0, usedPorts: 900, backendIp: "10.0.0.4", protocol: "tcp" }];
  const made = planCapacity(byBalancer(1_024), { dailyPeaks: [], peaks: hours }, {}, 0.75);
  expect(made).toMatchObject({ peak: { usedPorts: 900, days: 0 }, paths: [{ verdict: "tight" }] });
});

describe("the curve", () => {
  const curve = (target: Cluster, changes: Partial<DailyPeak>) =>
    planCurves(target, { dailyPeaks: peak(changes), peaks: [] }, {}, 0.75)[0] ?? [];
  const at = (points: ReturnType<typeof curve>, nodes: number) =>
    points.find((point) => point.nodes === nodes);

  test("of a load balancer steps where Azure's tiers do, and ends where Azure refuses", () => {
    const tiers = curve(byBalancer(0, ["20.50.1.1"], 40), { usedPorts: 512 });
    expect(at(tiers, 50)).toMatchObject({ share: 0.5, verdict: "fits" });
    expect(at(tiers, 51)).toMatchObject({ share: 1, verdict: "tight" });
    const fixed = curve(byBalancer(6_400), { usedPorts: 3_200 });
    expect(at(fixed, 10)).toMatchObject({ share: 0.5, verdict: "fits" });
    expect(at(fixed, 11)).toMatchObject({ share: null, verdict: "doesNotFit" });
  });

  test("of a gateway and a firewall grows with the nodes", () => {
    const shared = [
      curve(gatewayCluster({ natGateways: [natGateway()] }), { natConnections: 10_000 }),
      curve(firewallCluster({ firewalls: [firewall()] }), { firewallSnatRatio: 0.2 }),
    ];
    for (const points of shared)
      expect(at(points, 6)?.share).toBeCloseTo(2 * (at(points, 3)?.share ?? Number.NaN));
  });

  test("says the same as the plan itself, at every number", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1_024, 6_400),
        fc.integer({ min: 1, max: 700 }),
        fc.option(fc.integer({ min: 1, max: 1_024 })),
        (ports, nodes, usedPorts) => {
          const target = byBalancer(ports, ["20.50.1.1"], nodes);
          const points = curve(target, { usedPorts });
          const numbers = points.map((point) => point.nodes);
          expect(points.length).toBeLessThan(150);
          expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
          for (const point of points.filter((_, i) => i % 7 === 0)) {
            const { verdict, share, neededOutboundIps } = plan(
              target,
              { nodes: point.nodes },
              { usedPorts },
            ).path;
            expect(point).toEqual({ nodes: point.nodes, verdict, share, neededOutboundIps });
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
