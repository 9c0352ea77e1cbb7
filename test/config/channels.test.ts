import { expect, test } from "vitest";
import { parseChannels } from "#config/channels.ts";

const URL_OK = "https://hooks.example.com/hush";

function faultsOf(channels: unknown, allowPrivate = false): readonly string[] {
  return parseChannels(JSON.stringify(channels), allowPrivate).faults;
}

const ROUTING_KEY = "R0".padEnd(32, "hush");
const signing = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`;

test("reads channels and fills what is not given", () => {
  const given = [
    { name: "ops", kind: "teams", url: URL_OK },
    { name: "dev", kind: "slack", url: URL_OK, minSeverity: "critical", clusters: ["dev-*"] },
    { name: "duty", kind: "pagerduty", secret: ROUTING_KEY },
    { name: "europe", kind: "pagerduty", url: URL_OK, secret: ROUTING_KEY },
    { name: "own", kind: "webhook", url: URL_OK, secret: signing(24) },
  ];
  const filled = { secrets: [], minSeverity: "warning", clusters: [] };
  expect(parseChannels(JSON.stringify(given), false)).toEqual({
    channels: [
      { ...filled, ...given[0] },
      { ...filled, ...given[1] },
      {
        ...filled,
        name: "duty",
        kind: "pagerduty",
        url: "https://events.pagerduty.com/v2/enqueue",
        secrets: [ROUTING_KEY],
      },
      { ...filled, name: "europe", kind: "pagerduty", url: URL_OK, secrets: [ROUTING_KEY] },
      { ...filled, name: "own", kind: "webhook", url: URL_OK, secrets: [signing(24)] },
    ],
    faults: [],
  });
});

test.for([
  ["a list", [signing(24), signing(64)]],
  ["words of one text", ` ${signing(24)}  ${signing(64)}\n`],
] as const)("several secrets of a webhook are %s", ([, secret]) => {
  const { channels, faults } = parseChannels(
    JSON.stringify([{ name: "own", kind: "webhook", url: URL_OK, secret }]),
    false,
  );
  expect(faults).toEqual([]);
  expect(channels[0]?.secrets).toEqual([signing(24), signing(64)]);
});

const ROUTING_FAULT = '[0].secret of "ops" expected the routing key, 32 characters';
const SIGNING_FAULT = '[0].secret of "ops" expected whsec_ and the base64 of 24 to 64 random bytes';

test.for([
  ["PagerDuty without a routing key", "pagerduty", undefined, ROUTING_FAULT],
  ["one that is too short", "pagerduty", "hush", ROUTING_FAULT],
  ["one with a space in it", "pagerduty", `${"hush".repeat(4)} ${"hush".repeat(4)}`, ROUTING_FAULT],
  ["two of them", "pagerduty", [ROUTING_KEY, ROUTING_KEY], ROUTING_FAULT],
  [
    "a webhook that nobody signs",
    "webhook",
    undefined,
    `${SIGNING_FAULT}; two or more of them while it is changed`,
  ],
  ["no prefix", "webhook", signing(24).slice(6), SIGNING_FAULT],
  ["too few bytes", "webhook", signing(23), SIGNING_FAULT],
  ["too many bytes", "webhook", signing(65), SIGNING_FAULT],
  ["what is no base64", "webhook", `whsec_${"hush!".repeat(8)}`, SIGNING_FAULT],
  ["one good and one bad", "webhook", [signing(24), "hush"], SIGNING_FAULT],
  [
    "too many secrets",
    "webhook",
    Array.from({ length: 6 }, () => signing(24)),
    '[0].secret of "ops" expected at most 5 secrets',
  ],
  ["a secret that is no text", "webhook", 7, "[0].secret expected a text or an array of texts"],
] as const)("refuses %s, and repeats nothing of it", ([, kind, secret, fault]) => {
  const faults = faultsOf([{ name: "ops", kind, url: URL_OK, secret }]);
  expect(faults).toEqual([fault]);
  expect(faults.join()).not.toContain("hush");
});

test.for([
  [
    "a kind that never was",
    { kind: "fax" },
    '[0].kind expected teams, slack, pagerduty or webhook, got "fax"',
  ],
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
  ["no address at all", { url: undefined }, '[0].url of "ops" expected an address'],
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
