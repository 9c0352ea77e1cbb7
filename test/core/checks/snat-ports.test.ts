import { describe, expect, test } from "vitest";
import type { GivenLimit } from "#core/checks/limits.ts";
import { snatPorts } from "#core/checks/snat-ports.ts";
import { MINUTE_MS } from "#core/time.ts";
import { balancer, cluster, facts, LIMITS, nodeLines, outboundRule, T0 } from "../../support/builders.ts";

const judge = (changes: Parameters<typeof facts>[0]) => snatPorts.judge(facts(changes), new Map());

describe("cases of the baselines", () => {
  test("A: one node of 60 full is critical and named, however idle the others are", () => {
    const nodes = Array.from({ length: 60 }, (_, index) =>
      index === 7 ? { tcp: 512, allocated: 512, failed: 40 } : { tcp: 100, allocated: 512 },
    );
    const result = judge({ cluster: cluster({ nodes: 60 }), lines: nodeLines(nodes) });
    expect(result.outcome).toBe("fail");
    expect(result.findings.map((each) => each.subject.node)).toEqual(["aks-pool1-10000000-vmss000007"]);
    expect(result.summary).toContain("512 of 512");
  });

  test("B: 1,000 of 6,400 ports on two addresses is healthy", () => {
    const lines = ["20.50.1.1", "20.50.1.2"].flatMap((ip, index) =>
      nodeLines(
        Array.from({ length: 10 }, () => ({ tcp: index === 0 ? 1_000 : 0, allocated: 3_200 })),
        ip,
      ),
    );
    const result = judge({ cluster: cluster({ nodes: 10 }), lines });
    expect(result.outcome).toBe("pass");
    expect(result.evidence).toContainEqual(
      expect.objectContaining({ name: "usedRatio", value: 1_000 / 6_400 }),
    );
  });

  test("J: TCP full while UDP idles is critical, for TCP alone", () => {
    const result = judge({ lines: nodeLines([{ tcp: 1_024, udp: 0, failed: 9 }, {}, {}]) });
    expect(result.outcome).toBe("fail");
    expect(result.findings.map((each) => each.subject.protocol)).toEqual(["tcp"]);
  });
});

test.for([
  ["below the warning", 767, 0, "pass"],
  ["at the warning", 768, 0, "warn"],
  ["just below the failure", 921, 0, "warn"],
  ["at the failure", 922, 0, "fail"],
  ["near the limit while connections fail", 800, 5, "fail"],
  ["failures far from the limit are not the ports'", 300, 50, "pass"],
] as const)("1,024 allocated, %s", ([, tcp, failed, outcome]) => {
  expect(judge({ lines: nodeLines([{ tcp, failed }, {}, {}]) }).outcome).toBe(outcome);
});

describe("a level above the warning limit", () => {
  const rising = (before: number) =>
    nodeLines([{ tcp: Array.from({ length: 16 }, (_, at) => (at < 14 ? before : 800)) }, {}, {}]);
  const forMs = (changes: Parameters<typeof facts>[0]) =>
    judge(changes).findings.map((finding) => finding.forMs);
  const given = (...limits: GivenLimit[]) => ({ limits: { ...LIMITS, given: limits } });

  test("that came two minutes ago may be a burst: its alert waits, unless the user said how long", () => {
    expect(forMs({ lines: rising(300) })).toEqual([6 * MINUTE_MS]);
    expect(forMs({ lines: rising(300), ...given("alertFor") })).toEqual([undefined]);
    expect(forMs({ lines: rising(300), ...given("warnRatio") })).toEqual([undefined]);
  });

  test("that the smoothed use has followed does not", () => {
    expect(forMs({ lines: rising(740) })).toEqual([undefined]);
  });
});

test("a full first address beside free ones is evidence, not a fault", () => {
  const lines = [
    ...nodeLines([{ tcp: 1_024 }, {}, {}], "20.50.1.1"),
    ...nodeLines([{ tcp: 10 }, {}, {}], "20.50.1.2"),
  ];
  const result = judge({ lines });
  expect(result.outcome).toBe("pass");
  expect(result.evidence).toContainEqual({ name: "fullestFrontend", value: "20.50.1.1: 1,024 of 1,024" });
});

describe("a frontend that was taken away", () => {
  const kept = "20.50.1.1";
  const removed = "20.50.1.2";
  /** Silent for the last `minutes` of the block. */
  const until = (minutes: number): (number | null)[] =>
    Array.from({ length: 16 }, (_, at) => (at < 16 - minutes ? 300 : null));
  const lines = (silent: number) => [
    ...nodeLines([{ tcp: 900 }], kept),
    ...nodeLines([{}], removed).map((line) => ({ ...line, values: until(silent) })),
  ];
  const factsWith = (addresses: readonly string[], silent: number) => ({
    cluster: cluster({ loadBalancer: balancer(1, { outboundRules: [outboundRule(0, addresses)] }) }),
    lines: lines(silent),
  });
  const judgeWith = (addresses: readonly string[], silent: number) => judge(factsWith(addresses, silent));

  test("its silence is no missing part", () => {
    expect(judgeWith([kept], 7).summary).toContain("900 of 1,024");
    expect(facts(factsWith([kept], 7)).courses).toMatchObject([{ samples: 16, level: 900 }]);
  });
  test("while the rule has it, its silence is: nobody can tell what it holds", () => {
    expect(judgeWith([kept, removed], 7).outcome).toBe("unknown");
  });
  test("while it still speaks it counts", () => {
    expect(judgeWith([kept], 0).summary).toContain("1,200 of");
  });
});

