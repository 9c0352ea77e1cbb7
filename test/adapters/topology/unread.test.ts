import { expect, test } from "vitest";
import {
  cluster,
  defaultTo,
  firewall,
  HUB,
  id,
  ipId,
  lbId,
  loadBalancer,
  natId,
  network,
  nicConfigId,
  prefixId,
  publicIp,
  routeTable,
  SUB,
  subnet,
  subnetId,
  tableId,
  vmssId,
  vnetId,
} from "./support/arm-shapes.ts";
import { FakeArm, type Reply } from "./support/fake-arm.ts";
import { onlyCluster } from "./support/source.ts";

const throttled: Reply = { status: 429, body: { error: { code: "TooManyRequests" } } };
const listPath = (list: string, subscription = SUB) =>
  `/subscriptions/${subscription}/providers/Microsoft.Network/${list}`;
const one = { a: { publicIPAddress: { id: ipId("a") } } };
const members = [nicConfigId(0)];

/** A healthy cluster behind a load balancer; rows take pieces of its picture away. */
function healthy(): FakeArm {
  return new FakeArm()
    .list(SUB, "Microsoft.ContainerService/managedClusters", cluster())
    .list(SUB, "Microsoft.Network/loadBalancers", loadBalancer({ frontends: one, outbound: ["a"] }))
    .list(SUB, "Microsoft.Network/publicIPAddresses", publicIp(ipId("a"), "20.1.0.1"))
    .list(SUB, "Microsoft.Network/virtualNetworks", network([subnet()]));
}

const subnetWith = (arm: FakeArm, properties: Record<string, unknown>) =>
  arm.list(SUB, "Microsoft.Network/virtualNetworks", network([subnet(properties)]));
const typed = (arm: FakeArm, outboundType: string) =>
  arm.list(SUB, "Microsoft.ContainerService/managedClusters", cluster({ outboundType }));

test.for([
  [
    "an address in a subscription that is not read counts, though its text is unknown",
    (arm: FakeArm) =>
      arm.list(
        SUB,
        "Microsoft.Network/loadBalancers",
        loadBalancer({
          frontends: { ...one, far: { publicIPAddress: { id: ipId("far", "x", HUB) } } },
          outbound: ["a", "far"],
        }),
      ),
    { kind: "loadBalancer", publicIps: ["20.1.0.1"], portBudget: 128_000 },
    "forbidden",
  ],
  [
    "a prefix that cannot be read leaves the number of ports unknown",
    (arm: FakeArm) =>
      arm.list(
        SUB,
        "Microsoft.Network/loadBalancers",
        loadBalancer({ frontends: { p: { publicIPPrefix: { id: prefixId("p") } } }, outbound: ["p"] }),
      ),
    { kind: "loadBalancer", publicIps: [], portBudget: null },
    "forbidden",
  ],
  [
    "a route table that cannot be read may hide an appliance: outboundType loadBalancer is believed",
    (arm: FakeArm) => subnetWith(arm, { routeTable: { id: tableId("rt", "network", HUB) } }),
    { kind: "loadBalancer", portBudget: 64_000 },
    "forbidden",
  ],
  [
    "the same with userDefinedRouting is unknown",
    (arm: FakeArm) => typed(subnetWith(arm, { routeTable: { id: tableId("rt") } }), "userDefinedRouting"),
    { kind: "unknown", reason: "route table 'rt' cannot be read" },
    "forbidden",
  ],
  [
    "a NAT gateway that cannot be read still carries the traffic",
    (arm: FakeArm) => subnetWith(arm, { natGateway: { id: natId("nat") } }),
    { kind: "natGateway", resourceId: natId("nat"), publicIps: [], portBudget: null },
    "forbidden",
  ],
  [
    "an appliance may be a firewall of a subscription whose firewalls cannot be listed",
    (arm: FakeArm) =>
      subnetWith(arm, { routeTable: { id: tableId("rt") } })
        .list(
          SUB,
          "Microsoft.Network/routeTables",
          routeTable(tableId("rt"), defaultTo("VirtualAppliance", "10.9.0.4")),
        )
        .on(listPath("azureFirewalls", HUB), throttled),
    { kind: "virtualAppliance" },
    "throttled",
  ],
  [
    "a managed network that is not there",
    (arm: FakeArm) => typed(arm.list(SUB, "Microsoft.Network/virtualNetworks"), "managedNATGateway"),
    { kind: "unknown" },
    "notFound",
  ],
  [
    "load balancers that cannot be listed",
    (arm: FakeArm) => arm.on(listPath("loadBalancers"), throttled),
    { kind: "unknown" },
    "throttled",
  ],
] as const)("%s", async ([, change, path, reason]) => {
  const found = await onlyCluster(change(healthy()), { subscriptionIds: [SUB, HUB] });
  expect(found.paths).toMatchObject([path]);
  expect(found.problems).toMatchObject([{ source: "topology", reason }]);
});

