import { expect, test } from "vitest";
import { icmp } from "#core/checks/icmp.ts";
import { NO_DENIALS } from "#core/denials/denial-memory.ts";
import { mergeDenials } from "#core/denials/merge-denials.ts";
import type { PathKind } from "#core/egress/topology.ts";
import { cluster, denial, facts, T0 } from "../../support/builders.ts";

const judge = (kinds: readonly PathKind[], changes: Parameters<typeof facts>[0] = {}) => {
  const made = cluster();
  const paths = kinds.map((kind) => ({
    ...made.paths[0],
    kind,
    resourceId: null,
    publicIps: [],
    portBudget: null,
    pools: ["pool1"],
    reason: "",
    protocols: { tcp: true, udp: true, icmp: kind === "nodePublicIp" || kind === "virtualAppliance" },
  }));
  return icmp.judge(facts({ cluster: { ...made, paths }, lines: [], ...changes }), new Map());
};

test.for<[PathKind[], string]>([
  [
    ["loadBalancer"],
    "ping to the internet does not work through the load balancer: a failed ping is no evidence",
  ],
  [["natGateway", "firewall"], "does not work through the NAT gateway, Azure Firewall"],
  [["nodePublicIp"], "ping can work through public addresses of the nodes; whether"],
  [["virtualAppliance"], "ping can work through the appliance"],
  [["nodePublicIp", "loadBalancer"], "not through the load balancer, where a failed ping is no evidence"],
  [["unknown"], "no egress path is known"],
  [[], "no egress path is known"],
])("%s", ([kinds, text]) => {
  const result = judge(kinds);
  expect(result.outcome).toBe("pass");
  expect(result.summary).toContain(text);
  expect(result.findings).toEqual([]);
});

test("lists denied ICMP, and nothing else that was denied", () => {
  const ping = denial({ kind: "network", destination: "8.8.8.8", port: null, protocol: "icmp", count: 3 });
  const denials = mergeDenials(NO_DENIALS, [ping, denial()], T0, T0 + 300_000);
  const { evidence, outcome } = judge(["firewall"], { denials });
  expect(outcome).toBe("pass");
  expect(evidence).toEqual([
    { name: "firewall (pool1)", value: "does not carry ICMP" },
    { name: "denied ICMP to 8.8.8.8", value: "3 in a day, last at 2026-03-02 10:04 UTC" },
  ]);
});

test("does not apply to a stopped cluster", () => {
  expect(icmp.judge(facts({ cluster: cluster({ powerState: "stopped" }) }), new Map()).outcome).toBe(
    "notApplicable",
  );
});
