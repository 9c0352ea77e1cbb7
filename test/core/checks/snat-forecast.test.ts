import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckResult, Facts } from "#core/checks/check.ts";
import { snatForecast } from "#core/checks/snat-forecast.ts";
import { snatPorts } from "#core/checks/snat-ports.ts";
import { forecastExhaustion } from "#core/snat/forecast.ts";
import { raisedKey } from "#core/snat/raised-nodes.ts";
import { addHours, NO_SHAPES } from "#core/snat/shapes.ts";
import { DAY_MS, HOUR_MS } from "#core/time.ts";
import { judgeCluster } from "#core/verdict/judge-cluster.ts";
import {
  backendIp,
  balancer,
  cluster,
  deviceLine,
  FIREWALL_ID,
  facts,
  firewallCluster,
  GATEWAY_ID,
  gatewayCluster,
  nodeLines,
} from "../../support/builders.ts";

const none: ReadonlyMap<string, CheckResult> = new Map();

type Values = readonly (number | null)[];

/** Sixteen minutes, the last of them now: `at(0)` fifteen minutes ago, `at(15)` now. */
const minutes = (at: (minute: number) => number | null): Values =>
  Array.from({ length: 16 }, (_, minute) => at(minute));

/** The same every time, between -1 and 1. */
const noise = (minute: number) => Math.sin(minute * 12.9898) * Math.cos(minute * 78.233);

const node = (tcp: Values, allocated = 1_024): Facts =>
  facts({ lines: nodeLines([{ tcp, allocated }, {}, {}]) });
const judge = (given: Facts) => snatForecast.judge(given, none);

describe("one node of 1,024 ports", () => {
  const rows: readonly (readonly [string, Values, CheckResult["outcome"]])[] = [
    ["a ramp that ends in 50 minutes", minutes((at) => 424 + 8 * (at + 10)), "warn"],
    ["a ramp that ends in ten minutes", minutes((at) => 300 + 29 * at), "fail"],
    ["a noisy ramp", minutes((at) => 400 + 15 * at + 20 * noise(at)), "warn"],
    ["a ramp that ends in three hours", minutes((at) => 424 + 2 * at), "pass"],
    ["a ramp with gaps", minutes((at) => (at % 3 === 1 ? null : 400 + 15 * at)), "warn"],
    [
      "a ramp of which too little is known",
      minutes((at) => (at % 3 === 0 ? 400 + 20 * at : null)),
      "unknown",
    ],
    ["a ramp of eight minutes, nothing before", minutes((at) => (at < 8 ? null : 400 + 15 * at)), "warn"],
    ["level", minutes(() => 800), "pass"],
    ["noise about a level", minutes((at) => 780 + 60 * noise(at)), "pass"],
    ["falling", minutes((at) => 900 - 20 * at), "pass"],
    ["a ramp that flattened at 80 %", minutes((at) => Math.min(820, 500 + 40 * at)), "pass"],
    ["a step of one minute, then flat", minutes((at) => (at < 8 ? 100 : 600)), "pass"],
    ["a step of two minutes", minutes((at) => (at < 8 ? 100 : at === 8 ? 350 : 600)), "pass"],
    ["a noisy step", minutes((at) => (at < 10 ? 100 : 600) + 30 * noise(at)), "pass"],
    ["a step just now", minutes((at) => (at < 14 ? 300 : 800)), "pass"],
    ["one odd minute at the end", minutes((at) => (at === 15 ? 700 : 400)), "pass"],
    ["a ramp far below its limit", minutes((at) => 10 + 10 * at), "pass"],
    ["used up already", minutes((at) => Math.min(1_024, 800 + 30 * at)), "pass"],
  ];
  test.for(rows)("%s: %s", ([, tcp, outcome]) => {
    expect(judge(node(tcp)).outcome).toBe(outcome);
  });
});

test("the evidence has slope, time with its interval, and samples", () => {
  const result = judge(node(minutes((at) => 400 + 15 * at)));
  // The judged minute is three minutes old: 26.6 minutes from then are 23.6 from now.
  expect(result.summary).toMatch(
    /^node aks-pool1-\S+ uses 625 of 1,024 SNAT ports \(TCP\) and gains 15 a minute: out of ports in about 24 minutes \(24 to 24\)$/,
  );
  expect(result.findings).toEqual([
    expect.objectContaining({
      severity: "warn",
      subject: expect.objectContaining({ backendIp: backendIp(0), protocol: "tcp" }),
    }),
  ]);
  expect(result.evidence).toContainEqual({ name: "slope", value: 15, unit: "ports/min" });
  expect(result.evidence).toContainEqual({ name: "samples", value: 16, unit: "of 16 minutes" });
  expect(result.remedy?.commands[0]).toContain("--load-balancer-outbound-ports");
});

