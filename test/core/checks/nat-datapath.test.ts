import { expect, test } from "vitest";
import type { CheckResult } from "#core/checks/check.ts";
import { natConnections } from "#core/checks/nat-connections.ts";
import { natDatapath } from "#core/checks/nat-datapath.ts";
import type { Line } from "../../support/builders.ts";
import {
  cluster,
  deviceLine,
  facts,
  GATEWAY_ID,
  gatewayCluster,
  natGateway,
} from "../../support/builders.ts";

const none: ReadonlyMap<string, CheckResult> = new Map();
const behind = gatewayCluster({ natGateways: [natGateway()] });

function lines(path: Line["values"], drops: Line["values"] = 0, packets: Line["values"] = 100_000): Line[] {
  return [
    deviceLine("natDatapath", GATEWAY_ID, path),
    deviceLine("natPacketDrops", GATEWAY_ID, drops),
    deviceLine("natPackets", GATEWAY_ID, packets),
  ];
}

const minutes = (count: number, value: number) => Array.from({ length: count }, () => value);

const rows: readonly (readonly [string, Line[], CheckResult["outcome"]])[] = [
  ["available", lines(1), "pass"],
  ["one failed probe of fifteen", lines([...minutes(15, 1), 0]), "pass"],
  ["two failed probes of fifteen", lines([...minutes(13, 1), 0, 0]), "warn"],
  ["down for most of the window", lines([...minutes(3, 1), ...minutes(12, 0)]), "fail"],
  ["more than five drops are noise", lines(1, 12), "pass"],
  ["many drops in one minute", lines(1, [0, 0, 20_000, 0, 0]), "pass"],
  ["a lasting share of drops", lines(1, 2_000), "warn"],
  ["a lasting large share of drops", lines(1, 9_000), "fail"],
  ["packets in two directions count together", [...lines(1, 1_200, 60_000), packetsIn(80_000)], "pass"],
  ["no figures", [], "unknown"],
  ["the last figures are six minutes old", lines([...minutes(10, 1), ...Array(6).fill(null)]), "unknown"],
];

function packetsIn(count: number): Line {
  return deviceLine("natPackets", GATEWAY_ID, count, { protocol: "udp" });
}

test.for(rows)("%s", ([, given, outcome]) => {
  expect(natDatapath.judge(facts({ cluster: behind, lines: given }), none).outcome).toBe(outcome);
});

test("packets dropped while connections fail are the same story", () => {
  const failing = facts({
    cluster: behind,
    lines: [
      ...lines(1, 5_200),
      deviceLine("natConnections", GATEWAY_ID, 50_000),
      deviceLine("natAttemptedConnections", GATEWAY_ID, 9_000),
      deviceLine("natFailedConnections", GATEWAY_ID, 2_400),
    ],
  });
  const connections = natConnections.judge(failing, none);
  const earlier = new Map([["nat-connections", connections]]);
  expect(natDatapath.judge(failing, earlier)).toMatchObject({
    outcome: "fail",
    explainedBy: "nat-connections",
  });
});

test.for([
  ["another path", cluster()],
  ["a stopped cluster", gatewayCluster({}, { powerState: "stopped" })],
] as const)("does not apply: %s", ([, made]) => {
  expect(natDatapath.judge(facts({ cluster: made, lines: lines(0) }), none).outcome).toBe("notApplicable");
});