describe("absence", () => {
  test("no series at all is unknown, with the reason the source gave", () => {
    const problems = [{ source: "snatPorts", reason: "forbidden" as const, message: "403 on westeurope" }];
    const result = judge({ lines: [], problems });
    expect(result).toMatchObject({ outcome: "unknown", summary: "cannot tell: 403 on westeurope" });
  });

  test("a member without figures makes the rest no proof of health", () => {
    const result = judge({ lines: nodeLines([{}, {}]) });
    expect(result.outcome).toBe("unknown");
    expect(result.summary).toContain("aks-pool1-10000000-vmss000002");
  });

  test("a member that has just joined may not have figures yet", () => {
    const fresh = balancer(3);
    const joined = fresh.members.map((member, index) =>
      index === 2 ? { ...member, firstSeenMs: T0 - 2 * MINUTE_MS } : member,
    );
    const result = judge({
      cluster: cluster({ loadBalancer: { ...fresh, members: joined } }),
      lines: nodeLines([{}, {}]),
    });
    expect(result.outcome).toBe("pass");
  });

  test("members of the first discovery may be of any age: one without figures is unknown at once", () => {
    const fresh = balancer(3);
    const found = fresh.members.map((member) => ({ ...member, firstSeenMs: T0 }));
    const result = judge({
      cluster: cluster({ loadBalancer: { ...fresh, members: found } }),
      lines: nodeLines([{}, {}]),
    });
    expect(result.outcome).toBe("unknown");
    expect(result.summary).toContain("aks-pool1-10000000-vmss000002");
  });

  test("addresses that cannot be read: the nodes are counted, and judged by address", () => {
    const nameless = balancer(3);
    const hidden = {
      ...nameless,
      membersResolved: false,
      members: nameless.members.map((member) => ({ ...member, backendIp: null, node: null })),
    };
    const judgeHidden = (lines: ReturnType<typeof nodeLines>) =>
      judge({ cluster: cluster({ loadBalancer: hidden }), lines });
    expect(judgeHidden(nodeLines([{}, {}, {}])).outcome).toBe("pass");
    expect(judgeHidden(nodeLines([{}, {}]))).toMatchObject({
      outcome: "unknown",
      summary: "cannot tell: no figures for 1 of 3 nodes",
    });
    expect(judgeHidden(nodeLines([{ tcp: 1_024 }, {}])).outcome).toBe("fail");
  });

  test("used without allocated is unknown, never 0 %", () => {
    const lines = nodeLines([{}, {}, {}]).filter(
      (line) => line.metric !== "allocatedPorts" || line.labels.backendIp !== "10.0.0.4",
    );
    expect(judge({ lines }).outcome).toBe("unknown");
  });

  test("a node in trouble is told even when another has no figures", () => {
    const result = judge({ lines: nodeLines([{ tcp: 1_000 }, {}]) });
    expect(result.outcome).toBe("fail");
    expect(result.untold.map((subject) => subject.backendIp)).toContain("10.0.0.6");
  });

  test("late by less than the limit of staleness the older minute stands", () => {
    const lines = nodeLines([{ tcp: [900, null, null, null] }, {}, {}]);
    expect(judge({ lines }).outcome).toBe("warn");
  });
});

describe("the pool", () => {
  test("a backend that left the pool is not judged", () => {
    const lines = nodeLines([{}, {}, {}, { tcp: 1_024 }]);
    const result = judge({ cluster: cluster({ discoveredAtMs: T0 + MINUTE_MS }), lines });
    expect(result.outcome).toBe("pass");
    expect(result.evidence).toContainEqual({ name: "backendsLeaving", value: 1 });
  });

  test("a backend that discovery has not seen yet is judged", () => {
    const lines = nodeLines([{}, {}, {}, { tcp: 1_024 }]);
    expect(judge({ lines }).outcome).toBe("fail");
  });

  test.for([
    ["stopped", { powerState: "stopped" as const }],
    ["an empty pool", { loadBalancer: balancer(0) }],
    ["another path", { paths: [] }],
  ] as const)("%s: the check does not apply", ([, changes]) => {
    expect(judge({ cluster: cluster(changes), lines: [] }).outcome).toBe("notApplicable");
  });
});

test("a Basic load balancer has no SNAT metrics: nobody can tell", () => {
  const basic = cluster({ loadBalancer: balancer(3, { sku: "basic", outboundRules: [] }) });
  expect(judge({ cluster: basic, lines: [] })).toMatchObject({ outcome: "unknown" });
});

test("the remedy is a complete command with the numbers computed", () => {
  const result = judge({
    cluster: cluster({ loadBalancer: balancer(3, { outboundRules: [outboundRule(1_024)] }) }),
    lines: nodeLines([{ tcp: 1_000 }, {}, {}]),
  });
  expect(result.remedy?.commands).toEqual([
    "az aks update --subscription 11111111-2222-3333-4444-555555555555 --resource-group rg-payments --name aks-payments --load-balancer-outbound-ports 16000",
  ]);
});
