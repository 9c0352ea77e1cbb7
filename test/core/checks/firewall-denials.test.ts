import { describe, expect, test } from "vitest";
import type { CheckResult, Facts } from "#core/checks/check.ts";
import { firewallDenials } from "#core/checks/firewall-denials.ts";
import { requiredEndpoints } from "#core/checks/required-endpoints.ts";
import { DENIAL_SPAN_MS, type Denial } from "#core/denials/denial.ts";
import { NO_DENIALS } from "#core/denials/denial-memory.ts";
import { REST_REASON } from "#core/denials/log-row.ts";
import { mergeDenials } from "#core/denials/merge-denials.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { cluster, denial, facts, firewallCluster, T0 } from "../../support/builders.ts";

const LAST_SPAN = T0 - DENIAL_SPAN_MS;

/** The same count in every span, from so many hours ago up to so many. */
function steady(count: number, fromHours: number, toHours = 0, changes: Partial<Denial> = {}): Denial[] {
  const spans = ((fromHours - toHours) * HOUR_MS) / DENIAL_SPAN_MS;
  return Array.from({ length: spans }, (_, index) =>
    denial({ spanMs: T0 - fromHours * HOUR_MS + index * DENIAL_SPAN_MS, count, ...changes }),
  );
}

const now = (changes: Partial<Denial>) => denial({ spanMs: LAST_SPAN, ...changes });

function judge(
  denials: readonly Denial[],
  changes: Partial<Facts> = {},
  readHours = 24,
  earlier: ReadonlyMap<string, CheckResult> = new Map(),
): CheckResult {
  const memory = mergeDenials(NO_DENIALS, denials, T0 - readHours * HOUR_MS, T0);
  return firewallDenials.judge(
    facts({ cluster: firewallCluster(), denials: memory, lines: [], ...changes }),
    earlier,
  );
}

test.for([
  ["nothing", [], "pass"],
  ["one denied packet is no news", [now({ count: 1 })], "pass"],
  ["just below what is new", [now({ count: 9 })], "pass"],
  ["new", [now({ count: 10 })], "warn"],
  ["the same all day", steady(20, 24), "pass"],
  ["seen yesterday, back now", [...steady(20, 20, 18), now({ count: 30 })], "pass"],
  ["rising to five times the mean hour", [...steady(1, 24, 1), ...steady(5, 1)], "warn"],
  ["rising, but few", [...steady(0.1, 24, 1), ...steady(4, 1)], "pass"],
  ["rising by less", [...steady(10, 24, 1), ...steady(40, 1)], "pass"],
  ["a rise that is over", [...steady(1, 24, 1), denial({ spanMs: T0 - 50 * MINUTE_MS, count: 900 })], "pass"],
  ["the row that stands for many kinds", [now({ destination: "", count: 900, reason: REST_REASON })], "pass"],
] as const)("%s", ([, denials, outcome]) => {
  expect(judge(denials).outcome).toBe(outcome);
});

test("a new one is told with since when, how often, from where and by what", () => {
  const result = judge([
    now({
      destination: "1.2.3.4",
      port: 22,
      protocol: "tcp",
      kind: "network",
      count: 30,
      sources: ["10.0.0.9"],
      rule: "a/b/c/d",
    }),
  ]);
  expect(result.findings).toEqual([
    {
      subject: { destination: "1.2.3.4:22", protocol: "tcp" },
      severity: "warn",
      summary:
        "1.2.3.4:22 is denied since 2026-03-02 09:55 UTC, 30 times in 15 minutes, from 10.0.0.9, by rule a/b/c/d",
    },
  ]);
  expect(result.evidence).toContainEqual({
    name: "1.2.3.4:22",
    value: "30 in the last hour, 0 in the day before, by rule a/b/c/d, from 10.0.0.9",
  });
});

test("a rising one is told with its mean", () => {
  const { summary } = judge([...steady(2, 24, 1), ...steady(50, 1)]);
  expect(summary).toBe(
    "example.com:443 was denied 600 times in the last hour, 24 in the mean hour before, from 10.0.0.4, by the default action: no rule matched",
  );
});

test("another rule for the same destination is not news", () => {
  expect(judge([...steady(20, 24, 1), ...steady(20, 1, 0, { rule: "renamed" })]).outcome).toBe("pass");
});

test("many new ones are three alerts, with ten in the evidence", () => {
  const many = Array.from({ length: 40 }, (_, index) =>
    now({ destination: `h${index}.example.com`, count: 100 + index }),
  );
  const result = judge(many);
  expect(result.findings.map(({ subject }) => subject.destination)).toEqual([
    "h39.example.com:443",
    "h38.example.com:443",
    "h37.example.com:443",
  ]);
  expect(result.summary).toContain("; and 39 more");
  expect(result.evidence.filter(({ name }) => name.includes("example.com"))).toHaveLength(10);
});

test.for([
  [5, "pass"],
  [6, "warn"],
] as const)("with logs of %d hours: %s", ([hours, outcome]) => {
  const result = judge([now({ count: 100 })], {}, hours);
  expect(result.outcome).toBe(outcome);
  if (outcome === "pass") {
    expect(result.summary).toBe(
      "100 denials in the last hour, most of example.com:443; logs of 5 h are too few to tell what is new",
    );
  }
});

describe("what AKS needs", () => {
  const denials = [now({ destination: "mcr.microsoft.com", count: 30 })];
  const required = (all: readonly Denial[]) => {
    const memory = mergeDenials(NO_DENIALS, all, T0 - 24 * HOUR_MS, T0);
    const given = facts({ cluster: firewallCluster(), denials: memory, lines: [] });
    return new Map([["required-endpoints", requiredEndpoints.judge(given, new Map())]]);
  };

  test("is explained by the check that tells what breaks", () => {
    const result = judge(denials, {}, 24, required(denials));
    expect(result).toMatchObject({ outcome: "warn", explainedBy: "required-endpoints" });
  });

  test("does not hide others", () => {
    const all = [...denials, now({ count: 12 })];
    const result = judge(all, {}, 24, required(all));
    expect(result.explainedBy).toBe(null);
    expect(result.findings.map(({ subject }) => subject.destination)).toEqual(["example.com:443"]);
  });
});

test("logs that were not read are no proof of peace", () => {
  expect(judge([], { denials: NO_DENIALS }).outcome).toBe("unknown");
  const problems = [{ source: "firewallLogs", reason: "partial" as const, message: "answer cut" }];
  expect(judge([], { problems })).toMatchObject({ outcome: "unknown", summary: "cannot tell: answer cut" });
});

test("does not apply without a firewall", () => {
  expect(judge([], { cluster: cluster() }).outcome).toBe("notApplicable");
});
