import { describe, expect, test } from "vitest";
import {
  foldLegacyText,
  isDenying,
  type LegacyDenial,
  legacySource,
  parseLegacyLine,
} from "#core/denials/legacy-text.ts";

const DEFAULTS: LegacyDenial = {
  kind: "network",
  source: "10.0.0.4",
  destination: "8.8.8.8",
  port: 443,
  protocol: "tcp",
  ruleParts: [],
  reason: null,
};
const WEB: LegacyDenial = {
  ...DEFAULTS,
  kind: "application",
  destination: "host.example.com",
  protocol: "https",
};
const NO_RULE = "No rule matched. Proceeding with default action";

const FROM = "from 10.0.0.4:1234 to";

describe("a line that denies says who, where and why:", () => {
  test.for<[title: string, line: string, expected: LegacyDenial]>([
    ["network", `TCP request ${FROM} 8.8.8.8:443. Action: Deny. `, DEFAULTS],
    ["network without the last full stop", `TCP request ${FROM} 8.8.8.8:443. Action: Deny`, DEFAULTS],
    ["UDP", `UDP request ${FROM} 8.8.8.8:53. Action: Deny.`, { ...DEFAULTS, port: 53, protocol: "udp" }],
    [
      "ICMP without ports",
      "ICMP Type=8 request from 10.0.0.4 to 8.8.8.8. Action: Deny. ",
      { ...DEFAULTS, port: null, protocol: "icmp" },
    ],
    [
      "ICMP with empty ports",
      "ICMP Type=8 request from 10.0.0.4: to 8.8.8.8:. Action: Deny. ",
      { ...DEFAULTS, port: null, protocol: "icmp" },
    ],
    [
      "network, rule of a classic firewall",
      `TCP request ${FROM} 8.8.8.8:443. Action: Deny. Rule Collection: C. Rule: R`,
      { ...DEFAULTS, ruleParts: ["C", "R"] },
    ],
    [
      "network, rule of a policy in one field",
      `TCP request ${FROM} 8.8.8.8:443. Action: Deny. Rule Collection: P:G:C. Rule: R`,
      { ...DEFAULTS, ruleParts: ["P", "G", "C", "R"] },
    ],
    [
      "network, IPv6 in brackets",
      "TCP request from [fd00::4]:1234 to [2001:DB8::1]:443. Action: Deny",
      { ...DEFAULTS, source: "fd00::4", destination: "2001:db8::1" },
    ],
    [
      "network, IPv6 without brackets",
      "TCP request from fd00::4:55640 to 2001:db8:0:0:0:0:0:1:443. Action: Deny",
      { ...DEFAULTS, source: "fd00::4", destination: "2001:db8::1" },
    ],
    [
      "ICMP over IPv6",
      "ICMPv6 request from fd00::4 to fd00::9. Action: Deny",
      { ...DEFAULTS, source: "fd00::4", destination: "fd00::9", port: null, protocol: "icmpv6" },
    ],
    [
      "application, no rule",
      `HTTPS request ${FROM} Host.Example.com:443. Action: Deny. ${NO_RULE}`,
      { ...WEB, reason: NO_RULE },
    ],
    [
      "application, older text with a last full stop",
      `HTTP request ${FROM} host.example.com:80. Action: Deny. ${NO_RULE}.`,
      { ...WEB, protocol: "http", port: 80, reason: `${NO_RULE}.` },
    ],
    [
      "application, rule of a policy",
      `HTTPS request ${FROM} host.example.com:443. Action: Deny. Policy: P. Rule Collection Group: G. Rule Collection: C. Rule: R`,
      { ...WEB, ruleParts: ["P", "G", "C", "R"] },
    ],
    [
      "application, inspected, with web category",
      `HTTPS request ${FROM} host.example.com:443. Url: https://host.example.com/a.b?c=d. Action: Deny. Policy: P. Rule Collection Group: G. Rule Collection: C. Rule: R. Web Category: Gambling`,
      { ...WEB, ruleParts: ["P", "G", "C", "R"] },
    ],
    [
      "application, a reason and no name",
      "HTTPS request from 10.0.0.4:1234. Action: Deny. Reason: SNI TLS extension was missing.",
      { ...WEB, destination: "", port: null, reason: "SNI TLS extension was missing." },
    ],
    [
      "application, a reason before the rule",
      `HTTPS request ${FROM} host.example.com:443. Action: Deny. Reason: Unsafe. Rule Collection: C. Rule: R`,
      { ...WEB, ruleParts: ["C", "R"], reason: "Unsafe" },
    ],
    [
      "an application rule's line for SQL",
      `MSSQL request ${FROM} db.example.com:1433. Action: Deny. ${NO_RULE}`,
      { ...WEB, protocol: "mssql", destination: "db.example.com", port: 1433, reason: NO_RULE },
    ],
    [
      "threat intelligence",
      `HTTP request ${FROM} bad.example.com:80. Action: Deny. ThreatIntel: Bot Networks`,
      {
        ...WEB,
        kind: "threatIntelligence",
        protocol: "http",
        destination: "bad.example.com",
        port: 80,
        reason: "Bot Networks",
      },
    ],
    [
      "intrusion detection",
      `TCP request ${FROM} 8.8.8.8:80. Action: Drop. Signature: 2008983. IDS: USER_AGENTS Suspicious. Priority: 1. Classification: A Network Trojan`,
      { ...DEFAULTS, kind: "idps", port: 80, reason: "2008983: USER_AGENTS Suspicious" },
    ],
    [
      "intrusion detection that calls the signature a rule",
      `TCP request ${FROM} 8.8.8.8:80. Action: Deny. Rule: 2024897. IDS: MALWARE-CNC. Priority: 1. Classification: A`,
      { ...DEFAULTS, kind: "idps", port: 80, reason: "2024897: MALWARE-CNC" },
    ],
    [
      "a field nobody foresaw",
      "HTTPS request from 10.0.0.4:50000 to [2603:1030::1]:443. Action: Deny. Something: new",
      { ...WEB, destination: "2603:1030::1", reason: "Something: new" },
    ],
    [
      "the form `was denied`",
      `TCP request ${FROM} 8.8.8.8:443 was denied. Reason: Expired`,
      { ...DEFAULTS, reason: "Expired" },
    ],
    [
      "DNS that was refused",
      "DNS Request: 10.0.0.4:45000 - 4711 AAAA IN Blocked.example.com. udp 55 false 512 REFUSED qr,rd 55 0.0004s",
      {
        ...DEFAULTS,
        kind: "dns",
        destination: "blocked.example.com",
        port: null,
        protocol: "dns",
        reason: "REFUSED",
      },
    ],
  ])("%s", ([, line, expected]) => {
    expect(parseLegacyLine(line)).toEqual(expected);
    // What a query has folded says the same but for the source.
    expect(parseLegacyLine(foldLegacyText(line))).toMatchObject({ ...expected, source: expect.any(String) });
    expect(legacySource(line)).toBe(expected.source);
  });
});

