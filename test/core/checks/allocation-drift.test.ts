import { describe, expect, test } from "vitest";
import { allocationDrift } from "#core/checks/allocation-drift.ts";
import { type AllocationChange, NO_ALLOCATION } from "#core/collection/allocation-memory.ts";
import { rememberAllocation } from "#core/collection/remember-allocation.ts";
import type { Cluster } from "#core/egress/topology.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { balancer, cluster, facts, nodeLines, outboundRule, T0 } from "../../support/builders.ts";

/** A cluster whose rule has `live` ports and whose AKS profile says `told`. */
function clusterOf(live: number, told = live, idle = { live: 30, told: 30 }): Cluster {
  const rule = { ...outboundRule(live), idleTimeoutMinutes: idle.live };
  return cluster({
    loadBalancer: balancer(3, { outboundRules: [rule] }),
    loadBalancerProfile: {
      allocatedOutboundPorts: told,
      idleTimeoutMinutes: idle.told,
      addresses: "managed",
    },
  });
}

function judge(target: Cluster, changes: readonly AllocationChange[] = [], minuteMs = T0) {
  return allocationDrift.judge(
    facts({ cluster: target, minuteMs, allocation: { ...NO_ALLOCATION, changes } }),
    new Map(),
  );
}

const change = (parts: Partial<AllocationChange>): AllocationChange => ({
  atMs: T0 - HOUR_MS,
  what: "portsPerNode",
  from: "4,096",
  to: "1,024",
  less: true,
  ...parts,
});

test.for<readonly [string, Cluster, readonly AllocationChange[], string]>([
  ["nothing changed", clusterOf(1_024), [], "pass"],
  ["fewer ports for each node", clusterOf(1_024), [change({})], "warn"],
  ["more ports", clusterOf(4_096), [change({ from: "1,024", to: "4,096", less: false })], "pass"],
  ["just within a day", clusterOf(1_024), [change({ atMs: T0 - DAY_MS + MINUTE_MS })], "warn"],
  ["a day ago", clusterOf(1_024), [change({ atMs: T0 - DAY_MS })], "pass"],
  [
    "metrics show less, the rule was not read yet",
    clusterOf(4_096),
    [change({ what: "allocatedPorts" })],
    "warn",
  ],
  [
    "another address for the same number",
    clusterOf(1_024),
    [change({ what: "addresses", from: "20.50.1.1", to: "20.50.1.9", less: false })],
    "pass",
  ],
  [
    "a shorter idle time-out",
    clusterOf(1_024),
    [change({ what: "idleTimeout", from: "30 minutes", to: "4 minutes", less: false })],
    "warn",
  ],
  ["the rule has fewer ports than AKS was told", clusterOf(1_024, 4_096), [], "warn"],
  ["the rule has more than AKS was told", clusterOf(4_096, 1_024), [], "warn"],
  ["the rule has another idle time-out", clusterOf(1_024, 1_024, { live: 4, told: 30 }), [], "warn"],
  ["AKS is at work", { ...clusterOf(1_024, 4_096), provisioningState: "Updating" }, [], "pass"],
  ["no profile to compare with", { ...clusterOf(1_024), loadBalancerProfile: null }, [], "pass"],
  ["no load balancer was read", { ...clusterOf(1_024), loadBalancer: null }, [], "unknown"],
])("%s", ([, target, changes, outcome]) => {
  expect(judge(target, changes).outcome).toBe(outcome);
});

test("another device in the path", () => {
  const base = clusterOf(1_024, 4_096);
  const paths = base.paths.map((path) => ({ ...path, kind: "firewall" as const }));
  expect(judge({ ...base, paths }).outcome).toBe("notApplicable");
});

describe("tiers of automatic allocation", () => {
  const step = change({ what: "allocatedPorts", from: "1,024", to: "512" });

  test("a step between tiers is no drift, and evidence says what it is", () => {
    const result = judge(clusterOf(0), [step]);
    expect(result.outcome).toBe("pass");
    expect(result.evidence).toContainEqual({
      name: "tierStep",
      value: expect.stringContaining("crossed a tier of automatic allocation"),
    });
  });

  test("the same step with fixed ports is drift", () => {
    expect(judge(clusterOf(512), [step]).outcome).toBe("warn");
  });

  test("a value that is no tier is drift", () => {
    expect(judge(clusterOf(0), [{ ...step, from: "4,096", to: "1,024" }]).outcome).toBe("warn");
  });
});

describe("what it says", () => {
  test("numbers and time; what metrics echo is told once", () => {
    const result = judge(clusterOf(1_024), [
      change({ what: "allocatedPorts", atMs: T0 - 2 * HOUR_MS }),
      change({}),
    ]);
    expect(result.summary).toBe(
      "the outbound rule's ports for each node went down from 4,096 to 1,024 at 2026-03-02 09:00 UTC",
    );
    expect(result.evidence.filter(({ name }) => name.startsWith("changed"))).toHaveLength(2);
  });

  test("the remedy asks who did it and sets it back", () => {
    const { remedy } = judge(clusterOf(1_024), [change({})]);
    expect(remedy?.commands[0]).toContain("az monitor activity-log list");
    expect(remedy?.commands[1]).toMatch(
      /^az aks update .*--name aks-payments --load-balancer-outbound-ports 4096 --load-balancer-idle-timeout 30$/,
    );
    expect(remedy?.text).toContain("maintenance window");
  });

  test("a direct edit: what AKS was told comes back at the next reconcile", () => {
    const { summary, remedy } = judge(clusterOf(1_024, 4_096));
    expect(summary).toContain("has 1,024 ports for each node, AKS was told 4,096 ports");
    expect(summary).toContain("reverts");
    expect(remedy?.commands[1]).toContain("--load-balancer-outbound-ports 1024");
  });

  test("an idle time-out is told with both numbers", () => {
    const changes = [change({ what: "idleTimeout", from: "30 minutes", to: "4 minutes", less: false })];
    expect(judge(clusterOf(1_024, 1_024, { live: 4, told: 4 }), changes).summary).toContain(
      "changed from 30 minutes to 4 minutes",
    );
  });
});

test("D: ports reset 4,096 -> 1,024 with 300 in use warns, also where the cluster is first seen after the fact", () => {
  const lines = nodeLines([{ tcp: 300 }, { tcp: 300 }, { tcp: 300 }]).map((line) =>
    line.metric === "allocatedPorts"
      ? { ...line, values: [4_096, 4_096, 4_096, 4_096, 1_024, 1_024, 1_024] }
      : line,
  );
  const target = clusterOf(1_024);
  const seen = facts({ cluster: target, lines });
  const allocation = rememberAllocation(NO_ALLOCATION, target, seen.samples, T0);
  const result = allocationDrift.judge({ ...seen, allocation }, new Map());
  expect(result).toMatchObject({ outcome: "warn", explainedBy: null });
  expect(result.summary).toContain("from 4,096 to 1,024");
});
