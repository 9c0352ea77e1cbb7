import { describe, expect, test } from "vitest";
import { nsgEgress } from "#core/checks/nsg-egress.ts";
import type { ClusterNetwork, SecurityGroup, SecurityRule } from "#core/egress/cluster-network.ts";
import type { Cluster } from "#core/egress/topology.ts";
import { cluster, facts, subnet } from "../../support/builders.ts";

const GROUP_ID =
  "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-net/providers/Microsoft.Network/networkSecurityGroups/nsg-nodes";

function rule(priority: number, access: "allow" | "deny", changes: Partial<SecurityRule> = {}): SecurityRule {
  return {
    name: `r${priority}`,
    priority,
    access,
    protocol: "*",
    sources: ["*"],
    destinations: ["*"],
    ports: ["*"],
    ...changes,
  };
}

const DEFAULTS = [
  rule(65_000, "allow", { sources: ["VirtualNetwork"], destinations: ["VirtualNetwork"] }),
  rule(65_001, "allow", { destinations: ["Internet"] }),
  rule(65_500, "deny"),
];

function group(rules: readonly SecurityRule[], changes: Partial<SecurityGroup> = {}): SecurityGroup {
  return {
    id: GROUP_ID,
    name: "nsg-nodes",
    on: "subnet",
    pools: [],
    rules: [...rules, ...DEFAULTS],
    ...changes,
  };
}

function judge(
  groups: readonly SecurityGroup[] | null,
  network: Partial<ClusterNetwork> = {},
  changes: Partial<Cluster> = {},
) {
  // Ids differ in case between the answers of Azure.
  const made = cluster({ ...changes });
  const subnets = [subnet({ securityGroupId: GROUP_ID.toUpperCase() })];
  return nsgEgress.judge(
    facts({
      cluster: { ...made, network: { ...made.network, subnets, securityGroups: groups, ...network } },
    }),
    new Map(),
  );
}

const to = (...destinations: string[]) => ({ destinations });
const from = (...sources: string[]) => ({ sources });

test.for<[string, SecurityRule[], string]>([
  ["default rules alone", [], "pass"],
  ["deny all", [rule(4_096, "deny")], "fail"],
  ["deny the internet", [rule(200, "deny", to("Internet"))], "fail"],
  [
    "deny 0.0.0.0/0 on a range of ports",
    [rule(200, "deny", { ...to("0.0.0.0/0"), ports: ["400-500"] })],
    "fail",
  ],
  ["deny both halves", [rule(200, "deny", to("0.0.0.0/1", "128.0.0.0/1"))], "fail"],
  ["deny one half", [rule(200, "deny", to("0.0.0.0/1"))], "pass"],
  ["deny TCP", [rule(200, "deny", { protocol: "tcp" })], "fail"],
  ["deny UDP", [rule(200, "deny", { protocol: "udp" })], "pass"],
  ["deny port 25", [rule(200, "deny", { ports: ["25", "80-442"] })], "pass"],
  ["deny the virtual network", [rule(200, "deny", to("VirtualNetwork"))], "pass"],
  ["deny one address", [rule(200, "deny", to("203.0.113.7"))], "pass"],
  ["allowed before", [rule(100, "allow", to("Internet")), rule(200, "deny")], "pass"],
  ["allowed after", [rule(300, "allow", to("Internet")), rule(200, "deny")], "fail"],
  ["allowed before on another port", [rule(100, "allow", { ports: ["80"] }), rule(200, "deny")], "fail"],
  [
    "service tags allowed before",
    [rule(100, "allow", to("AzureCloud")), rule(200, "deny", to("Internet"))],
    "warn",
  ],
  [
    "one tag allowed before",
    [rule(100, "allow", to("MicrosoftContainerRegistry")), rule(200, "deny")],
    "warn",
  ],
  ["a tag that AKS does not need", [rule(100, "allow", to("Sql")), rule(200, "deny")], "fail"],
  ["a public range allowed before", [rule(100, "allow", to("20.0.0.0/8")), rule(200, "deny")], "warn"],
  ["a private range allowed before", [rule(100, "allow", to("10.0.0.0/8")), rule(200, "deny")], "fail"],
  ["deny a tag that AKS needs", [rule(100, "deny", to("AzureActiveDirectory"))], "fail"],
  [
    "deny such a tag after allowing it",
    [rule(90, "allow"), rule(100, "deny", to("AzureActiveDirectory"))],
    "pass",
  ],
  ["deny the tag of its region", [rule(100, "deny", to("AzureCloud.WestEurope"))], "fail"],
  ["deny the tag of another region", [rule(100, "deny", to("AzureCloud.EastUS"))], "pass"],
  ["deny another tag", [rule(100, "deny", to("Storage"))], "pass"],
  ["for the whole subnet and more", [rule(100, "deny", from("10.0.0.0/8"))], "fail"],
  ["for the virtual network", [rule(100, "deny", from("VirtualNetwork"))], "fail"],
  ["for other addresses", [rule(100, "deny", from("192.168.0.0/16"))], "pass"],
  ["for a part of the subnet", [rule(100, "deny", from("10.0.4.0/24"))], "warn"],
  ["for one node", [rule(100, "deny", from("10.0.0.4"))], "warn"],
  [
    "for a part that is allowed before",
    [rule(90, "allow", from("10.0.4.0/22")), rule(100, "deny", from("10.0.4.0/24"))],
    "pass",
  ],
  ["all but a part", [rule(90, "allow", from("10.0.4.0/24")), rule(100, "deny")], "warn"],
  ["for an application security group", [rule(100, "deny", from("asg:web"))], "warn"],
  [
    "rules that name nothing concern everything",
    [rule(100, "deny", { sources: [], destinations: [], ports: [] })],
    "fail",
  ],
])("%s", ([, rules, outcome]) => {
  expect(judge([group(rules)]).outcome).toBe(outcome);
});

