import { describe, expect, test } from "vitest";
import type { Facts } from "#core/checks/check.ts";
import { requiredEndpoints } from "#core/checks/required-endpoints.ts";
import { DENIAL_SPAN_MS, type Denial } from "#core/denials/denial.ts";
import { NO_DENIALS } from "#core/denials/denial-memory.ts";
import { mergeDenials } from "#core/denials/merge-denials.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { cluster, denial, facts, firewall, firewallCluster, T0 } from "../../support/builders.ts";

const LAST_SPAN = T0 - DENIAL_SPAN_MS;

function memory(denials: readonly Partial<Denial>[], throughMs = T0) {
  const made = denials.map((each) => denial({ spanMs: LAST_SPAN, ...each }));
  return mergeDenials(NO_DENIALS, made, throughMs - 24 * HOUR_MS, throughMs);
}

const judge = (denials: readonly Partial<Denial>[], changes: Partial<Facts> = {}) =>
  requiredEndpoints.judge(
    facts({ cluster: firewallCluster(), denials: memory(denials), lines: [], ...changes }),
    new Map(),
  );

test.for([
  ["nothing denied", [], "pass"],
  ["another destination", [{ destination: "ads.example.com", count: 900 }], "pass"],
  ["images", [{ destination: "mcr.microsoft.com" }], "fail"],
  ["an update", [{ destination: "security.ubuntu.com", port: 80, protocol: "http" }], "warn"],
  ["time", [{ kind: "network", destination: "1.2.3.4", port: 123, protocol: "udp" }], "warn"],
  ["a name lookup", [{ kind: "dns", destination: "mcr.microsoft.com", port: null, protocol: "dns" }], "fail"],
  ["benign storage", [{ destination: "md-a.z1.blob.storage.azure.net", count: 900 }], "pass"],
  ["an hour ago, no more", [{ destination: "mcr.microsoft.com", spanMs: T0 - 40 * MINUTE_MS }], "pass"],
] as const)("%s", ([, denials, outcome]) => {
  expect(judge(denials).outcome).toBe(outcome);
});

test("names destination, port, count, last time, rule and what breaks", () => {
  const result = judge([
    { destination: "mcr.microsoft.com", count: 12, rule: "policy/group/block/all" },
    { destination: "ads.example.com", count: 99 },
  ]);
  expect(result.findings).toEqual([
    {
      subject: { destination: "mcr.microsoft.com" },
      severity: "fail",
      summary:
        "mcr.microsoft.com:443 was denied 12 times in 15 minutes, last at 2026-03-02 09:59 UTC, by rule policy/group/block/all: nodes cannot pull the images of AKS: new and restarted nodes stay NotReady",
    },
  ]);
  expect(result.remedy?.text).toContain("AzureKubernetesService");
  expect(result.remedy?.text).toContain("policy/group/block/all");
  expect(result.remedy?.commands).toEqual([
    expect.stringContaining("az network firewall show --subscription 11111111-"),
    expect.stringMatching(
      /--policy-name policy --rule-collection-group-name group .*--rule-type ApplicationRule/,
    ),
    expect.stringMatching(
      /az network firewall application-rule create .*--resource-group rg-hub --firewall-name fw-hub .*--fqdn-tags AzureKubernetesService --source-addresses 10\.0\.0\.0\/16/,
    ),
  ]);
});

test("no rule is the default action; an address needs a network rule", () => {
  const result = judge([{ kind: "network", destination: "1.2.3.4", port: 123, protocol: "udp" }]);
  expect(result.summary).toContain("by the default action: no rule matched");
  expect(result.remedy?.commands[2]).toContain(
    "network-rule create --subscription 11111111-2222-3333-4444-555555555555 --resource-group rg-hub",
  );
  expect(result.remedy?.commands[2]).toContain(
    "--protocols UDP --destination-addresses 1.2.3.4 --destination-ports 123",
  );
});

