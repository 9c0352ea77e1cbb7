import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CHECKS, runChecks } from "#core/checks/registry.ts";
import type { PathKind } from "#core/egress/topology.ts";
import { statusOf } from "#core/verdict/judge-cluster.ts";
import { cluster, facts } from "../../support/builders.ts";

const IDS = [
  "snat-ports",
  "snat-failures",
  "snat-forecast",
  "snat-skew",
  "allocation-tier",
  "upgrade-surge",
  "allocation-drift",
  "idle-outbound-ips",
  "path-mismatch",
  "nat-connections",
  "nat-datapath",
  "firewall-snat",
  "required-endpoints",
  "firewall-denials",
  "default-route",
  "asymmetric-routing",
  "nsg-egress",
  "load-balancer-datapath",
  "node-pressure",
  "icmp",
  "data-freshness",
];

test("the registry holds the 21 checks of the contract, each with its page", () => {
  expect(CHECKS.map((check) => check.id).toSorted()).toEqual(IDS.toSorted());
  for (const { id } of CHECKS) expect(existsSync(`docs/checks/${id}.md`), id).toBe(true);
});

describe("a path that nobody judges yet never reads healthy", () => {
  const byPath = (kind: PathKind) => {
    const made = cluster();
    const paths = made.paths.map((path) => ({ ...path, kind }));
    return runChecks(facts({ cluster: { ...made, paths, loadBalancer: null }, lines: [] }));
  };

  test.for(["natGateway", "firewall", "virtualAppliance"] as const)("%s", (kind) => {
    expect(statusOf(byPath(kind))).toBe("unknown");
  });

  test("the load balancer's checks do not apply there", () => {
    const outcome = byPath("natGateway").find((result) => result.id === "snat-ports")?.outcome;
    expect(outcome).toBe("notApplicable");
  });
});

test.for([
  ["a fail is critical whatever else is unknown", ["fail", "unknown"], "critical"],
  ["a traffic check that cannot tell outranks a warning", ["warn", "unknown"], "unknown"],
  ["a warning", ["warn", "pass"], "warning"],
  ["all well", ["pass", "pass"], "healthy"],
] as const)("%s", ([, [ports, freshness], status]) => {
  const base = { summary: "", findings: [], untold: [], evidence: [], remedy: null, explainedBy: null };
  expect(
    statusOf([
      { ...base, id: "snat-ports", outcome: ports },
      { ...base, id: "data-freshness", outcome: freshness },
    ]),
  ).toBe(status);
});

test("a check that judges no traffic may be unknown in a healthy cluster", () => {
  const base = { summary: "", findings: [], untold: [], evidence: [], remedy: null, explainedBy: null };
  expect(statusOf([{ ...base, id: "nsg-egress", outcome: "unknown" }])).toBe("healthy");
});
