import { describe, expect, test } from "vitest";
import { allocationTier } from "#core/checks/allocation-tier.ts";
import type { CheckResult } from "#core/checks/check.ts";
import { dataFreshness } from "#core/checks/data-freshness.ts";
import { loadBalancerDatapath } from "#core/checks/load-balancer-datapath.ts";
import { snatFailures } from "#core/checks/snat-failures.ts";
import { snatPorts } from "#core/checks/snat-ports.ts";
import { snatSkew } from "#core/checks/snat-skew.ts";
import type { LoadBalancingRule } from "#core/egress/topology.ts";
import { HOUR_MS } from "#core/time.ts";
import type { Line } from "../../support/builders.ts";
import {
  backendIp,
  balancer,
  cluster,
  facts,
  nodeLines,
  outboundRule,
  pool,
  T0,
} from "../../support/builders.ts";

const none: ReadonlyMap<string, CheckResult> = new Map();

describe("snat-failures", () => {
  const judge = (failed: number | (number | null)[], succeeded = 200) =>
    snatFailures.judge(facts({ lines: nodeLines([{ failed, succeeded }, {}, {}]) }), none);

  test.for([
    ["no failure", 0, "pass"],
    ["one failed SYN in five minutes is counted, not told", [0, 0, 1, 0, 0], "pass"],
    ["one bad minute is a retry, not an outage", [0, 0, 80, 0, 0], "pass"],
    ["a share below a fifth of the limit, however lasting", [1, 1, 1, 1, 1], "pass"],
    ["a small lasting share is worth a look", [4, 4, 4, 4, 4], "warn"],
    ["a lasting share at the limit fails", [11, 11, 11, 11, 11], "fail"],
    ["missing minutes neither add nor excuse", [null, 40, 40, 40, null], "fail"],
  ] as const)("%s", ([, failed, outcome]) => {
    expect(judge(typeof failed === "number" ? failed : [...failed]).outcome).toBe(outcome);
  });

  test("H: one failed connection on 400 nodes is no alarm", () => {
    const lines = nodeLines(
      Array.from({ length: 400 }, (_, index) => ({
        allocated: 128,
        tcp: 20,
        failed: index === 3 ? [0, 1, 0, 0, 0] : 0,
      })),
    );
    const result = snatFailures.judge(facts({ cluster: cluster({ nodes: 400 }), lines }), none);
    expect(result).toMatchObject({ outcome: "pass" });
    expect(result.evidence).toContainEqual(expect.objectContaining({ name: "failedConnections", value: 1 }));
  });

  test("an exhausted node explains its failed connections", () => {
    const full = facts({ lines: nodeLines([{ tcp: 1_024, failed: 50 }, {}, {}]) });
    const ports = snatPorts.judge(full, none);
    expect(snatFailures.judge(full, new Map([["snat-ports", ports]]))).toMatchObject({
      outcome: "fail",
      explainedBy: "snat-ports",
    });
  });

  test("failures with ports left stand for themselves", () => {
    const failing = facts({ lines: nodeLines([{ tcp: 200, failed: 50 }, {}, {}]) });
    const ports = snatPorts.judge(failing, none);
    expect(snatFailures.judge(failing, new Map([["snat-ports", ports]]))).toMatchObject({
      outcome: "fail",
      explainedBy: null,
    });
  });

  test("no connection series is unknown", () => {
    const lines = nodeLines([{}, {}, {}]).filter((line) => !line.metric.endsWith("Connections"));
    expect(snatFailures.judge(facts({ lines }), none).outcome).toBe("unknown");
  });
});

describe("snat-skew", () => {
  const judge = (...tcp: (number | number[])[]) =>
    snatSkew.judge(
      facts({
        cluster: cluster({ nodes: tcp.length }),
        lines: nodeLines(tcp.map((each) => ({ tcp: each }))),
      }),
      none,
    );

  test.for([
    ["equal nodes", [100, 110, 90], "pass"],
    ["one node far above the others", [600, 100, 90], "warn"],
    ["far above, but idle all the same", [120, 20, 20], "pass"],
    ["two nodes have no usual to compare with", [600, 20], "notApplicable"],
  ] as const)("%s", ([, tcp, outcome]) => {
    expect(judge(...tcp).outcome).toBe(outcome);
  });

  test("a burst is not a skew", () => {
    const burst = [...Array.from({ length: 14 }, () => 100), 700, 700];
    expect(judge(burst, 100, 90).outcome).toBe("pass");
  });
});

describe("allocation-tier", () => {
  const judge = (nodes: number, tcp: number, changes: Parameters<typeof cluster>[0] = {}) =>
    allocationTier.judge(
      facts({
        cluster: cluster({ nodes, ...changes }),
        lines: nodeLines(Array.from({ length: nodes }, (_, index) => ({ tcp: index === 0 ? tcp : 50 }))),
      }),
      none,
    );

  test("C: 50 nodes, a node at 600 of 1,024: the next node halves the ports, so it warns before", () => {
    const result = judge(50, 600);
    expect(result.outcome).toBe("warn");
    expect(result.summary).toContain("512 instead of 1,024");
    expect(result.remedy?.commands[0]).toContain("--load-balancer-outbound-ports");
  });

  test.for([
    ["far from the edge", 10, 600, {}, "pass"],
    ["at the edge with a small peak", 50, 200, {}, "pass"],
    [
      "the autoscaler can reach the edge",
      30,
      600,
      { pools: [pool({ count: 30, autoscaling: true, maxCount: 80 })] },
      "warn",
    ],
    [
      "fixed ports have no tier",
      50,
      600,
      { loadBalancer: balancer(50, { outboundRules: [outboundRule(1_024)] }) },
      "notApplicable",
    ],
  ] as const)("%s", ([, nodes, tcp, changes, outcome]) => {
    expect(judge(nodes, tcp, changes).outcome).toBe(outcome);
  });

  test("yesterday's peak counts, not only this minute", () => {
    const peaks = [{ hourMs: T0 - 5 * HOUR_MS, usedPorts: 700, backendIp: "10.0.0.4", protocol: "tcp" }];
    const result = allocationTier.judge(
      facts({
        cluster: cluster({ nodes: 50 }),
        lines: nodeLines(Array.from({ length: 50 }, () => ({ tcp: 50 }))),
        peaks,
      }),
      none,
    );
    expect(result.outcome).toBe("warn");
  });
});

