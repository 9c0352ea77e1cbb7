import { expect, test } from "vitest";
import type { ClusterRow } from "#api/answers/clusters.ts";
import { countStatuses, filterOf, selectRows } from "../../shared/dashboard/text/fleet-rows.ts";

function row(name: string, changes: Partial<ClusterRow> = {}): ClusterRow {
  return {
    id: `/subscriptions/s/${name}`,
    name,
    subscriptionId: "s",
    resourceGroup: `rg-${name}`,
    location: "westeurope",
    outboundType: "loadBalancer",
    paths: ["loadBalancer"],
    nodes: 3,
    status: "healthy",
    headline: `all is well with ${name}`,
    worstUsedRatio: 0.1,
    limits: { warnRatio: 0.75, failRatio: 0.9 },
    exhaustionInSeconds: null,
    evaluatedAt: "2026-11-21T10:00:00Z",
    dataThrough: "2026-11-21T09:58:00Z",
    ...changes,
  };
}

const ROWS = [
  row("quiet"),
  row("full", { worstUsedRatio: 0.7, nodes: 40 }),
  row("blind", { status: "unknown", worstUsedRatio: null, dataThrough: null, subscriptionId: "other" }),
  row("warned", { status: "warning", worstUsedRatio: 0.8 }),
  row("later", { status: "critical", exhaustionInSeconds: 900, worstUsedRatio: 0.99 }),
  row("soon", { status: "critical", exhaustionInSeconds: 60, worstUsedRatio: 0.5 }),
  row("nat", { paths: ["natGateway"], worstUsedRatio: null }),
];
const names = (query: string) =>
  selectRows(ROWS, filterOf(new URLSearchParams(query))).map(({ name }) => name);

test.each([
  ["", ["soon", "later", "blind", "warned", "full", "quiet", "nat"]],
  ["sort=nonsense", ["soon", "later", "blind", "warned", "full", "quiet", "nat"]],
  ["sort=name", ["blind", "full", "later", "nat", "quiet", "soon", "warned"]],
  ["sort=used", ["later", "warned", "full", "soon", "quiet", "blind", "nat"]],
  ["sort=exhaustion", ["soon", "later", "blind", "full", "nat", "quiet", "warned"]],
  ["sort=nodes", ["full", "blind", "later", "nat", "quiet", "soon", "warned"]],
  ["sort=age", ["blind", "full", "later", "nat", "quiet", "soon", "warned"]],
  ["status=critical,warning", ["soon", "later", "warned"]],
  ["subscription=other", ["blind"]],
  ["path=natGateway", ["nat"]],
  ["q=WELL rg-fu", ["full"]],
  ["q=westeurope&status=unknown", ["blind"]],
  ["q=nobody", []],
])("%s", (query, expected) => {
  expect(names(query)).toEqual(expected);
});

test("counts are of all clusters", () => {
  expect(countStatuses(ROWS)).toEqual({ critical: 2, unknown: 1, warning: 1, healthy: 3 });
});
