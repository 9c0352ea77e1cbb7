import { expect, test } from "vitest";
import type { CheckRow, ClusterAnswer } from "#api/answers/cluster.ts";
import type { HistoryAnswer } from "#api/answers/history.ts";
import { causeOf, groupChecks } from "../../shared/dashboard/text/check-groups.ts";
import { metricsOf, seriesName, shiftRange, summarise } from "../../shared/dashboard/text/history-view.ts";
import { nodeSteps } from "../../shared/dashboard/text/node-steps.ts";

function check(id: string, outcome: CheckRow["outcome"], changes: Partial<CheckRow> = {}): CheckRow {
  return {
    id,
    question: `${id}?`,
    outcome,
    summary: id,
    since: "2026-11-21T10:00:00Z",
    subjects: [],
    evidence: [],
    remedy: null,
    explainedBy: null,
    judgesTraffic: true,
    docs: `docs/checks/${id}.md`,
    ...changes,
  };
}

test("the cause comes before what it explains, failures before warnings", () => {
  const checks = [
    check("explained", "fail", { explainedBy: "cause" }),
    check("warned", "warn"),
    check("passed", "pass"),
    check("cause", "fail"),
    check("blind", "unknown"),
    check("other", "notApplicable"),
  ];
  expect(groupChecks(checks).map(({ title, checks: all }) => [title, all.map(({ id }) => id)])).toEqual([
    ["Found", ["cause", "warned", "explained"]],
    ["Cannot tell", ["blind"]],
    ["Ruled out", ["passed"]],
    ["Does not apply", ["other"]],
  ]);
  expect(causeOf(checks)?.id).toBe("cause");
  expect(causeOf([check("passed", "pass")])).toBeUndefined();
});

const HISTORY: HistoryAnswer = {
  metric: "usedPorts",
  unit: "ports",
  by: "node",
  agg: "max",
  step: "1m",
  stepSeconds: 60,
  from: "2026-11-21T10:00:00Z",
  to: "2026-11-21T10:03:00Z",
  times: [60, 120, 180],
  series: [
    { labels: { node: "a", protocol: "tcp" }, values: [1, null, 3] },
    { labels: { backendIp: "10.0.0.1", protocol: "udp" }, values: [9, 2, null] },
    { labels: {}, values: [null, null, null] },
  ],
  incomplete: false,
  faults: [],
  note: null,
};

test("the figures of curves: peaks, the latest sample, gaps", () => {
  const rows = summarise(HISTORY).map(({ series: _, ...row }) => row);
  expect(rows).toEqual([
    { name: "10.0.0.1 UDP", peak: 9, peakAt: 60, latest: 2, gaps: 1 },
    { name: "a TCP", peak: 3, peakAt: 180, latest: 3, gaps: 1 },
    { name: "cluster", peak: null, peakAt: null, latest: null, gaps: 3 },
  ]);
  expect(seriesName({ labels: { resourceId: "/x/natGateways/ng" }, values: [] })).toBe("ng");
});

test("a history is offered for the ways out that a cluster has", () => {
  const path = (kind: ClusterAnswer["paths"][number]["kind"]): ClusterAnswer["paths"][number] => ({
    kind,
    resourceId: null,
    publicIps: [],
    protocols: { tcp: true, udp: true, icmp: false },
    portBudget: null,
    pools: [],
    reason: "",
  });
  expect(metricsOf([path("natGateway")]).every(([name]) => name.startsWith("nat"))).toBe(true);
  expect(metricsOf([path("loadBalancer")])[0]?.[0]).toBe("usedRatio");
  expect(metricsOf([path("none")])).toHaveLength(metricsOf([]).length);
});

test.each([
  [0, 0.5, "1970-01-01T02:00:00.000Z", "1970-01-01T04:00:00.000Z"],
  [-0.5, 1, "1969-12-31T23:00:00.000Z", "1970-01-01T03:00:00.000Z"],
  [0, 2, "1969-12-31T23:00:00.000Z", "1970-01-01T07:00:00.000Z"],
])("a range moved by %f of itself and scaled by %f", (move, scale, from, to) => {
  expect(shiftRange(3_600_000, 5 * 3_600_000, move, scale)).toEqual({ from, to });
});

test.each([
  [{ nodesToday: 8, maximumNodes: 20 }, [8, 10, 12, 16, 20, 24]],
  [{ nodesToday: 0, maximumNodes: 0 }, [1, 2, 3]],
  [{ nodesToday: 4_000, maximumNodes: 9_000 }, [4_000, 5_000]],
])("numbers of nodes worth a line: %j", (assumed, steps) => {
  expect(nodeSteps(assumed)).toEqual(steps);
});
