import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { upgradeSurge } from "#core/checks/upgrade-surge.ts";
import type { Cluster, LoadBalancingRule, NodePool } from "#core/egress/topology.ts";
import { balancer, cluster, facts, members, outboundRule, pool, T0 } from "../../support/builders.ts";

interface Setting {
  readonly ports: number;
  readonly pools: readonly NodePool[];
  readonly addresses?: readonly string[];
  readonly rules?: readonly LoadBalancingRule[];
  readonly profile?: Cluster["loadBalancerProfile"];
}

function clusterOf({ ports, pools, addresses = ["20.50.1.1"], rules = [], profile }: Setting): Cluster {
  return cluster({
    nodes: 3,
    pools,
    loadBalancer: balancer(3, { outboundRules: [outboundRule(ports, addresses)], rules }),
    loadBalancerProfile: profile ?? {
      allocatedOutboundPorts: ports,
      idleTimeoutMinutes: 30,
      addresses: "managed",
    },
  });
}

const judge = (setting: Setting) => upgradeSurge.judge(facts({ cluster: clusterOf(setting) }), new Map());

const inbound: LoadBalancingRule = {
  name: "a-80",
  frontendAddresses: ["20.50.1.1"],
  protocol: "Tcp",
  frontendPort: 80,
  backendPort: 80,
  probe: null,
};

test.for<readonly [string, Setting, string]>([
  ["automatic allocation is another check's", { ports: 0, pools: [pool({ count: 3 })] }, "notApplicable"],
  ["21,000 x (3 + 1) = 84,000 of 64,000", { ports: 21_000, pools: [pool({ count: 3 })] }, "warn"],
  ["8,000 x (8 + 1) = 72,000 of 64,000", { ports: 8_000, pools: [pool({ count: 8 })] }, "warn"],
  [
    "8,000 x (7 + 1) = 64,000 of 64,000, to the last port",
    { ports: 8_000, pools: [pool({ count: 7 })] },
    "pass",
  ],
  [
    "one load-balancing rule on the address takes 8 ports: 64,000 of 63,992",
    { ports: 8_000, pools: [pool({ count: 7 })], rules: [inbound] },
    "warn",
  ],
  [
    "a rule on another address takes nothing",
    { ports: 8_000, pools: [pool({ count: 7 })], rules: [{ ...inbound, frontendAddresses: ["20.50.9.9"] }] },
    "pass",
  ],
  ["5,816 x (10 + 1) = 63,976, in use at somebody's", { ports: 5_816, pools: [pool({ count: 10 })] }, "pass"],
  [
    "1,280 for autoscaler maxima of 50 with a surge of one in ten",
    { ports: 1_280, pools: [pool({ count: 3, autoscaling: true, maxCount: 50 })] },
    "warn",
  ],
  [
    "the same with a second address",
    {
      ports: 1_280,
      pools: [pool({ count: 3, autoscaling: true, maxCount: 50 })],
      addresses: ["20.50.1.1", "20.50.1.2"],
    },
    "pass",
  ],
  [
    "every pool has its surge",
    { ports: 8_000, pools: [pool({ count: 3 }), pool({ name: "b", count: 4, maxSurge: "50%" })] },
    "warn",
  ],
])("%s", ([, setting, outcome]) => {
  expect(judge(setting).outcome).toBe(outcome);
});

test("the message has the arithmetic and Azure's error, the evidence its parts", () => {
  const result = judge({ ports: 8_000, pools: [pool({ count: 8 })] });
  expect(result.summary).toContain("8,000 ports x 9 nodes");
  expect(result.summary).toContain("72,000 of 64,000 ports");
  expect(result.summary).toContain("InvalidLoadBalancerProfileAllocatedOutboundPorts");
  expect(result.evidence).toContainEqual({ name: "nodesWithSurge", value: 9, unit: "nodes", limit: 8 });
  expect(result.evidence).toContainEqual({ name: "surgeNodes", value: 1, unit: "nodes" });
});

test("a scale-out that is refused already is told as such, not as an upgrade", () => {
  expect(
    judge({ ports: 8_000, pools: [pool({ count: 3, autoscaling: true, maxCount: 20 })] }).summary,
  ).toContain("to scale beyond 8 nodes");
  expect(judge({ ports: 8_000, pools: [pool({ count: 8 })] }).summary).toContain("surge nodes of an upgrade");
});

