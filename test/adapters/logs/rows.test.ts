import { describe, expect, test } from "vitest";
import { MOST_DETAILED } from "#core/denials/denial-tally.ts";
import {
  answerOf,
  FROM_MS,
  firewallId,
  group,
  raw,
  readOne,
  requestFor,
  sourceWith,
  tableOf,
  target,
} from "./support.ts";

const SPAN_MS = FROM_MS + 5 * 60_000;
const NETWORK = {
  spanMs: SPAN_MS,
  firewall: firewallId("fw").toLowerCase(),
  kind: "network",
  destination: "8.8.8.8",
  port: 443,
  protocol: "tcp",
  rule: null,
  reason: "Default Action",
  count: 1,
  sources: ["10.1.0.4"],
  sourceCount: 1,
  firstSeenMs: SPAN_MS + 1_000,
  lastSeenMs: SPAN_MS + 1_000,
};

test("a row of the query is one denial", async () => {
  expect(await readOne(() => answerOf(group()))).toEqual({
    denials: [
      {
        ...NETWORK,
        kind: "application",
        destination: "mcr.microsoft.com",
        protocol: "https",
        count: 12,
        sources: ["10.1.0.4", "10.1.0.5"],
        sourceCount: 30,
        lastSeenMs: SPAN_MS + 299_500,
      },
    ],
    problems: [],
  });
});

describe("a row of Azure's tables is read as it is:", () => {
  test.for<[title: string, row: Readonly<Record<string, unknown>>, expected: object]>([
    ["network", raw(), NETWORK],
    ["ids in capitals", raw({ _ResourceId: firewallId("FW").toUpperCase() }), NETWORK],
    ["ports as text", raw({ DestinationPort: "443", SourcePort: "1" }), NETWORK],
    [
      "ICMP without ports",
      raw({ Protocol: "ICMP", DestinationPort: null }),
      { ...NETWORK, protocol: "icmp", port: null },
    ],
    [
      "ICMP with port 0",
      raw({ Protocol: "ICMP", DestinationPort: 0 }),
      { ...NETWORK, protocol: "icmp", port: null },
    ],
    [
      "rule of a policy",
      raw({ Policy: "P", RuleCollectionGroup: "G", RuleCollection: "C", Rule: "R", ActionReason: "" }),
      { ...NETWORK, rule: "P/G/C/R", reason: null },
    ],
    ["only the rule", raw({ Rule: "R", ActionReason: null }), { ...NETWORK, rule: "R", reason: null }],
    [
      "application",
      raw({
        Type: "AZFWApplicationRule",
        Fqdn: "MCR.Microsoft.com.",
        Protocol: "HTTPS",
        DestinationIp: null,
      }),
      { ...NETWORK, kind: "application", destination: "mcr.microsoft.com", protocol: "https" },
    ],
    [
      "application, known by its columns, with an address alone",
      raw({
        Type: null,
        TargetUrl: "https://a.example.com:8443/x?y",
        DestinationIp: null,
        DestinationPort: null,
      }),
      { ...NETWORK, kind: "application", destination: "a.example.com", port: 8443 },
    ],
    [
      "application without a name",
      raw({
        Type: "AZFWApplicationRule",
        Fqdn: "",
        DestinationIp: null,
        ActionReason: "SNI TLS extension was missing.",
      }),
      { ...NETWORK, kind: "application", destination: "", reason: "SNI TLS extension was missing." },
    ],
    [
      "DNS",
      raw({
        Type: "AZFWDnsQuery",
        QueryName: "No.example.com.",
        ResponseCode: "REFUSED",
        Action: null,
        ActionReason: null,
        DestinationPort: 53,
      }),
      {
        ...NETWORK,
        kind: "dns",
        destination: "no.example.com",
        port: null,
        protocol: "dns",
        reason: "REFUSED",
      },
    ],
    [
      "threat intelligence",
      raw({ Type: "AZFWThreatIntel", Fqdn: "bad.example.com", ThreatDescription: "Bot", ActionReason: null }),
      { ...NETWORK, kind: "threatIntelligence", destination: "bad.example.com", reason: "Bot" },
    ],
    [
      "intrusion detection",
      raw({
        Type: "AZFWIdpsSignature",
        Action: "Drop",
        SignatureId: "2008983",
        Description: "Agent",
        ActionReason: null,
      }),
      { ...NETWORK, kind: "idps", reason: "2008983: Agent" },
    ],
    [
      "legacy text",
      {
        TimeGenerated: "2026-11-21T10:05:01Z",
        ResourceId: firewallId("fw").toUpperCase(),
        Category: "AzureFirewallNetworkRule",
        msg_s: "TCP request from 10.1.0.4:40000 to 8.8.8.8:443. Action: Deny",
      },
      { ...NETWORK, reason: null },
    ],
    [
      "legacy text of no known form",
      {
        TimeGenerated: "2026-11-21T10:05:01Z",
        ResourceId: firewallId("fw").toUpperCase(),
        Category: "AzureFirewallNetworkRule",
        msg_s: `GRE packet from 10.1.0.4 denied ${"x".repeat(900)}`,
      },
      {
        ...NETWORK,
        kind: "unparsed",
        destination: `GRE packet from * denied ${"x".repeat(900)}`.slice(0, 500),
        port: null,
        protocol: "",
        reason: null,
      },
    ],
  ])("%s", async ([, row, expected]) => {
    expect(await readOne(() => answerOf(row))).toEqual({ denials: [expected], problems: [] });
  });
});