test("names rule, priority and group, and the command that lets it through", () => {
  const result = judge([
    group([
      rule(200, "deny", { name: "DenyInternet", ...to("Internet") }),
      rule(199, "allow", to("VirtualNetwork")),
    ]),
  ]);
  expect(result.findings).toEqual([
    {
      subject: { resourceId: GROUP_ID },
      severity: "fail",
      summary: "rule DenyInternet (priority 200) of nsg-nodes on the subnet blocks the internet on TCP 443",
    },
  ]);
  expect(result.evidence).toContainEqual({
    name: "nsg-nodes: DenyInternet, TCP 443",
    value: "priority 200, denies Internet from * (whole)",
  });
  expect(result.remedy?.commands).toEqual([
    "az network nsg rule create --subscription 11111111-2222-3333-4444-555555555555 --resource-group rg-net --nsg-name nsg-nodes --name AllowAksEgressTcp --priority 198 --direction Outbound --access Allow --protocol Tcp --source-address-prefixes '*' --destination-address-prefixes Internet --destination-port-ranges 443",
  ]);
});

test("where no priority is free before it, the denying rule moves first", () => {
  const commands = judge([group([rule(100, "deny"), rule(101, "deny"), rule(102, "allow")])]).remedy
    ?.commands;
  expect(commands).toHaveLength(2);
  expect(commands?.[0]).toContain("az network nsg rule update");
  expect(commands?.[0]).toContain("--name r100 --priority 103");
  expect(commands?.[1]).toContain("--priority 100 ");
});

test("a partial block says what is open, and what of AKS's needs is not", () => {
  const { summary } = judge([
    group([rule(100, "allow", to("AzureActiveDirectory", "MicrosoftContainerRegistry")), rule(200, "deny")]),
  ]);
  expect(summary).toContain("open are only AzureActiveDirectory, MicrosoftContainerRegistry");
  expect(summary).toContain("it closes AzureCloud, AzureFrontDoor.FirstParty");
});

test("a denied tag is allowed by its name", () => {
  const result = judge([group([rule(200, "deny", to("AzureActiveDirectory", "Storage"))])]);
  expect(result.summary).toContain("blocks AzureActiveDirectory on TCP 443");
  expect(result.remedy?.commands[0]).toContain("--destination-address-prefixes AzureActiveDirectory --");
});

describe("several groups", () => {
  const open = group([], { id: `${GROUP_ID}-2`, name: "nsg-open" });

  test("each must let it through", () => {
    const shut = group([rule(100, "deny")], { on: "interface", pools: ["pool1"] });
    expect(judge([open, shut])).toMatchObject({
      outcome: "fail",
      findings: [{ subject: { resourceId: GROUP_ID }, severity: "fail" }],
    });
    expect(judge([open, open]).outcome).toBe("pass");
  });

  test("the worst comes first", () => {
    const partly = group([rule(100, "allow", to("AzureCloud")), rule(200, "deny")], {
      id: `${GROUP_ID}-3`,
      name: "p",
    });
    const result = judge([partly, group([rule(100, "deny")])]);
    expect(result.findings.map(({ severity }) => severity)).toEqual(["fail", "warn"]);
  });
});

test("ports that Azure lists as required are asked for too", () => {
  const listed = {
    category: "tunnel",
    destination: "20.1.2.3",
    port: 8443,
    protocol: "tcp",
    description: null,
  };
  const rules = [rule(100, "deny", { ports: ["8443"] })];
  expect(judge([group(rules)]).outcome).toBe("pass");
  expect(judge([group(rules)], { requiredEndpoints: [listed] }).summary).toContain(
    "blocks the internet on TCP 8443",
  );
});

describe("absence", () => {
  test("groups that cannot be read are unknown, with what to grant", () => {
    expect(judge(null)).toMatchObject({ outcome: "unknown" });
    expect(judge(null).summary).toContain("grant Reader");
    const message = "networkSecurityGroups of subscription s: 403; grant that";
    const problems = [{ source: "topology", reason: "forbidden" as const, message }];
    expect(judge(null, {}, { problems }).summary).toBe(`cannot tell: ${message}`);
  });

  test("no groups, no block", () => {
    expect(judge([]).outcome).toBe("pass");
  });

  test("a rule for some addresses of a subnet whose prefix is not known is unknown; one for all is not", () => {
    const subnets = [subnet({ securityGroupId: GROUP_ID, prefixes: [] })];
    const some = judge([group([rule(100, "deny", from("10.0.0.0/24"))])], { subnets });
    expect(some).toMatchObject({ outcome: "unknown", untold: [{ resourceId: GROUP_ID }] });
    expect(judge([group([rule(100, "deny")])], { subnets }).outcome).toBe("fail");
  });
});

test.for([
  ["none", { outboundType: "none" }],
  ["block", { outboundType: "Block" }],
  ["stopped", { powerState: "stopped" as const }],
] as const)("%s: a block is what is wanted", ([, changes]) => {
  expect(judge([group([rule(100, "deny")])], {}, changes).outcome).toBe("notApplicable");
});
