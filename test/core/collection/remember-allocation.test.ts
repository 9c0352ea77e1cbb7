import { describe, expect, test } from "vitest";
import { type AllocationMemory, NO_ALLOCATION } from "#core/collection/allocation-memory.ts";
import { rememberAllocation } from "#core/collection/remember-allocation.ts";
import type { Cluster } from "#core/egress/topology.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import { balancer, cluster, facts, type Line, nodeLines, outboundRule, T0 } from "../../support/builders.ts";

/** Allocation of three nodes over the last minutes, oldest first. */
function samples(allocated: readonly (number | null)[], nodes = 3) {
  const lines = nodeLines(Array.from({ length: nodes }, () => ({}))).map(
    (line): Line => (line.metric === "allocatedPorts" ? { ...line, values: allocated } : line),
  );
  return facts({ lines }).samples;
}

function withRule(ports: number, addresses?: readonly string[], idleTimeoutMinutes = 30): Cluster {
  const rule = { ...outboundRule(ports, addresses), idleTimeoutMinutes };
  return cluster({ loadBalancer: balancer(3, { outboundRules: [rule] }) });
}

const steady = samples([4_096, 4_096, 4_096]);
const seen = (target = withRule(4_096), at = T0) => rememberAllocation(NO_ALLOCATION, target, steady, at);

describe("first sight", () => {
  test("nothing changed in the block: no change, all remembered", () => {
    expect(seen()).toEqual({
      latest: { portsPerNode: 4_096, addresses: ["20.50.1.1"], idleTimeoutMinutes: 30 },
      allocatedPorts: 4_096,
      changes: [],
    });
  });

  test("a change inside the first block is seen, at its minute", () => {
    const memory = rememberAllocation(
      NO_ALLOCATION,
      withRule(1_024),
      samples([4_096, 4_096, 4_096, 1_024, 1_024, 1_024]),
      T0,
    );
    expect(memory.changes).toEqual([
      { atMs: T0 - 2 * MINUTE_MS, what: "allocatedPorts", from: "4,096", to: "1,024", less: true },
    ]);
  });

  test("the mean of the minute in which it changed is no change of its own", () => {
    const memory = rememberAllocation(NO_ALLOCATION, withRule(1_024), samples([4_096, 2_560.4, 1_024]), T0);
    expect(memory.changes).toMatchObject([{ atMs: T0 - MINUTE_MS, from: "4,096", to: "1,024" }]);
  });

  test("a dip that is made good at once is none", () => {
    const memory = rememberAllocation(NO_ALLOCATION, withRule(4_096), samples([4_096, 1_024, 4_096]), T0);
    expect(memory.changes).toEqual([]);
  });

  test("missing minutes are no change", () => {
    const memory = rememberAllocation(
      NO_ALLOCATION,
      withRule(4_096),
      samples([4_096, null, 4_096, null]),
      T0,
    );
    expect(memory).toMatchObject({ allocatedPorts: 4_096, changes: [] });
  });

  test("minutes after the judged one are not looked at", () => {
    const block = samples([4_096, 4_096, 1_024]);
    expect(rememberAllocation(NO_ALLOCATION, withRule(4_096), block, T0 - MINUTE_MS).changes).toEqual([]);
  });
});

describe("later", () => {
  test("the same again is the same memory", () => {
    const memory = seen();
    expect(rememberAllocation(memory, withRule(4_096), steady, T0)).toBe(memory);
  });

  test("D: metrics show it before the topology does, and both are kept", () => {
    const first = rememberAllocation(seen(), withRule(4_096), samples([4_096, 1_024]), T0);
    expect(first.changes).toMatchObject([{ what: "allocatedPorts", from: "4,096", to: "1,024", less: true }]);
    const second = rememberAllocation(first, withRule(1_024), samples([1_024, 1_024]), T0 + MINUTE_MS);
    expect(second.changes).toMatchObject([
      { what: "allocatedPorts" },
      { what: "portsPerNode", from: "4,096", to: "1,024", less: true },
    ]);
  });

  test.for<readonly [string, Cluster, Cluster, object[]]>([
    ["more ports", withRule(1_024), withRule(4_096), [{ what: "portsPerNode", less: false }]],
    [
      "automatic again",
      withRule(4_096),
      withRule(0),
      [{ what: "portsPerNode", from: "4,096", to: "automatic (1,024)", less: true }],
    ],
    [
      "an address less with automatic allocation",
      withRule(0, ["20.50.1.1", "20.50.1.2"]),
      withRule(0, ["20.50.1.1"]),
      [{ what: "addresses", from: "20.50.1.1, 20.50.1.2", to: "20.50.1.1", less: true }],
    ],
    [
      "an address less with fixed ports: the next node may not get as much",
      withRule(1_024, ["20.50.1.1", "20.50.1.2"]),
      withRule(1_024, ["20.50.1.1"]),
      [{ what: "addresses", less: true }],
    ],
    [
      "the idle time-out",
      withRule(1_024, undefined, 30),
      withRule(1_024, undefined, 4),
      [{ what: "idleTimeout", from: "30 minutes", to: "4 minutes", less: false }],
    ],
    [
      "the order of addresses is nothing",
      withRule(1_024, ["20.50.1.1", "20.50.1.2"]),
      withRule(1_024, ["20.50.1.2", "20.50.1.1"]),
      [],
    ],
  ])("%s", ([, before, after, changes]) => {
    const memory = rememberAllocation(NO_ALLOCATION, before, steady, T0);
    expect(rememberAllocation(memory, after, steady, T0 + MINUTE_MS).changes).toMatchObject(changes);
  });

  test("an address that cannot be read was not taken away; neither was a load balancer", () => {
    const memory = seen();
    const rule = outboundRule(4_096);
    const unread = { ...rule, frontends: rule.frontends.map((each) => ({ ...each, addresses: [] })) };
    const blind = cluster({ loadBalancer: balancer(3, { outboundRules: [unread] }) });
    expect(rememberAllocation(memory, blind, steady, T0)).toBe(memory);
    expect(rememberAllocation(memory, cluster({ loadBalancer: null }), steady, T0)).toBe(memory);
  });

  test("changes are kept for a day, twenty at most", () => {
    const change = (atMs: number): AllocationMemory["changes"][number] => ({
      atMs,
      what: "addresses",
      from: "a",
      to: "b",
      less: false,
    });
    const memory = { ...seen(), changes: [change(T0 - DAY_MS), change(T0 - DAY_MS + MINUTE_MS)] };
    expect(rememberAllocation(memory, withRule(4_096), steady, T0).changes).toEqual([
      change(T0 - DAY_MS + MINUTE_MS),
    ]);
    let many: AllocationMemory = seen();
    for (let i = 1; i <= 30; i += 1) {
      many = rememberAllocation(many, withRule(4_096, [`20.50.1.${i + 1}`]), steady, T0 + i * MINUTE_MS);
    }
    expect(many.changes).toHaveLength(20);
  });
});
