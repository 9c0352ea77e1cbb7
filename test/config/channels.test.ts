import { expect, test } from "vitest";
import { parseChannels } from "#config/channels.ts";

const URL_OK = "https://hooks.example.com/hush";

function faultsOf(channels: unknown, allowPrivate = false): readonly string[] {
  return parseChannels(JSON.stringify(channels), allowPrivate).faults;
}

test("reads channels and fills what is not given", () => {
  const given = [
    { name: "ops", kind: "teams", url: URL_OK },
    { name: "dev", kind: "slack", url: URL_OK, secret: "s", minSeverity: "critical", clusters: ["dev-*"] },
  ];
  expect(parseChannels(JSON.stringify(given), false)).toEqual({
    channels: [{ ...given[0], minSeverity: "warning", clusters: [] }, given[1]],
    faults: [],
  });
});

test.for([
  [
    "a kind of a later version",
    { kind: "pagerduty" },
    '[0].kind "pagerduty" is not supported by this version, expected teams or slack',
  ],
  [
    "another kind of a later version",
    { kind: "webhook" },
    '[0].kind "webhook" is not supported by this version, expected teams or slack',
  ],
  ["a kind that never was", { kind: "fax" }, '[0].kind expected teams or slack, got "fax"'],
  ["no name", { name: undefined }, "[0].name expected 1 to 40 letters, digits, - or _"],
  [
    "an unknown key",
    { token: "hush" },
    "[0] has unknown keys token, expected name, kind, url, secret, minSeverity, clusters",
  ],
  ["a wrong severity", { minSeverity: "info" }, "[0].minSeverity expected warning or critical"],
  [
    "a wrong pattern",
    { clusters: ["ok", "a b"] },
    "[0].clusters[1] expected a cluster name, * and ? allowed",
  ],
  ["plain http", { url: "http://hooks.example.com/hush" }, '[0].url of "ops" expected an https address'],
  ["no address", { url: "hush" }, '[0].url of "ops" expected an absolute https address'],
] as const)("names %s by its place, without its address", ([, change, fault]) => {
  expect(faultsOf([{ name: "ops", kind: "teams", url: URL_OK, ...change }])).toEqual([fault]);
});

test("refuses two channels of one name", () => {
  const twins = ["ops", "OPS"].map((name) => ({ name, kind: "slack", url: URL_OK }));
  expect(faultsOf(twins)).toEqual(['[1].name "OPS" is there twice, expected unique names']);
});

test.for([
  "https://localhost/x",
  "https://intranet/x",
  "https://10.1.2.3/x",
  "https://127.1/x",
  "https://0x7f000001/x",
  "https://169.254.169.254/x",
  "https://172.20.0.1/x",
  "https://192.168.0.1/x",
  "https://100.64.0.1/x",
  "https://[::1]/x",
  "https://[::ffff:10.0.0.1]/x",
  "https://[fd00::1]/x",
  "https://vault.internal/x",
])("refuses the private host of %s unless they are allowed", (url) => {
  const channels = [{ name: "ops", kind: "teams", url }];
  expect(faultsOf(channels)[0]).toContain("expected a public host");
  expect(faultsOf(channels, true)).toEqual([]);
});

test("plain http is for private webhooks only", () => {
  const channels = [{ name: "ops", kind: "teams", url: "http://127.0.0.1:7071/inbox" }];
  expect(faultsOf(channels, true)).toEqual([]);
  expect(faultsOf([{ name: "ops", kind: "teams", url: "file:///etc/passwd" }], true)).toHaveLength(1);
});

test.for(["null", "{}", '"x"', "[1]", "nonsense"])("refuses %s", (json) => {
  expect(parseChannels(json, false).faults).toHaveLength(1);
});
