import { expect, test } from "vitest";
import type { CheckRow, ClusterAnswer } from "#api/answers/cluster.ts";
import type { HistoryAnswer } from "#api/answers/history.ts";
import { causeOf, groupChecks } from "../../shared/dashboard/text/check-groups.ts";
import {
  limitsOf,
  metricsOf,
  nodesOf,
  ofNode,
  seriesName,
  shiftRange,
  summarise,
} from "../../shared/dashboard/text/history-view.ts";

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

test("one node of a history, by its name or its address", () => {
  expect(nodesOf(HISTORY)).toEqual(["a", "10.0.0.1"]);
  expect(ofNode(HISTORY, "a").series).toEqual([HISTORY.series[0]]);
  expect(ofNode(HISTORY, "10.0.0.1").series).toEqual([HISTORY.series[1]]);
  expect(ofNode(HISTORY, "")).toBe(HISTORY);
});

test("what a metric is held against", () => {
  const limits = { warnRatio: 0.75, failRatio: 0.9, failedRatio: 0.05, skewFactor: 3 };
  const gateway = { kind: "natGateway" as const, resourceId: null, publicIps: [], portBudget: 129_024 };
  const cluster = {
    limits: { ...limits, staleAfterSeconds: 300, collectLagSeconds: 180 },
    paths: [{ ...gateway, protocols: { tcp: true, udp: true, icmp: false }, pools: [], reason: "" }],
  };
  const values = (metric: string, ceilings: number[]) =>
    limitsOf(metric, cluster, ceilings).map(({ value }) => value);
  expect(values("usedRatio", [])).toEqual([0.75, 0.9]);
  expect(values("usedPorts", [1_024, 2_048])).toEqual([1_024, 2_048]);
  expect(values("natConnections", [])).toEqual([129_024]);
  expect(values("failedConnections", [])).toEqual([]);
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