describe("a node that is likely to run out, though no line leads there", () => {
  const high = node(minutes((at) => 985 + 20 * noise(at)));

  test("is critical at once, with its chance", () => {
    const result = judge(high);
    expect(result.findings).toMatchObject([{ severity: "fail", forMs: 0 }]);
    expect(result.summary).toMatch(
      /^node aks-pool1-\S+ uses \d+ of 1,024 SNAT ports \(TCP\) and .+: out of ports within the hour with a chance of [\d.]+ %, in (about \d+ minutes \(\d+ (or more|to \d+)\)|less than a minute)$/,
    );
    expect(result.evidence[0]).toMatchObject({ name: "chanceWithinTheHour", limit: 0.82 });
    const given = { ...high, limits: { ...high.limits, given: ["alertFor" as const] } };
    expect(judge(given).findings).toMatchObject([{ severity: "fail", forMs: undefined }]);
  });

  test("is a warning where it is as likely as not", () => {
    expect(judge(node(minutes((at) => 925 + 20 * noise(at)))).findings).toMatchObject([{ severity: "warn" }]);
  });

  test("stays critical until the use is below the warning limit", () => {
    const raised = new Map([[raisedKey("snat-forecast", backendIp(0), "tcp"), "critical" as const]]);
    const at = (used: number) => judge({ ...node(minutes(() => used)), raised });
    expect(at(800).findings).toMatchObject([
      { severity: "fail", summary: expect.stringContaining("it was about to run out, and may still (") },
    ]);
    expect(at(700).outcome).toBe("pass");
  });

  test("is a warning at most where its days are like that", () => {
    const hourMs = Math.floor(high.minuteMs / HOUR_MS) * HOUR_MS;
    const days = [3, 2, 1].map((ago) => ({ atMs: hourMs - ago * DAY_MS, level: 0.98, failed: false }));
    const shapes = addHours(NO_SHAPES, { backendIp: backendIp(0), protocol: "tcp" }, days);
    const quieter = node(minutes((at) => 985 + 5 * noise(at)));
    expect(judge(quieter).outcome).toBe("fail");
    const members = (quieter.cluster.loadBalancer?.members ?? []).map((member) => ({
      ...member,
      firstSeenMs: 0,
    }));
    const old = { ...quieter, cluster: cluster({ loadBalancer: balancer(3, { members }) }), shapes };
    expect(judge(old)).toMatchObject({
      outcome: "warn",
      summary: expect.stringContaining("its usual peak at this hour is 98 %"),
    });
    // Its members came a day ago: with the cluster, or after it.
    const cameMs = quieter.cluster.loadBalancer?.members[0]?.firstSeenMs ?? 0;
    expect(judge({ ...quieter, shapes, foundMs: cameMs }).outcome).toBe("warn");
    expect(judge({ ...quieter, shapes, foundMs: cameMs - 1 }).outcome).toBe("fail");
  });

  test("has its seconds in the verdict", () => {
    const { exhaustionInSeconds } = judgeCluster(high, null, 0);
    expect(exhaustionInSeconds).toBeGreaterThan(0);
    expect(exhaustionInSeconds).toBeLessThan(3_600);
  });
});

test("one node without figures does not blind the others, whichever comes first", () => {
  const silent = { tcp: minutes((at) => (at < 15 ? null : 100)) };
  const known = { tcp: minutes(() => 100) };
  for (const nodes of [
    [silent, known],
    [known, silent],
  ])
    expect(judge(facts({ lines: nodeLines(nodes) })).outcome).toBe("pass");
});

test("an allocation that was cut counts as it is now", () => {
  const tcp = minutes((at) => 300 + 5 * at);
  const allocated = minutes((at) => (at < 10 ? 1_024 : 512));
  const withCut = nodeLines([{ tcp }, {}, {}]).map((line) =>
    line.metric === "allocatedPorts" ? { ...line, values: allocated } : line,
  );
  expect(judge(node(tcp)).outcome).toBe("pass");
  expect(judge(facts({ lines: withCut }))).toMatchObject({ outcome: "warn" });
});

test("a rising node that snat-ports already fails is its story", () => {
  const full = node(minutes((at) => 700 + 20 * at));
  const ports = snatPorts.judge(full, none);
  expect(snatForecast.judge(full, new Map([["snat-ports", ports]]))).toMatchObject({
    outcome: "fail",
    explainedBy: "snat-ports",
  });
});