test("every destination is a finding, required ones first; time servers are one", () => {
  const result = judge([
    { kind: "network", destination: "1.2.3.4", port: 123, protocol: "udp", count: 50 },
    { kind: "network", destination: "1.2.3.5", port: 123, protocol: "udp", count: 60 },
    { destination: "mcr.microsoft.com", count: 1 },
    { destination: "login.microsoftonline.com", count: 3 },
  ]);
  expect(result.findings.map(({ subject, severity }) => [subject.destination, severity])).toEqual([
    ["login.microsoftonline.com", "fail"],
    ["mcr.microsoft.com", "fail"],
    ["*:123", "warn"],
  ]);
  expect(result.summary).toContain("; and 2 more");
  expect(result.findings[2]?.summary).toContain("1.2.3.5:123/udp and one other was denied 110 times");
});

test("threat intelligence is not opened by a rule", () => {
  const result = judge([{ kind: "threatIntelligence", destination: "mcr.microsoft.com" }]);
  expect(result).toMatchObject({ outcome: "fail", remedy: { commands: [] } });
  expect(result.summary).toContain("by threat intelligence");
});

test("denials of other destinations are counted", () => {
  expect(judge([{ count: 1_200 }]).summary).toBe(
    "nothing that AKS needs was denied in 15 minutes; 1,200 denials of other destinations",
  );
});

describe("where the logs cannot tell", () => {
  const forbidden = {
    source: "firewallLogs",
    reason: "forbidden" as const,
    message: "403 on workspace logs",
  };
  const withFirewall = (changes: Parameters<typeof firewall>[0]) => ({
    cluster: firewallCluster({ firewalls: [firewall(changes)] }),
  });
  const partly = [
    {
      workspaceId: "/w",
      customerId: null,
      tables: "legacy" as const,
      categories: ["AzureFirewallNetworkRule"],
    },
  ];

  test.for([
    ["never read", { denials: NO_DENIALS }, "have not been read yet"],
    ["read long ago", { denials: memory([], T0 - 45 * MINUTE_MS) }, "last read up to 2026-03-02 09:15 UTC"],
    ["the query failed", { problems: [forbidden] }, "403 on workspace logs"],
    ["no workspace", withFirewall({ logs: [] }), "az monitor diagnostic-settings create"],
    [
      "settings unread",
      withFirewall({ logs: null, logProblem: { ...forbidden, message: "grant X" } }),
      "grant X",
    ],
    ["application rules not logged", withFirewall({ logs: partly }), "does not log AZFWApplicationRule"],
  ] as const)("%s", ([, changes, reason]) => {
    const result = judge([], changes);
    expect(result.outcome).toBe("unknown");
    expect(result.summary).toContain(reason);
  });

  test("a denial that was found counts all the same; one that was there before stays untold", () => {
    const denials = memory([
      { destination: "mcr.microsoft.com" },
      { destination: "login.microsoftonline.com", spanMs: T0 - 40 * MINUTE_MS },
    ]);
    const result = judge([], { denials, problems: [forbidden] });
    expect(result.outcome).toBe("fail");
    expect(result.untold).toEqual([{ destination: "login.microsoftonline.com" }]);
    expect(result.evidence).toContainEqual({ name: "notRead", value: "403 on workspace logs" });
  });
});

test.for([
  ["a load balancer", cluster(), "no pool leaves through a firewall"],
  ["a stopped cluster", firewallCluster({}, { powerState: "stopped" }), "stopped"],
  [
    "an appliance",
    firewallCluster({}, { paths: cluster().paths.map((path) => ({ ...path, kind: "virtualAppliance" })) }),
    "appliance",
  ],
] as const)("does not apply to %s", ([, made, reason]) => {
  const result = judge([], { cluster: made });
  expect(result.outcome).toBe("notApplicable");
  expect(result.summary).toContain(reason);
});

test("a missing route is the cause of what is denied", () => {
  const route = { outcome: "fail" } as const;
  const earlier = new Map([["default-route", { ...judge([]), ...route, id: "default-route" }]]);
  const seen = facts({
    cluster: firewallCluster(),
    denials: memory([{ destination: "mcr.microsoft.com" }]),
    lines: [],
  });
  expect(requiredEndpoints.judge(seen, earlier).explainedBy).toBe("default-route");
  expect(requiredEndpoints.judge(seen, new Map()).explainedBy).toBeNull();
});