test.for([
  ["allowed", raw({ Action: "Allow" })],
  ["reported only", raw({ Type: "AZFWThreatIntel", Action: "Alert" })],
  ["a name that does not exist", raw({ Type: "AZFWDnsQuery", QueryName: "x", ResponseCode: "NXDOMAIN" })],
  [
    "rewritten",
    { ...raw(), msg_s: "TCP request from 10.1.0.4:1 to 8.8.8.8:443 was DNAT'ed to 10.1.0.9:443" },
  ],
  ["of nobody's address", raw({ SourceIp: "10.2.0.4" })],
  ["of another firewall", raw({ _ResourceId: firewallId("other") })],
  ["before the span", raw({ TimeGenerated: "2026-11-21T09:59:59Z" })],
  ["after the span", raw({ TimeGenerated: "2026-11-21T10:15:00Z" })],
] as const)("a row that is no denial here: %s", async ([, row]) => {
  expect(await readOne(() => answerOf(row))).toEqual({ denials: [], problems: [] });
});

test("raw rows alike are one denial, and counts may be text", async () => {
  const { denials } = await readOne(() =>
    answerOf(raw(), raw({ SourceIp: "10.1.0.5", SourcePort: 2 }), raw({ Count: "7", SourceIp: "10.1.0.4" })),
  );
  expect(denials).toMatchObject([{ count: 9, sources: ["10.1.0.4", "10.1.0.5"], sourceCount: 2 }]);
});

test("columns are found whatever their case and order, in every table of an answer", async () => {
  const lower = Object.fromEntries(Object.entries(raw()).map(([name, value]) => [name.toLowerCase(), value]));
  const { Type: _, ...untyped } = raw({ DestinationIp: "9.9.9.9" });
  const { denials } = await readOne(() => ({
    body: { Tables: [tableOf([lower]), { name: "empty" }, tableOf([untyped], "AZFWNetworkRule")] },
  }));
  expect(denials.map(({ destination }) => destination).sort()).toEqual(["8.8.8.8", "9.9.9.9"]);
});

test("a row that does not name its firewall is that of the only one", async () => {
  const { denials } = await readOne(() => answerOf(raw({ _ResourceId: null })));
  expect(denials).toMatchObject([{ firewall: NETWORK.firewall }]);
});

test("rows without a time are told", async () => {
  const { denials, problems } = await readOne(() => answerOf(raw({ TimeGenerated: "soon" }), raw()));
  expect(denials).toHaveLength(1);
  expect(problems).toMatchObject([{ source: "firewallLogs", reason: "malformed" }]);
});

test("each cluster has the rows of its addresses, both where they share them", async () => {
  const { read } = sourceWith(() =>
    answerOf(
      raw(),
      raw({ SourceIp: "10.1.4.4" }),
      raw({ SourceIp: "10.9.0.1" }),
      raw({ SourceIp: "fd00::4" }),
    ),
  );
  const targets = [
    target("wide", { prefixes: ["10.1.0.0/16"] }),
    target("narrow", { prefixes: ["10.1.4.0/24", "fd00::/64"] }),
    target("behind another", { firewallIds: [firewallId("x")] }),
  ];
  const answers = await read(requestFor({ targets }));
  const sourcesOf = (key: string) => answers.get(key)?.denials.flatMap(({ sources }) => sources);
  expect(sourcesOf("wide")).toEqual(["10.1.0.4", "10.1.4.4"]);
  expect(sourcesOf("narrow")).toEqual(["10.1.4.4", "fd00::4"]);
  expect(sourcesOf("behind another")).toEqual([]);
});

test("a target gets nothing from before what it wants", async () => {
  const { read } = sourceWith(() => answerOf(raw(), raw({ TimeGenerated: "2026-11-21T10:11:00Z" })));
  const answers = await read(
    requestFor({ targets: [target("one"), target("late", { fromMs: FROM_MS + 10 * 60_000 })] }),
  );
  expect(answers.get("one")?.denials).toHaveLength(2);
  expect(answers.get("late")?.denials.map(({ firstSeenMs }) => firstSeenMs)).toEqual([FROM_MS + 11 * 60_000]);
});

test("a line without a source is told to every cluster behind the firewall", async () => {
  const line = group({
    Scope: "?",
    Kind: "network",
    Text: "something was denied",
    Sources: "[]",
    SourceCount: 0,
  });
  const { read } = sourceWith(() => answerOf(line));
  const answers = await read(
    requestFor({ targets: [target("one"), target("two", { prefixes: ["10.2.0.0/16"] })] }),
  );
  for (const key of ["one", "two"])
    expect(answers.get(key)?.denials).toMatchObject([
      { kind: "unparsed", destination: "something was denied" },
    ]);
});

test("raw rows without end stay bounded, and none is lost", async () => {
  const rows = Array.from({ length: 10_000 }, (_, at) =>
    raw({ DestinationIp: `20.${at % 250}.${Math.floor(at / 250)}.1` }),
  );
  const { denials } = await readOne(() => answerOf(...rows));
  expect(denials).toHaveLength(MOST_DETAILED + 1);
  expect(denials.reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
});
