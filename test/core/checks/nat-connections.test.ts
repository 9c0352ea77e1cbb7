import { describe, expect, test } from "vitest";
import type { CheckResult } from "#core/checks/check.ts";
import { natConnections } from "#core/checks/nat-connections.ts";
import type { NatGatewayTopology } from "#core/egress/cluster-network.ts";
import type { Line } from "../../support/builders.ts";
import {
  cluster,
  deviceLine,
  facts,
  firewall,
  firewallCluster,
  GATEWAY_ID,
  gatewayCluster,
  natGateway,
} from "../../support/builders.ts";

const none: ReadonlyMap<string, CheckResult> = new Map();

interface Figures {
  readonly open?: Line["values"];
  readonly attempted?: Line["values"];
  readonly failed?: Line["values"] | "absent";
}

function lines({ open = 10_001, attempted = 6_000, failed = 0 }: Figures = {}, id = GATEWAY_ID): Line[] {
  const tcp = { protocol: "tcp" } as const;
  return [
    deviceLine("natConnections", id, open, tcp),
    deviceLine("natAttemptedConnections", id, attempted, tcp),
    ...(failed === "absent" ? [] : [deviceLine("natFailedConnections", id, failed, tcp)]),
  ];
}

const judge = (figures: Figures, gateway: Partial<NatGatewayTopology> = {}) =>
  natConnections.judge(
    facts({
      cluster: gatewayCluster({ natGateways: [natGateway(gateway)] }),
      lines: lines(figures),
    }),
    none,
  );

describe("outcomes", () => {
  const rows: readonly (readonly [string, Figures, number, CheckResult["outcome"]])[] = [
    ["E: 10,001 steady flows on one address", {}, 1, "pass"],
    ["F: 10,001 steady flows on 16 addresses", {}, 16, "pass"],
    ["no failed series while attempts are counted is none failed", { failed: "absent" }, 1, "pass"],
    ["one failed SYN", { failed: [0, 0, 1, 0, 0] }, 1, "pass"],
    ["one bad minute", { failed: [0, 0, 3_000, 0, 0] }, 1, "pass"],
    ["a lasting small share", { failed: 120 }, 1, "warn"],
    ["a lasting share at the limit", { failed: 600 }, 1, "fail"],
    ["missing minutes neither add nor excuse", { failed: [null, 600, 600, 600, null] }, 1, "fail"],
    ["G: 50,000 flows on one address, attempts failing", { open: 50_000, failed: 2_400 }, 1, "fail"],
    ["the wall with a small share of failures", { open: 49_000, failed: 120 }, 1, "fail"],
    ["50,000 flows on one address, to many destinations", { open: 50_000 }, 1, "pass"],
    ["more connections than ports: they are used again", { open: 90_000 }, 1, "pass"],
    ["near the cap of the gateway", { open: 1_600_000 }, 16, "warn"],
    ["at the cap of the gateway", { open: 1_900_000 }, 16, "fail"],
    ["no attempts for five minutes", { attempted: [1, null, null, null, null, null] }, 1, "unknown"],
    ["no open connections known", { open: [1, null, null, null, null, null, null] }, 1, "unknown"],
  ];
  test.for(rows)("%s", ([, figures, addresses, outcome]) => {
    expect(judge(figures, { ipv4Count: addresses }).outcome).toBe(outcome);
  });
});

test("G names the wall, the gateway and the command for one that is somebody's own", () => {
  const result = judge({ open: 50_000, failed: 2_400 });
  expect(result.summary).toContain("50,000 connections to one destination from each address");
  expect(result.summary).toContain("suspected");
  expect(result.findings[0]?.subject).toEqual({ resourceId: GATEWAY_ID });
  expect(result.remedy?.commands.at(-1)).toMatch(/^az network nat gateway update --ids ".*ng-payments" /);
  expect(result.remedy?.commands.at(-1)).toContain("--public-ip-addresses $(az network nat gateway show");
});

test("failures far below the wall do not name it", () => {
  const result = judge({ open: 18_000, failed: 2_400 });
  expect(result.outcome).toBe("fail");
  expect(result.summary).not.toContain("one destination");
  expect(result.remedy?.text).toContain("has room");
});

test("a gateway that AKS manages is changed through the cluster", () => {
  const result = judge({ open: 110_000, failed: 2_400 }, { managed: true, ipv4Count: 2 });
  expect(result.remedy?.commands).toEqual([
    expect.stringMatching(/^az aks update .*--name aks-payments --nat-gateway-managed-outbound-ip-count 4$/),
  ]);
});

test("no wall is named where the number of addresses is unknown", () => {
  const result = judge({ open: 50_000, failed: 120 }, { ipv4Count: null });
  expect(result.outcome).toBe("warn");
});

test("a problem of the read is the reason", () => {
  const problems = [
    { source: "natGateway", reason: "forbidden" as const, message: "403 on metrics of ng-payments" },
  ];
  const result = natConnections.judge(facts({ cluster: gatewayCluster(), lines: [], problems }), none);
  expect(result).toMatchObject({
    outcome: "unknown",
    summary: "cannot tell: 403 on metrics of ng-payments",
    untold: [{ resourceId: GATEWAY_ID }],
  });
});

test("a path whose gateway has another casing than the network's is the same gateway", () => {
  const network = { natGateways: [natGateway({ id: GATEWAY_ID.toUpperCase() })] };
  const result = natConnections.judge(
    facts({ cluster: gatewayCluster(network), lines: lines({ open: 50_000, failed: 2_400 }) }),
    none,
  );
  expect(result.evidence).toContainEqual(
    expect.objectContaining({ name: "oneDestinationWall", value: 50_000 }),
  );
});

test("the gateway on a firewall's subnet is judged too", () => {
  const network = {
    firewalls: [firewall({ natGatewayId: GATEWAY_ID })],
    natGateways: [natGateway()],
  };
  const result = natConnections.judge(
    facts({ cluster: firewallCluster(network), lines: lines({ failed: 600 }) }),
    none,
  );
  expect(result.findings[0]?.subject).toEqual({ resourceId: GATEWAY_ID });
});

test.for([
  ["behind a load balancer", cluster(), "no pool leaves through a NAT gateway (loadBalancer)"],
  ["stopped", gatewayCluster({}, { powerState: "stopped" }), "the cluster is stopped"],
] as const)("does not apply: %s", ([, made, reason]) => {
  expect(natConnections.judge(facts({ cluster: made, lines: [] }), none)).toMatchObject({
    outcome: "notApplicable",
    summary: reason,
  });
});
