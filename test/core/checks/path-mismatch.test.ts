import { describe, expect, test } from "vitest";
import { pathMismatch } from "#core/checks/path-mismatch.ts";
import { NO_NETWORK } from "#core/egress/cluster-network.ts";
import type { Cluster, EgressPath, PathKind } from "#core/egress/topology.ts";
import { balancer, cluster, facts, pool, subnet } from "../../support/builders.ts";

function pathOf(
  kind: PathKind,
  pools: readonly string[] = ["pool1"],
  changes: Partial<EgressPath> = {},
): EgressPath {
  return {
    kind,
    resourceId: kind === "natGateway" || kind === "firewall" ? `/devices/${kind}` : null,
    publicIps: [],
    protocols: { tcp: true, udp: true, icmp: false },
    portBudget: null,
    pools,
    reason: "because",
    ...changes,
  };
}

const clusterOf = (outboundType: string | null, ...paths: EgressPath[]): Cluster =>
  cluster({ outboundType, paths });
const judge = (target: Cluster) => pathMismatch.judge(facts({ cluster: target }), new Map());

test.for<readonly [string | null, PathKind, string]>([
  [null, "loadBalancer", "pass"],
  ["loadBalancer", "loadBalancer", "pass"],
  ["LoadBalancer", "loadBalancer", "pass"],
  ["loadBalancer", "natGateway", "warn"],
  ["loadBalancer", "firewall", "warn"],
  ["loadBalancer", "virtualAppliance", "warn"],
  ["loadBalancer", "nodePublicIp", "warn"],
  ["loadBalancer", "none", "warn"],
  ["loadBalancer", "unknown", "unknown"],
  ["managedNATGateway", "natGateway", "pass"],
  ["managedNATGatewayV2", "natGateway", "pass"],
  ["userAssignedNATGateway", "natGateway", "pass"],
  ["userAssignedNATGateway", "loadBalancer", "warn"],
  ["userAssignedNATGateway", "firewall", "warn"],
  ["userDefinedRouting", "firewall", "pass"],
  ["userDefinedRouting", "virtualAppliance", "pass"],
  ["userDefinedRouting", "unknown", "unknown"],
  ["userDefinedRouting", "natGateway", "warn"],
  ["userDefinedRouting", "loadBalancer", "warn"],
  ["none", "none", "pass"],
  ["none", "loadBalancer", "warn"],
  ["block", "natGateway", "warn"],
  ["block", "none", "pass"],
  ["somethingNew", "loadBalancer", "unknown"],
])("outbound type %s and a path by %s: %s", ([type, kind, outcome]) => {
  expect(judge(clusterOf(type, pathOf(kind))).outcome).toBe(outcome);
});

test("a NAT gateway in front of the load balancer: its SNAT figures mean nothing", () => {
  const result = judge(clusterOf("loadBalancer", pathOf("natGateway")));
  expect(result.summary).toContain(
    "outbound type is loadBalancer, but pool pool1 leaves through a NAT gateway",
  );
  expect(result.summary).toContain("the SNAT figures of the load balancer mean nothing");
  expect(result.findings).toMatchObject([
    { subject: { resourceId: "/devices/natGateway" }, severity: "warn" },
  ]);
});

test("every pool that leaves by another path is told, those that do not are not", () => {
  const result = judge(
    clusterOf(
      "loadBalancer",
      pathOf("loadBalancer", ["a"]),
      pathOf("natGateway", ["b", "c"]),
      pathOf("nodePublicIp", ["d"]),
    ),
  );
  expect(result.findings.map(({ summary }) => summary)).toEqual([
    expect.stringContaining("each of the pools b, c leaves through a NAT gateway"),
    expect.stringContaining("pool d leaves by public addresses of its own nodes"),
  ]);
  expect(result.findings[1]?.subject.resourceId).toMatch(/aks-payments\/agentPools\/d$/);
  expect(result.summary).toContain("; and 1 more");
  expect(result.remedy?.text).toContain("different paths");
});

