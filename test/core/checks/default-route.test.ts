import { describe, expect, test } from "vitest";
import { defaultRoute } from "#core/checks/default-route.ts";
import { type ClusterSubnet, NO_NETWORK, type SubnetRoute } from "#core/egress/cluster-network.ts";
import type { Cluster, PathKind } from "#core/egress/topology.ts";
import { cluster, facts, subnet } from "../../support/builders.ts";

const TABLE = "/subscriptions/s1/resourceGroups/rg-net/providers/Microsoft.Network/routeTables/rt-egress";

const route = (changes: Partial<SubnetRoute> = {}): SubnetRoute => ({
  name: "to-firewall",
  prefix: "0.0.0.0/0",
  nextHopType: "VirtualAppliance",
  nextHops: ["10.9.0.4"],
  hopState: "live",
  ...changes,
});

const routed = (defaultRouteOf: SubnetRoute | null, changes: Partial<ClusterSubnet> = {}) =>
  subnet({
    pools: ["pool1"],
    routeTableId: TABLE,
    routeState: "read",
    defaultRoute: defaultRouteOf,
    ...changes,
  });

function clusterOf(
  outboundType: string | null,
  subnets: readonly ClusterSubnet[],
  kind: PathKind = "firewall",
): Cluster {
  const base = cluster({ outboundType, loadBalancer: null });
  const paths = base.paths.map((path) => ({ ...path, kind }));
  return { ...base, paths, network: { ...NO_NETWORK, subnets } };
}

const judge = (target: Cluster) => defaultRoute.judge(facts({ cluster: target, lines: [] }), new Map());
const bare = routed(null, { routeTableId: null, routeState: "none" });

test.for<readonly [string, Cluster, string]>([
  ["a live firewall", clusterOf("userDefinedRouting", [routed(route())]), "pass"],
  ["the type in other letters", clusterOf("UserDefinedRouting", [routed(null)], "none"), "fail"],
  ["no route table", clusterOf("userDefinedRouting", [bare], "none"), "fail"],
  ["a table without a default route", clusterOf("userDefinedRouting", [routed(null)], "none"), "fail"],
  [
    "straight to the internet",
    clusterOf("userDefinedRouting", [routed(route({ nextHopType: "Internet", nextHops: [] }))], "none"),
    "fail",
  ],
  [
    "no route, and a NAT gateway carries the traffic past the firewall",
    clusterOf("userDefinedRouting", [routed(null)], "natGateway"),
    "warn",
  ],
  ["a dead hop", clusterOf("userDefinedRouting", [routed(route({ hopState: "dead" }))]), "fail"],
  ["a dead hop, whatever the type", clusterOf("loadBalancer", [routed(route({ hopState: "dead" }))]), "fail"],
  [
    "next hop None",
    clusterOf("loadBalancer", [routed(route({ nextHopType: "None", nextHops: [] }))], "none"),
    "fail",
  ],
  [
    "an appliance without an address",
    clusterOf("userDefinedRouting", [routed(route({ nextHops: [] }))]),
    "fail",
  ],
  [
    "a hop that cannot be seen",
    clusterOf("userDefinedRouting", [routed(route({ hopState: "unknown" }))], "virtualAppliance"),
    "unknown",
  ],
  [
    "several appliances",
    clusterOf("userDefinedRouting", [
      routed(route({ nextHopType: "VirtualApplianceEcmp", nextHops: ["10.9.0.4", "10.9.0.5"] })),
    ]),
    "pass",
  ],
  [
    "forced tunnelling",
    clusterOf(
      "userDefinedRouting",
      [routed(route({ nextHopType: "VirtualNetworkGateway", nextHops: [] }))],
      "unknown",
    ),
    "pass",
  ],
  [
    "a hop of a new kind",
    clusterOf("userDefinedRouting", [routed(route({ nextHopType: "Quantum" }))]),
    "pass",
  ],
  [
    "a table that cannot be read",
    clusterOf("userDefinedRouting", [routed(null, { routeState: "unread" })]),
    "unknown",
  ],
  ["no subnet could be read", clusterOf("userDefinedRouting", []), "unknown"],
  ["a routed path, and no subnet could be read", clusterOf("loadBalancer", []), "unknown"],
  ["no route, none promised", clusterOf("loadBalancer", [bare], "loadBalancer"), "notApplicable"],
  ["a table of kubenet, none promised", clusterOf(null, [routed(null)], "loadBalancer"), "notApplicable"],
  ["stopped", { ...clusterOf("userDefinedRouting", [bare]), powerState: "stopped" }, "notApplicable"],
])("%s", ([, target, outcome]) => {
  expect(judge(target).outcome).toBe(outcome);
});

describe("what it says", () => {
  test("a dead hop by its address and route table", () => {
    const result = judge(clusterOf("userDefinedRouting", [routed(route({ hopState: "dead" }))]));
    expect(result.summary).toContain("10.9.0.4");
    expect(result.summary).toContain("rt-egress");
    expect(result.findings).toMatchObject([{ subject: { resourceId: TABLE }, severity: "fail" }]);
  });

  test.for([
    ["unknown", "virtualAppliance", "grant Reader on the subscription that holds it"],
    ["live", "firewall", "a firewall that is there"],
    ["live", "virtualAppliance", "its own state is not measured"],
  ] as const)("hop %s, path %s", ([hopState, kind, words]) => {
    expect(judge(clusterOf("userDefinedRouting", [routed(route({ hopState }))], kind)).summary).toContain(
      words,
    );
  });

  test("an unread table by the grant that opens it", () => {
    const result = judge(clusterOf("userDefinedRouting", [routed(null, { routeState: "unread" })]));
    expect(result.summary).toContain("--role Reader --scope /subscriptions/s1");
    expect(result.untold).toEqual([{ resourceId: TABLE }]);
  });
});

test("subnets that share a table share one finding; a healthy one is none", () => {
  const dead = route({ hopState: "dead" });
  const result = judge(
    clusterOf("userDefinedRouting", [
      routed(dead, { id: "/subnets/a", name: "a" }),
      routed(dead, { id: "/subnets/b", name: "b", routeTableId: TABLE.toUpperCase() }),
      routed(route({ nextHops: ["10.9.0.5"] }), {
        id: "/subnets/c",
        name: "c",
        routeTableId: "/tables/other",
      }),
    ]),
  );
  expect(result.findings).toHaveLength(1);
  expect(result.evidence).toHaveLength(3);
});

describe("remedy", () => {
  const commands = (...subnets: ClusterSubnet[]) =>
    judge(clusterOf("userDefinedRouting", subnets, "none")).remedy?.commands ?? [];

  test("a missing route is made in its table, to the hop that answers elsewhere", () => {
    const other = routed(route({ nextHops: ["10.9.0.7"] }), { routeTableId: "/tables/other" });
    expect(commands(routed(null), other)).toEqual([
      "az network route-table route create --subscription s1 --resource-group rg-net --route-table-name rt-egress --name default --address-prefix 0.0.0.0/0 --next-hop-type VirtualAppliance --next-hop-ip-address 10.9.0.7",
    ]);
  });

  test("a dead one is changed", () => {
    expect(commands(routed(route({ hopState: "dead" })))[0]).toContain("route-table route update");
  });

  test("without a table one is made and attached", () => {
    expect(commands(bare).map((command) => command.split(" --")[0])).toEqual([
      "az network route-table create",
      "az network route-table route create",
      "az network vnet subnet update",
    ]);
  });
});