test("an unread address of an inbound rule is no gap in what we say about egress", async () => {
  const balancer = loadBalancer({
    frontends: { ...one, in: { publicIPAddress: { id: ipId("in", "x", HUB) } } },
    outbound: ["a"],
    rules: [{ frontendIPConfiguration: { id: `${lbId()}/frontendIPConfigurations/in` } }],
  });
  const found = await onlyCluster(healthy().list(SUB, "Microsoft.Network/loadBalancers", balancer));
  expect(found.loadBalancer?.rules).toMatchObject([{ name: "rule0", frontendAddresses: [], probe: null }]);
  expect(found.problems).toEqual([]);
});

test("of two load balancers with an outbound rule, AKS's own sends", async () => {
  const foreign = JSON.stringify(
    loadBalancer({ balancerId: lbId("a-foreign"), frontends: one, outbound: ["a"] }),
  );
  const renamed = JSON.parse(foreign.replaceAll("aksOutboundBackendPool", "mine"));
  const named = (name: string) => loadBalancer({ balancerId: lbId(name), frontends: one, outbound: ["a"] });

  const own = healthy().list(SUB, "Microsoft.Network/loadBalancers", renamed, named("aks-lb"));
  expect((await onlyCluster(own)).loadBalancer?.id).toBe(lbId("aks-lb"));

  const both = healthy().list(SUB, "Microsoft.Network/loadBalancers", named("a-second"), named("kubernetes"));
  expect((await onlyCluster(both)).loadBalancer?.id).toBe(lbId("kubernetes"));
});

test("a load balancer with a name and a pool of somebody's own is good enough where it is the only one", async () => {
  const text = JSON.stringify(
    loadBalancer({ balancerId: lbId("mine"), frontends: one, outbound: ["a"], members }),
  );
  const arm = healthy().list(
    SUB,
    "Microsoft.Network/loadBalancers",
    JSON.parse(text.replaceAll("aksOutboundBackendPool", "all")),
  );
  const found = await onlyCluster(arm);
  expect(found.paths).toMatchObject([{ kind: "loadBalancer", resourceId: lbId("mine") }]);
  expect(found.loadBalancer?.outboundRules).toMatchObject([{ backendPool: "all" }]);
});

test("a managed network with several subnets: the one that holds the pool's nodes", async () => {
  const arm = healthy()
    .list(
      SUB,
      "Microsoft.Network/virtualNetworks",
      network([
        subnet({ natGateway: { id: natId("nat") } }, subnetId("other")),
        subnet({ ipConfigurations: [{ id: nicConfigId(0) }, { id: nicConfigId(1) }] }, subnetId("renamed")),
      ]),
    )
    .on(`${vmssId()}/networkInterfaces`, { body: { value: [] } });
  expect((await onlyCluster(arm)).paths).toMatchObject([{ kind: "loadBalancer" }]);
});

test("several subnets of which none holds the pool: AKS's own name", async () => {
  const subnets = [subnet({ natGateway: { id: natId("nat") } }, subnetId("other")), subnet()];
  const arm = healthy().list(SUB, "Microsoft.Network/virtualNetworks", network(subnets));
  expect((await onlyCluster(arm)).paths).toMatchObject([{ kind: "loadBalancer" }]);
});

test("a pool of single machines counts its profiles", async () => {
  const pool = {
    count: null,
    enableAutoScaling: null,
    virtualMachinesProfile: {
      scale: { manual: [{ count: 2 }, { count: 3 }, {}], autoscale: [{ minCount: 1, maxCount: 4 }] },
    },
  };
  const arm = healthy().list(SUB, "Microsoft.ContainerService/managedClusters", cluster({}, {}, [pool]));
  expect((await onlyCluster(arm)).pools).toMatchObject([
    { count: 5, autoscaling: true, minCount: 1, maxCount: 4 },
  ]);
});

test("a cluster without a usable id is left out, not a reason to fail", async () => {
  const arm = healthy().list(SUB, "Microsoft.ContainerService/managedClusters", { name: "odd" }, cluster());
  expect((await onlyCluster(arm)).ref.name).toBe("shop-prod");
});

test("keeps the rule's probe and says where an ILB or interface answers for a next hop", async () => {
  const internal = {
    in: { privateIPAddress: "10.9.0.4", subnet: { id: subnetId("x", vnetId("hub", "hub", HUB)) } },
  };
  const balancerId = id("Microsoft.Network/loadBalancers", "nva", "hub", HUB);
  const arm = typed(subnetWith(healthy(), { routeTable: { id: tableId("rt") } }), "userDefinedRouting")
    .list(
      SUB,
      "Microsoft.Network/routeTables",
      routeTable(tableId("rt"), defaultTo("VirtualAppliance", "10.9.0.4")),
    )
    .list(
      HUB,
      "Microsoft.Network/loadBalancers",
      loadBalancer({ balancerId, frontends: internal, outbound: null }),
    );
  const found = await onlyCluster(arm, { subscriptionIds: [SUB, HUB] });
  expect(found.paths).toMatchObject([
    { kind: "virtualAppliance", nextHop: { addresses: ["10.9.0.4"], state: "live" } },
  ]);
});