test("a route to a VPN or ExpressRoute gateway is what user-defined routing promises", () => {
  const route = {
    name: "r",
    prefix: "0.0.0.0/0",
    nextHopType: "VirtualNetworkGateway",
    nextHops: [],
    hopState: "unknown" as const,
  };
  const forced = subnet({ routeTableId: "/tables/t", routeState: "read", defaultRoute: route });
  const base = clusterOf("userDefinedRouting", pathOf("unknown"));
  expect(judge({ ...base, network: { ...NO_NETWORK, subnets: [forced] } }).outcome).toBe("pass");
  const unread = subnet({ routeTableId: "/tables/t", routeState: "unread" });
  expect(judge({ ...base, network: { ...NO_NETWORK, subnets: [unread] } }).outcome).toBe("unknown");
});

test("an egress gateway pool is beside whatever the cluster does", () => {
  expect(
    judge(clusterOf("loadBalancer", pathOf("loadBalancer"), pathOf("egressGateway", ["gw"]))).outcome,
  ).toBe("pass");
});

test("two gateways, one for each zone, are what was promised", () => {
  const result = judge(
    clusterOf(
      "userAssignedNATGateway",
      pathOf("natGateway", ["a"], { resourceId: "/devices/1" }),
      pathOf("natGateway", ["b"], { resourceId: "/devices/2" }),
    ),
  );
  expect(result).toMatchObject({ outcome: "pass", summary: expect.stringContaining("by 2 devices") });
});

test("a path that is not known beside one that is wrong can neither rise nor resolve", () => {
  const result = judge(clusterOf("loadBalancer", pathOf("natGateway", ["a"]), pathOf("unknown", ["b"])));
  expect(result.outcome).toBe("warn");
  expect(result.untold).toEqual([{ resourceId: expect.stringMatching(/agentPools\/b$/) }]);
});

test("a Basic load balancer is retired and has no metrics", () => {
  const base = cluster({ loadBalancer: balancer(3, { sku: "basic", outboundRules: [] }) });
  const result = judge(base);
  expect(result).toMatchObject({ outcome: "warn", summary: expect.stringContaining("Basic load balancer") });
  expect(result.remedy?.commands[0]).toContain("--load-balancer-sku standard");
});

test("nothing known, and a stopped cluster", () => {
  expect(judge(clusterOf("loadBalancer")).outcome).toBe("unknown");
  expect(judge({ ...clusterOf("loadBalancer", pathOf("natGateway")), powerState: "stopped" }).outcome).toBe(
    "notApplicable",
  );
});

test("a missing default route explains it", () => {
  const base = clusterOf("userDefinedRouting", pathOf("none"));
  const bare = subnet({ routeTableId: null, routeState: "none", defaultRoute: null });
  const network = { ...NO_NETWORK, subnets: [bare] };
  expect(judge({ ...base, network })).toMatchObject({ outcome: "warn", explainedBy: "default-route" });
  expect(judge(base).explainedBy).toBeNull();
});

describe("remedies are complete commands", () => {
  const own = [pool({ subnetId: "/subnets/one" })];
  const commands = (target: Cluster) => judge(target).remedy?.commands ?? [];

  test.for<readonly [string, Cluster, RegExp]>([
    [
      "a gateway of your own network",
      { ...clusterOf("loadBalancer", pathOf("natGateway")), pools: own },
      /^az aks update .*--name aks-payments --outbound-type userAssignedNATGateway$/,
    ],
    [
      "a gateway of the managed network",
      clusterOf("loadBalancer", pathOf("natGateway")),
      /--outbound-type managedNATGateway$/,
    ],
    ["a firewall", clusterOf("loadBalancer", pathOf("firewall")), /--outbound-type userDefinedRouting$/],
    [
      "a pool without the gateway",
      {
        ...clusterOf(
          "userAssignedNATGateway",
          pathOf("natGateway", ["a"]),
          pathOf("loadBalancer", ["pool1"]),
        ),
        pools: own,
      },
      /^az network vnet subnet update --ids \/subnets\/one --nat-gateway \/devices\/natGateway$/,
    ],
    [
      "a way out of an isolated cluster",
      { ...clusterOf("none", pathOf("natGateway")), pools: own },
      /^az network vnet subnet update --ids \/subnets\/one --remove natGateway$/,
    ],
  ])("%s", ([, target, command]) => {
    expect(commands(target)[0]).toMatch(command);
  });
});