describe("remedy", () => {
  const peaks = (usedPorts: number) => [
    { dayMs: T0 - 86_400_000, usedPorts, nodes: 3, natConnections: null, firewallSnatRatio: null },
  ];
  const remedy = (setting: Setting, usedPorts: number) =>
    upgradeSurge.judge(facts({ cluster: clusterOf(setting), dailyPeaks: peaks(usedPorts) }), new Map())
      .remedy;
  const setting: Setting = { ports: 8_000, pools: [pool({ count: 8 })] };

  test("fewer ports where the peak leaves room", () => {
    expect(remedy(setting, 900)?.commands).toEqual([
      expect.stringMatching(/^az aks update .*--name aks-payments --load-balancer-outbound-ports 7104$/),
    ]);
  });

  test("more addresses where it does not", () => {
    const found = remedy(setting, 7_000);
    expect(found?.commands[0]).toContain(
      "--load-balancer-managed-outbound-ip-count 2 --load-balancer-outbound-ports 8000",
    );
    expect(found?.text).toContain("maintenance window");
  });

  test.for([
    ["publicIps", "az network public-ip create", "--load-balancer-outbound-ips"],
    ["prefixes", "az network public-ip prefix create", "--load-balancer-outbound-ip-prefixes"],
  ] as const)("own %s are made first", ([addresses, create, option]) => {
    const profile = { allocatedOutboundPorts: 8_000, idleTimeoutMinutes: 30, addresses };
    const commands = remedy({ ...setting, profile }, 7_000)?.commands ?? [];
    expect(commands[0]).toContain(create);
    expect(commands[1]).toContain(option);
    expect(commands.join()).toContain("20.50.1.1");
  });
});

describe("what is not bounded or not known", () => {
  const strangers = (count: number) =>
    members(count).map((member, index) => (index < 3 ? member : { ...member, pool: null }));
  const withMembers = (count: number, ports: number) => {
    const base = clusterOf({ ports, pools: [pool({ count: 3 })] });
    const rules = [outboundRule(ports)];
    return { ...base, loadBalancer: balancer(count, { members: strangers(count), outboundRules: rules }) };
  };

  test("nodes of no pool count, and it says that they have no maximum", () => {
    const result = upgradeSurge.judge(facts({ cluster: withMembers(8, 6_400) }), new Map());
    expect(result).toMatchObject({ outcome: "pass" });
    expect(result.summary).toContain(
      "5 nodes belong to no pool (node auto-provisioning), which has no maximum",
    );
    expect(upgradeSurge.judge(facts({ cluster: withMembers(9, 6_400) }), new Map()).outcome).toBe("pass");
    expect(upgradeSurge.judge(facts({ cluster: withMembers(10, 6_400) }), new Map()).outcome).toBe("warn");
  });

  test("a prefix that cannot be read is no address too few", () => {
    const base = clusterOf({ ports: 8_000, pools: [pool({ count: 8 })] });
    const rule = outboundRule(8_000);
    const unread = { ...rule, frontends: rule.frontends.map((each) => ({ ...each, addresses: [] })) };
    const blind = { ...base, loadBalancer: balancer(3, { outboundRules: [unread] }) };
    expect(upgradeSurge.judge(facts({ cluster: blind }), new Map()).outcome).toBe("unknown");
  });

  test("another device in the path: no ports to fit", () => {
    const base = clusterOf({ ports: 8_000, pools: [pool({ count: 8 })] });
    const paths = base.paths.map((path) => ({ ...path, kind: "natGateway" as const }));
    expect(upgradeSurge.judge(facts({ cluster: { ...base, paths } }), new Map()).outcome).toBe(
      "notApplicable",
    );
  });
});

const outcomes = "../shared/recorded/ground-truth/port-allocation-outcomes.json";
describe.skipIf(!existsSync(outcomes))("outcomes decided by Azure itself", () => {
  interface Case {
    readonly id: string;
    readonly portsPerNode: number;
    readonly requestedNodes?: number;
    readonly validatedNodes?: number;
    readonly statedMaxNodes?: number;
    readonly outboundIPs: number | string;
    readonly required?: number;
    readonly outcome: string;
  }
  const cases: Case[] = existsSync(outcomes) ? JSON.parse(readFileSync(outcomes, "utf8")).cases : [];

  test.for(cases)("$id comes out the same", (each) => {
    const asked = each.requestedNodes ?? each.statedMaxNodes;
    // Where only the validated number is told, it has the surge in it.
    const nodes =
      asked === undefined ? pool({ count: each.validatedNodes ?? 0, maxSurge: "0" }) : pool({ count: asked });
    const addresses = Array.from({ length: Number(each.outboundIPs) || 1 }, (_, at) => `20.50.1.${at + 1}`);
    const result = judge({ ports: each.portsPerNode, pools: [nodes], addresses });
    expect(result.outcome).toBe(each.outcome.startsWith("rejected") ? "warn" : "pass");
    if (each.required === undefined) return;
    expect(result.evidence).toContainEqual(
      expect.objectContaining({ name: "neededPorts", value: each.required }),
    );
  });
});
