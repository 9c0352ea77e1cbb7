import { expect, test } from "vitest";
import { asymmetricRouting } from "#core/checks/asymmetric-routing.ts";
import { type ClusterSubnet, NO_NETWORK, type PublicInboundRule } from "#core/egress/cluster-network.ts";
import type { Cluster, PathKind } from "#core/egress/topology.ts";
import { cluster, facts, subnet } from "../../support/builders.ts";

const BALANCER =
  "/subscriptions/s1/resourceGroups/rg-nodes/providers/Microsoft.Network/loadBalancers/kubernetes";
const TABLE = "/subscriptions/s1/resourceGroups/rg-net/providers/Microsoft.Network/routeTables/rt-egress";

const inbound = (port: number, ...addresses: string[]): PublicInboundRule => ({
  loadBalancerId: BALANCER,
  name: `rule-${port}`,
  addresses,
  protocol: "Tcp",
  port,
});

const routed = (nextHopType: string, changes: Partial<ClusterSubnet> = {}) =>
  subnet({
    use: "nodes",
    routeTableId: TABLE,
    routeState: "read",
    defaultRoute: { name: "r", prefix: "0.0.0.0/0", nextHopType, nextHops: ["10.9.0.4"], hopState: "live" },
    ...changes,
  });

function clusterOf(
  subnets: readonly ClusterSubnet[],
  publicInbound: readonly PublicInboundRule[],
  kind: PathKind = "firewall",
): Cluster {
  const base = cluster({ outboundType: "userDefinedRouting", loadBalancer: null });
  const paths = base.paths.map((path) => ({ ...path, kind }));
  return { ...base, paths, network: { ...NO_NETWORK, subnets, publicInbound } };
}

const judge = (target: Cluster) => asymmetricRouting.judge(facts({ cluster: target, lines: [] }), new Map());
const appliance = routed("VirtualAppliance");

test.for<readonly [string, Cluster, string]>([
  ["in by a public address, out by a firewall", clusterOf([appliance], [inbound(443, "20.1.1.1")]), "warn"],
  [
    "out by somebody's appliance",
    clusterOf([appliance], [inbound(443, "20.1.1.1")], "virtualAppliance"),
    "warn",
  ],
  ["several appliances", clusterOf([routed("VirtualApplianceEcmp")], [inbound(443, "20.1.1.1")]), "warn"],
  ["an address that could not be read", clusterOf([appliance], [inbound(443)]), "warn"],
  ["nothing comes in", clusterOf([appliance], []), "pass"],
  [
    "the default route leads to the internet",
    clusterOf([routed("Internet")], [inbound(443, "20.1.1.1")], "loadBalancer"),
    "notApplicable",
  ],
  [
    "no default route",
    clusterOf([routed("x", { defaultRoute: null })], [inbound(443, "20.1.1.1")], "loadBalancer"),
    "notApplicable",
  ],
  ["no subnet could be read", clusterOf([], []), "unknown"],
  [
    "stopped",
    { ...clusterOf([appliance], [inbound(443, "20.1.1.1")]), powerState: "stopped" },
    "notApplicable",
  ],
])("%s", ([, target, outcome]) => {
  expect(judge(target).outcome).toBe(outcome);
});

test("one finding for each public address, with all its ports", () => {
  const result = judge(
    clusterOf([appliance], [inbound(80, "20.1.1.1"), inbound(443, "20.1.1.1"), inbound(443, "20.1.1.2")]),
  );
  expect(result.findings.map(({ subject }) => subject)).toEqual([
    { resourceId: BALANCER, frontendIp: "20.1.1.1" },
    { resourceId: BALANCER, frontendIp: "20.1.1.2" },
  ]);
  expect(result.findings[0]?.summary).toContain(
    "20.1.1.1 (Tcp 80, Tcp 443) brings traffic in past the firewall",
  );
  expect(result.findings[0]?.summary).toContain("10.9.0.4");
  expect(result.evidence).toContainEqual({ name: "publicAddressesInbound", value: 2 });
});

test("the remedy names both ways out and what they cost", () => {
  const { remedy } = judge(clusterOf([appliance], [inbound(443, "20.1.1.1")]));
  expect(remedy?.text).toContain("azure-load-balancer-internal");
  expect(remedy?.text).toContain("DNAT");
  expect(remedy?.text).toContain("does not come back");
  expect(remedy?.commands[1]).toContain(
    "az network route-table route create --subscription s1 --resource-group rg-net --route-table-name rt-egress",
  );
});