test("a network of another subscription whose list fails for now keeps the last known path", async () => {
  const far = vnetId("spoke", "network", HUB);
  const spoken = cluster({ outboundType: "userAssignedNATGateway" }, {}, [
    { vnetSubnetID: subnetId("nodes", far) },
  ]);
  const farNetwork = network([subnet({ natGateway: { id: natId("nat") } }, subnetId("nodes", far))], far);
  const gateway = {
    id: natId("nat"),
    sku: { name: "Standard" },
    properties: { publicIpAddresses: [{ id: ipId("a") }] },
  };
  const arm = healthy()
    .list(SUB, "Microsoft.ContainerService/managedClusters", spoken)
    .list(SUB, "Microsoft.Network/natGateways", gateway)
    .list(HUB, "Microsoft.Network/virtualNetworks", farNetwork);
  const before = await onlyCluster(arm, { subscriptionIds: [SUB, HUB] });
  expect(before.paths).toMatchObject([{ kind: "natGateway", portBudget: 64_512 }]);

  arm.on(listPath("virtualNetworks", HUB), throttled);
  const now = await onlyCluster(arm, { subscriptionIds: [SUB, HUB] }, [before]);
  expect(now.paths).toEqual(before.paths);
  expect(now.problems).toMatchObject([{ reason: "throttled" }]);
});

test("addresses not assigned yet are none; a route without a hop is an appliance that answers nowhere we know", async () => {
  const arm = subnetWith(healthy(), { routeTable: { id: tableId("rt") } })
    .list(SUB, "Microsoft.Network/routeTables", routeTable(tableId("rt"), defaultTo("VirtualAppliance")))
    .list(SUB, "Microsoft.Network/publicIPAddresses", publicIp(ipId("a"), null));
  const found = await onlyCluster(arm);
  expect(found.paths).toMatchObject([
    { kind: "virtualAppliance", nextHop: { addresses: [], state: "unknown" } },
  ]);
  expect(found.loadBalancer?.outboundRules).toMatchObject([
    { frontends: [{ addresses: [], family: "ipv4" }] },
  ]);
});

test("an ECMP route of which no hop can answer is dead", async () => {
  const ecmp = {
    addressPrefix: "0.0.0.0/0",
    nextHopType: "VirtualApplianceEcmp",
    nextHop: { nextHopIpAddresses: ["10.224.0.200", "10.224.0.201"] },
  };
  const arm = subnetWith(healthy(), { routeTable: { id: tableId("rt") } }).list(
    SUB,
    "Microsoft.Network/routeTables",
    routeTable(tableId("rt"), ecmp),
  );
  expect((await onlyCluster(arm)).paths).toMatchObject([
    { kind: "virtualAppliance", nextHop: { state: "dead" } },
  ]);
});

test("a firewall behind a NAT gateway that cannot be read: who the internet sees is unknown", async () => {
  const gateway = natId("hubnat", "hub");
  const hub = vnetId("hub", "hub", HUB);
  const home = subnetId("AzureFirewallSubnet", hub);
  const firewallId = id("Microsoft.Network/azureFirewalls", "fw", "hub", HUB);
  const arm = subnetWith(healthy(), { routeTable: { id: tableId("rt") } })
    .list(
      SUB,
      "Microsoft.Network/routeTables",
      routeTable(tableId("rt"), defaultTo("VirtualAppliance", "10.9.0.4")),
    )
    .list(HUB, "Microsoft.Network/azureFirewalls", firewall(firewallId, "10.9.0.4", ipId("a"), home))
    .list(
      HUB,
      "Microsoft.Network/virtualNetworks",
      network([subnet({ natGateway: { id: gateway } }, home)], hub),
    );
  const found = await onlyCluster(arm, { subscriptionIds: [SUB, HUB] });

  expect(found.paths).toMatchObject([{ kind: "firewall", publicIps: [] }]);
  expect(found.network).toMatchObject({
    firewalls: [{ publicIps: ["20.1.0.1"], natGatewayId: gateway }],
    natGateways: [],
  });
  expect(found.problems).toMatchObject([{ source: "topology", reason: "forbidden", minor: true }]);
});

test("an unread IPv6 frontend brings no IPv4 ports", async () => {
  const six = { privateIPAddressVersion: "IPv6", publicIPAddress: { id: ipId("six", "x", HUB) } };
  const sixes = { privateIPAddressVersion: "IPv6", publicIPPrefix: { id: prefixId("sixes", "x") } };
  const balancer = loadBalancer({ frontends: { ...one, six, sixes }, outbound: ["a", "six", "sixes"] });
  const found = await onlyCluster(healthy().list(SUB, "Microsoft.Network/loadBalancers", balancer));
  expect(found.paths).toMatchObject([{ portBudget: 64_000 }]);
  expect(found.loadBalancer?.outboundRules[0]?.frontends.map((it) => it.family)).toEqual([
    "ipv4",
    "ipv6",
    "ipv6",
  ]);
});