test("used-up nodes are left to snat-ports, and it says so", () => {
  expect(judge(node(minutes(() => 1_024))).summary).toContain("1 used up already, see snat-ports");
});

test("the frontends of a node count together", () => {
  const one = nodeLines([{ tcp: minutes(() => 900), allocated: 1_000 }], "20.50.1.1");
  const two = nodeLines([{ tcp: minutes((at) => 100 + 40 * at), allocated: 1_000 }], "20.50.1.2");
  const result = judge(facts({ lines: [...one, ...two] }));
  expect(result.summary).toContain("1,600 of 2,000");
});

test("a NAT gateway is held against its most connections; the ports of its addresses are a hint, never a failure", () => {
  const behind = (values: Values) =>
    judge(facts({ cluster: gatewayCluster(), lines: [deviceLine("natConnections", GATEWAY_ID, values)] }));
  const result = behind(minutes((at) => 1_200_000 + 40_000 * at));
  expect(result).toMatchObject({ outcome: "fail", findings: [{ subject: { resourceId: GATEWAY_ID } }] });
  expect(result.summary).toContain("at its limit of 2,000,000");
  const nearPorts = behind(minutes((at) => 40_000 + 1_500 * at));
  expect(nearPorts.outcome).toBe("warn");
  expect(nearPorts.summary).toContain("more than the ports of its addresses, 64,512");
});

test("a firewall, by protocol; not behind a NAT gateway", () => {
  const lines = [
    deviceLine(
      "firewallSnatUtilization",
      FIREWALL_ID,
      minutes((at) => 0.5 + 0.02 * at),
      { protocol: "tcp" },
    ),
    deviceLine("firewallSnatUtilization", FIREWALL_ID, 0.1, { protocol: "udp" }),
  ];
  const result = judge(facts({ cluster: firewallCluster(), lines }));
  expect(result).toMatchObject({
    outcome: "fail",
    findings: [{ subject: { resourceId: FIREWALL_ID, protocol: "tcp" } }],
  });
  const made = firewallCluster();
  const firewalls = made.network.firewalls.map((each) => ({ ...each, natGatewayId: GATEWAY_ID }));
  const behind = { ...made, network: { ...made.network, firewalls } };
  expect(judge(facts({ cluster: behind, lines })).outcome).toBe("pass");
});

test.for([
  ["a stopped cluster", cluster({ powerState: "stopped" }), "notApplicable"],
  ["an appliance", { ...cluster(), paths: [] }, "notApplicable"],
  ["a gateway without figures", gatewayCluster(), "unknown"],
  ["a load balancer without figures", cluster(), "unknown"],
] as const)("%s", ([, made, outcome]) => {
  expect(judge(facts({ cluster: made, lines: [] })).outcome).toBe(outcome);
});

describe("the verdict", () => {
  const seconds = (given: Facts) => {
    const { exhaustionInSeconds, nodes } = judgeCluster(given, null, 0);
    const first = nodes.find((each) => each.backendIp === backendIp(0) && each.protocol === "tcp");
    return [exhaustionInSeconds, first?.exhaustionInSeconds];
  };
  test("carries the seconds of the node that is first", () => {
    expect(seconds(node(minutes((at) => 400 + 20 * at)))).toEqual([792, 792]);
  });
  test("hours ahead where the rise is steady", () => {
    expect(seconds(node(minutes((at) => 424 + 4 * at)))).toEqual([7_920, 7_920]);
  });
  test("nothing where nothing rises, and nought where it is used up", () => {
    expect(seconds(node(minutes(() => 800)))).toEqual([null, null]);
    expect(seconds(node(minutes(() => 1_024)))).toEqual([0, 0]);
  });
});

test("property: the time lies within its interval, and scales with neither unit nor level", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 8, maxLength: 16 }),
      fc.integer({ min: 1, max: 50 }),
      (values, factor) => {
        const window = Float64Array.from(values);
        const forecast = forecastExhaustion(window, 1_024);
        const scaled = forecastExhaustion(
          window.map((value) => value * factor),
          1_024 * factor,
        );
        expect(scaled === null).toBe(forecast === null);
        if (forecast === null || scaled === null) return;
        expect(scaled.minutes).toBeCloseTo(forecast.minutes, 6);
        expect(forecast.slopePerMinute).toBeGreaterThan(0);
        expect(forecast.minutesLow).toBeLessThanOrEqual(forecast.minutes);
        expect(forecast.minutesHigh ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(forecast.minutes);
      },
    ),
  );
});