describe("load-balancer-datapath", () => {
  const rule = (probe: LoadBalancingRule["probe"]): LoadBalancingRule => ({
    name: "a-80",
    frontendAddresses: ["20.50.1.1"],
    protocol: "Tcp",
    frontendPort: 80,
    backendPort: 80,
    probe,
  });
  const judge = (
    lines: Line[],
    rules: LoadBalancingRule[] = [rule({ protocol: "Tcp", port: 31_000, path: null })],
  ) =>
    loadBalancerDatapath.judge(
      facts({
        cluster: cluster({ loadBalancer: balancer(3, { rules }) }),
        lines: [...nodeLines([{}, {}, {}]), ...lines],
      }),
      none,
    );
  const vip = (value: number): Line => ({
    metric: "vipAvailability",
    labels: { frontendIp: "20.50.1.1" },
    values: value,
  });
  const dip = (...up: number[]): Line[] =>
    up.map((value, index) => ({
      metric: "dipAvailability",
      labels: { backendIp: backendIp(index), port: "80" },
      values: value,
    }));

  test.for([
    ["available", [vip(1)], "pass"],
    ["degraded", [vip(0.6)], "warn"],
    ["unavailable", [vip(0.1)], "fail"],
    ["every backend down", [vip(1), ...dip(0, 0, 0)], "fail"],
    ["one backend of a TCP probe down", [vip(1), ...dip(1, 0, 1)], "warn"],
    ["no figure although there are rules", [], "unknown"],
  ] as const)("%s", ([, lines, outcome]) => {
    expect(judge([...lines]).outcome).toBe(outcome);
  });

  test("backends without the pod are the expected picture of externalTrafficPolicy Local, and it says that this is inferred", () => {
    const result = judge(
      [vip(1), ...dip(1, 0, 0)],
      [rule({ protocol: "Http", port: 32_100, path: "/healthz" })],
    );
    expect(result.outcome).toBe("pass");
    expect(result.summary).toContain("inferred");
  });

  test("without rules Azure measures no data path", () => {
    expect(judge([], []).outcome).toBe("notApplicable");
  });
});

describe("data-freshness of a path without a device", () => {
  const withoutDevice = (outboundType: string | null) => {
    const made = cluster();
    const paths = made.paths.map((path) => ({ ...path, kind: "none" as const, resourceId: null }));
    return dataFreshness.judge(facts({ cluster: { ...made, outboundType, paths }, lines: [] }), none);
  };

  test.for([
    ["none", "pass"],
    ["block", "pass"],
    ["loadBalancer", "unknown"],
    [null, "unknown"],
    ["managedNATGateway", "unknown"],
    ["aTypeNobodyHasHeardOf", "unknown"],
  ] as const)("outbound type %s: %s", ([outboundType, outcome]) => {
    expect(withoutDevice(outboundType).outcome).toBe(outcome);
  });
});

describe("data-freshness", () => {
  const lateBy = (minutes: number) =>
    nodeLines([{}, {}, {}]).map((line) => ({
      ...line,
      values: [100, ...Array.from({ length: minutes }, () => null)],
    }));
  test.for([
    ["every source answered", {}, "pass", "newest minute"],
    [
      "a source failed",
      { problems: [{ source: "snatPorts", reason: "throttled" as const, message: "429 from westeurope" }] },
      "unknown",
      "429 from westeurope",
    ],
    [
      "discovery could not read what only names things",
      {
        cluster: cluster({
          problems: [
            { source: "topology", reason: "forbidden" as const, message: "403", minor: true as const },
          ],
        }),
      },
      "pass",
      "newest minute",
    ],
    [
      "discovery could not read a list",
      {
        cluster: cluster({
          problems: [{ source: "topology", reason: "forbidden" as const, message: "403 on natGateways" }],
        }),
      },
      "unknown",
      "403 on natGateways",
    ],
    [
      "nobody knows where a pool's traffic leaves",
      {
        cluster: cluster({
          paths: cluster().paths.map((path) => ({
            ...path,
            kind: "unknown" as const,
            reason: "the cluster is being created",
          })),
        }),
      },
      "unknown",
      "the egress path of pool1 is not known: the cluster is being created",
    ],
    ["no figures for long", { lines: lateBy(6) }, "unknown", "no port figures"],
    ["late by three minutes", { lines: lateBy(3) }, "pass", "3 minutes late"],
  ] as const)("%s", ([, changes, outcome, words]) => {
    const result = dataFreshness.judge(facts(changes), none);
    expect(result.outcome).toBe(outcome);
    expect(result.summary).toContain(words);
  });
});