test.for([
  `TCP request ${FROM} 8.8.8.8:443. Action: Allow. Rule Collection: Deny-All. Rule: Drop`,
  `HTTP request ${FROM} bad.example.com:80. Action: Alert. ThreatIntel: Bot Networks`,
  "TCP request from 1.2.3.4:1234 to 20.1.1.1:443 was DNAT'ed to 10.1.0.4:8443",
  "TCP request from 1.2.3.4:1234 to 20.1.1.1:443 was DNAT'ed to 10.1.0.4:8443. Policy: Deny. Rule Collection Group: G",
  "Firewall is being scaled out. Action: none",
  "DNS Request: 10.0.0.4:45000 - 4711 A IN refused.example.com. udp 55 false 512 NXDOMAIN qr,rd 55 0.0004s",
  "DNS Request: 10.0.0.4:45000 - 4711 A IN example.com. udp 55 false 512 SERVFAIL qr,rd 55 0.0004s",
])("no denial: %s", (line) => {
  expect(parseLegacyLine(line)).toBe("allowed");
});

test.for([
  "",
  "Firewall denied something",
  "GRE from 10.0.0.4 -> 8.8.8.8 denied",
  `TCP request ${FROM} 8.8.8.8:443. `,
])("a form nobody foresaw: %s", (line) => {
  expect(parseLegacyLine(line)).toBe("unknown");
});

test("the category tells an application rule's line, whatever its protocol", () => {
  const line = `TCP request ${FROM} host.example.com:443. Action: Deny`;
  expect(parseLegacyLine(line, "AzureFirewallApplicationRule")).toMatchObject({ kind: "application" });
  expect(parseLegacyLine(line, "AzureFirewallThreatIntelLog")).toMatchObject({ kind: "threatIntelligence" });
});

test("the source of a line of no known form is the first address in it", () => {
  expect(legacySource("denied 10.1.2.3:80 -> 8.8.8.8:443")).toBe("10.1.2.3");
  expect(legacySource("denied, from nobody")).toBe("");
});

test("lines of one kind fold into one text", () => {
  const fold = (source: string, url: string) =>
    foldLegacyText(`HTTPS request from ${source} to a.b:443. Url: https://a.b/${url}. Action: Deny`);
  expect(fold("10.0.0.4:1", "x")).toBe(fold("[fd00::4]:22222", "y/z"));
});

test.for([
  ["Deny", true],
  ["deny", true],
  ["Alert and Deny", true],
  ["drop", true],
  ["blocked", true],
  ["Allow", false],
  ["Alert", false],
  ["Denmark", false],
] as const)("the action %s: %s", ([action, expected]) => {
  expect(isDenying(action)).toBe(expected);
});
