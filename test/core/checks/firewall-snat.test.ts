import { describe, expect, test } from "vitest";
import type { CheckResult } from "#core/checks/check.ts";
import { firewallSnat } from "#core/checks/firewall-snat.ts";
import type { FirewallTopology } from "#core/egress/cluster-network.ts";
import type { Line } from "../../support/builders.ts";
import {
  cluster,
  deviceLine,
  FIREWALL_ID,
  facts,
  firewall,
  firewallCluster,
  GATEWAY_ID,
} from "../../support/builders.ts";

const none: ReadonlyMap<string, CheckResult> = new Map();

const used = (values: Line["values"], protocol: "tcp" | "udp" = "tcp") =>
  deviceLine("firewallSnatUtilization", FIREWALL_ID, values, { protocol });
const health = (values: Line["values"], reason?: string) =>
  deviceLine("firewallHealth", FIREWALL_ID, values, reason === undefined ? {} : { reason });
const latency = (values: Line["values"]) => deviceLine("firewallLatency", FIREWALL_ID, values);

const judge = (lines: readonly Line[], changes: Partial<FirewallTopology> = {}) =>
  firewallSnat.judge(facts({ cluster: firewallCluster({ firewalls: [firewall(changes)] }), lines }), none);

describe("outcomes", () => {
  const rows: readonly (readonly [string, readonly Line[], CheckResult["outcome"], string])[] = [
    ["well", [used(0.3), health(1)], "pass", "30 %"],
    ["a spike of one minute", [used([0.3, 0.3, 0.99, 0.3])], "pass", "30 %"],
    ["near the limit", [used(0.8)], "warn", "80 %"],
    ["at the limit", [used(0.92)], "fail", "92 %"],
    ["the other protocol is full", [used(0.1), used(0.97, "udp")], "fail", "which Azure calls exhausted"],
    ["usage 12 minutes old", [used([0.92, 0.92, 0.92, ...Array(12).fill(null)])], "fail", "92 %"],
    ["health of 0 % without usage", [health(0)], "pass", "no SNAT usage"],
    ["health of 0 % for the ports it does not use", [health(0, "SNAT port")], "pass", "no SNAT usage"],
    ["no health, but a throughput", [deviceLine("firewallThroughput", FIREWALL_ID, 0)], "pass", "no SNAT"],
    ["exhausted by its own word", [used(0.7), health(0.5, "SNAT port")], "fail", "reason: SNAT port"],
    ["degraded for another reason", [used(0.2), health(0.5, "Infrastructure")], "warn", "Infrastructure"],
    ["unhealthy for a reason, without usage", [health(0, "Infrastructure")], "fail", "Infrastructure"],
    ["below full health without a reason", [used(0.2), health(0.5)], "pass", "20 %"],
    ["a moment of it", [used(0.2), health([1, 1, 0.5, 1, 1], "Infrastructure")], "pass", "20 %"],
    ["a slow probe is a note only", [used(0.2), latency(45)], "pass", "20 %"],
    ["silent", [], "unknown", "15 minutes"],
    ["silent for 15 minutes", [used([0.5, ...Array(15).fill(null)])], "unknown", "15 minutes"],
  ];
  test.for(rows)("%s", ([, lines, outcome, words]) => {
    const result = judge(lines);
    expect(result.outcome).toBe(outcome);
    expect(result.summary).toContain(words);
  });
});

test("the slow probe shows in the evidence", () => {
  expect(judge([used(0.2), latency(45)]).evidence).toContainEqual({
    name: "latency",
    value: 45,
    unit: "ms",
    limit: 20,
  });
  expect(judge([used(0.2), latency(1)]).evidence.some(({ name }) => name === "latency")).toBe(false);
});

test("the remedy adds addresses to this firewall and says what that changes", () => {
  const remedy = judge([used(0.95)]).remedy;
  expect(remedy?.text).toContain("2 public addresses instead of 1");
  expect(remedy?.text).toContain("2,496 ports for each instance");
  expect(remedy?.commands).toContainEqual(
    expect.stringMatching(
      /^az network firewall ip-config create .*--resource-group "rg-hub" --firewall-name fw-hub /,
    ),
  );
});

test("a firewall in a hub takes a count, and no NAT gateway", () => {
  const remedy = judge([used(0.95)], { hub: true }).remedy;
  expect(remedy?.commands).toEqual([expect.stringContaining("--public-ip-count 2")]);
  expect(remedy?.text).not.toContain("NAT gateway");
});

test("with a NAT gateway on its subnet its own SNAT figures say nothing", () => {
  const result = judge([used(0.99), health(0.5, "SNAT port")], { natGatewayId: GATEWAY_ID });
  expect(result.outcome).toBe("pass");
  expect(result.summary).toContain("ng-payments");
  expect(result.summary).toContain("see nat-connections");
});

test("a firewall that discovery could not read is judged all the same", () => {
  const result = firewallSnat.judge(
    facts({ cluster: firewallCluster({ firewalls: [] }), lines: [used(0.92)] }),
    none,
  );
  expect(result.findings[0]).toMatchObject({ severity: "fail", subject: { resourceId: FIREWALL_ID } });
});

test.for([
  ["another path", cluster()],
  ["a stopped cluster", firewallCluster({}, { powerState: "stopped" })],
] as const)("does not apply: %s", ([, made]) => {
  expect(firewallSnat.judge(facts({ cluster: made, lines: [used(1)] }), none).outcome).toBe("notApplicable");
});
