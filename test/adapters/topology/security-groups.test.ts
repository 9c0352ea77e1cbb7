import { expect, test } from "vitest";
import { NO_NETWORK } from "#core/egress/cluster-network.ts";
import type { Cluster } from "#core/egress/topology.ts";
import {
  cluster,
  HUB,
  id,
  ipId,
  loadBalancer,
  network,
  nic,
  nicConfigId,
  publicIp,
  rule,
  SUB,
  securityGroup,
  securityGroupId,
  subnet,
  subnetId,
  vmssId,
  vnetId,
} from "./support/arm-shapes.ts";
import { FakeArm, type Reply } from "./support/fake-arm.ts";
import { NOW, onlyCluster } from "./support/source.ts";

const GROUPS = `/subscriptions/${SUB}/providers/Microsoft.Network/networkSecurityGroups`;
const NICS = `${vmssId()}/networkInterfaces`;
const agentGroup = securityGroupId("aks-agentpool-12345678-nsg");
const interfaceOf = (pool: string) => nicConfigId(0, pool).replace(/\/ipConfigurations.*/, "");
const refused: Reply = { status: 403, body: { error: { code: "AuthorizationFailed" } } };
const throttled: Reply = { status: 429, body: {} };

/** A cluster with two pools behind its load balancer; `subnetProperties` of its one subnet. */
function arm(groups: readonly object[], subnetProperties = {}): FakeArm {
  return new FakeArm()
    .list(
      SUB,
      "Microsoft.ContainerService/managedClusters",
      cluster({}, {}, [{}, { name: "edge", mode: "User" }]),
    )
    .list(
      SUB,
      "Microsoft.Network/loadBalancers",
      loadBalancer({
        frontends: { a: { publicIPAddress: { id: ipId("a") } } },
        outbound: ["a"],
        members: [nicConfigId(0)],
      }),
    )
    .list(SUB, "Microsoft.Network/publicIPAddresses", publicIp(ipId("a"), "20.1.0.1"))
    .list(SUB, "Microsoft.Network/virtualNetworks", network([subnet(subnetProperties)]))
    .list(SUB, "Microsoft.Network/networkSecurityGroups", ...groups)
    .on(NICS, { body: { value: [nic(0, "10.224.0.4")] } });
}

/** `on name pools` of each group. */
const shown = (found: Cluster) =>
  found.network.securityGroups?.map(({ on, name, pools }) => `${on} ${name} ${pools.join(",") || "-"}`) ??
  null;

test("keeps the outbound rules, own and default, in the order in which Azure asks them", async () => {
  const asg = id("Microsoft.Network/applicationSecurityGroups", "payments", "shop");
  const group = securityGroup(
    securityGroupId("own", "shop"),
    [
      rule("in", 100, { direction: "Inbound" }),
      rule("late", 300, { access: "deny", direction: "outbound", protocol: "UDP" }),
      rule("lists", 200, {
        protocol: "*",
        sourceAddressPrefix: "",
        sourceAddressPrefixes: ["10.224.0.0/16", "10.225.0.0/16"],
        destinationAddressPrefix: null,
        destinationAddressPrefixes: ["Storage.WestEurope", "20.0.0.0/8"],
        destinationPortRange: null,
        destinationPortRanges: ["443", "1000-2000"],
      }),
      rule("groups", 150, {
        sourceAddressPrefix: null,
        sourceApplicationSecurityGroups: [{ id: asg }],
        destinationAddressPrefix: null,
        destinationApplicationSecurityGroups: [{ id: asg }],
      }),
    ],
    {
      defaultSecurityRules: [
        rule("DenyAllOutBound", 65_500, { access: "Deny", protocol: "*" }),
        rule("AllowInternetOutBound", 65_001, { destinationAddressPrefix: "Internet", protocol: "*" }),
      ],
    },
  );
  const onSubnet = { networkSecurityGroup: { id: securityGroupId("OWN", "shop") } };
  const found = await onlyCluster(arm([group], onSubnet));

  expect(found.network.subnets).toMatchObject([{ securityGroupId: securityGroupId("OWN", "shop") }]);
  const any = { sources: ["*"], destinations: ["*"], ports: ["*"] };
  expect(found.network.securityGroups).toEqual([
    {
      id: securityGroupId("own", "shop"),
      name: "own",
      on: "subnet",
      pools: ["nodepool1", "edge"],
      rules: [
        {
          ...any,
          name: "groups",
          priority: 150,
          access: "allow",
          protocol: "tcp",
          sources: ["asg:payments"],
          destinations: ["asg:payments"],
        },
        {
          name: "lists",
          priority: 200,
          access: "allow",
          protocol: "*",
          sources: ["10.224.0.0/16", "10.225.0.0/16"],
          destinations: ["Storage.WestEurope", "20.0.0.0/8"],
          ports: ["443", "1000-2000"],
        },
        { ...any, name: "late", priority: 300, access: "deny", protocol: "udp" },
        {
          ...any,
          name: "AllowInternetOutBound",
          priority: 65_001,
          access: "allow",
          protocol: "*",
          destinations: ["Internet"],
        },
        { ...any, name: "DenyAllOutBound", priority: 65_500, access: "deny", protocol: "*" },
      ],
    },
  ]);
});

test("a rule with keys left out denies nothing by accident", async () => {
  const bare = securityGroup(agentGroup, [{ properties: { direction: "Outbound" } }, {}], {
    defaultSecurityRules: null,
    subnets: [{ id: subnetId().toUpperCase() }],
  });
  expect((await onlyCluster(arm([bare]))).network.securityGroups).toMatchObject([
    { rules: [{ name: "", priority: 65_500, access: "allow", protocol: "*", destinations: [] }] },
  ]);
});

test.for<[string, () => FakeArm, readonly string[]]>([
  ["none", () => arm([securityGroup(securityGroupId("other", "elsewhere"), [])]), []],
  [
    "on the subnet, as only the group tells",
    () => arm([securityGroup(agentGroup, [], { subnets: [{ id: subnetId() }] })]),
    ["subnet aks-agentpool-12345678-nsg nodepool1,edge"],
  ],
  [
    "on the interfaces of one pool, as the group tells, in any case",
    () =>
      arm([
        securityGroup(agentGroup, [], { networkInterfaces: [{ id: interfaceOf("edge").toUpperCase() }] }),
      ]),
    ["interface aks-agentpool-12345678-nsg edge"],
  ],
  [
    "on the interfaces of another cluster's nodes",
    () =>
      arm([
        securityGroup(agentGroup, [], {
          networkInterfaces: [{ id: nicConfigId(0, "nodepool1", "MC_other").replace(/\/ipConf.*/, "") }],
        }),
      ]),
    [],
  ],
  [
    "on the interfaces of two clusters, whose pools share their names",
    () => {
      const far = nicConfigId(0, "edge", "MC_other").replace(/\/ipConf.*/, "");
      const interfaces = [{ id: interfaceOf("nodepool1") }, { id: far }];
      return arm([securityGroup(agentGroup, [], { networkInterfaces: interfaces })]);
    },
    ["interface aks-agentpool-12345678-nsg nodepool1"],
  ],
  [
    "on a private endpoint, which no node is behind",
    () => {
      const nicId = id("Microsoft.Network/networkInterfaces", "kube-apiserver.nic.1");
      return arm([securityGroup(agentGroup, [])]).list(SUB, "Microsoft.Network/networkInterfaces", {
        id: nicId,
        properties: {
          networkSecurityGroup: { id: agentGroup },
          ipConfigurations: [
            { id: `${nicId}/ipConfigurations/x`, properties: { privateIPAddress: "10.224.0.9" } },
          ],
        },
      });
    },
    [],
  ],
  [
    "on single machines of no pool",
    () =>
      arm([
        securityGroup(agentGroup, [], {
          networkInterfaces: [{ id: id("Microsoft.Network/networkInterfaces", "aks-default-x7k2p") }],
        }),
      ]),
    ["interface aks-agentpool-12345678-nsg -"],
  ],
  [
    "on the interfaces, as only they tell",
    () =>
      arm([securityGroup(agentGroup, [])]).on(NICS, {
        body: {
          value: [nic(0, "10.224.0.4", "nodepool1", undefined, { networkSecurityGroup: { id: agentGroup } })],
        },
      }),
    ["interface aks-agentpool-12345678-nsg nodepool1"],
  ],
  [
    "on both",
    () =>
      arm([
        securityGroup(agentGroup, [], {
          networkInterfaces: [{ id: interfaceOf("nodepool1") }],
          subnets: [{ id: subnetId() }],
        }),
      ]),
    ["subnet aks-agentpool-12345678-nsg nodepool1,edge", "interface aks-agentpool-12345678-nsg nodepool1"],
  ],
])("a security group %s", async ([, make, expected]) => {
  const found = await onlyCluster(make());
  expect(shown(found)).toEqual(expected);
  expect(found.problems).toEqual([]);
});

const farGroup = securityGroupId("far", "network", HUB);

test.for<[string, () => FakeArm, string]>([
  ["the list is refused", () => arm([]).on(GROUPS, refused), `--role Reader --scope /subscriptions/${SUB}`],
  [
    "the list of the subscription that has it is not read",
    () => arm([], { networkSecurityGroup: { id: farGroup } }),
    `--role Reader --scope /subscriptions/${HUB}`,
  ],
  [
    "it is not in its list",
    () => arm([], { networkSecurityGroup: { id: securityGroupId("hidden", "network") } }),
    "'hidden'",
  ],
])("says nothing of rules where %s, and everything else as before", async ([, make, told]) => {
  const found = await onlyCluster(make());
  expect(found.network.securityGroups).toBeNull();
  expect(found.paths).toMatchObject([{ kind: "loadBalancer", publicIps: ["20.1.0.1"] }]);
  expect(found.problems).toMatchObject([{ source: "topology", reason: "forbidden", minor: true }]);
  expect(found.problems[0]?.message).toContain(told);
});

test("says nothing of rules where a pool's subnet cannot be seen", async () => {
  const fake = arm([]).list(
    SUB,
    "Microsoft.ContainerService/managedClusters",
    cluster({}, {}, [{ vnetSubnetID: subnetId("nodes", vnetId("spoke", "network", HUB)) }]),
  );
  const found = await onlyCluster(fake);
  expect(found.network.securityGroups).toBeNull();
  expect(found.network.subnets).toMatchObject([{ name: "nodes", routeState: "unread", prefixes: [] }]);
});

test("keeps the rules that it knew while the list fails for now", async () => {
  const groups = [securityGroup(agentGroup, [], { subnets: [{ id: subnetId() }] })];
  const before = await onlyCluster(arm(groups));
  const now = await onlyCluster(arm(groups).on(GROUPS, throttled), {}, [before], NOW + 1_000);

  expect(now.network.securityGroups).toEqual(before.network.securityGroups);
  expect(now.problems).toMatchObject([{ reason: "throttled", minor: true }]);
  expect((await onlyCluster(arm(groups).on(GROUPS, throttled))).network.securityGroups).toBeNull();
});

test("keeps the whole network that it knew while a list that paths depend on fails for now", async () => {
  const before = await onlyCluster(arm([]));
  const list = `/subscriptions/${SUB}/providers/Microsoft.Network/virtualNetworks`;
  const now = await onlyCluster(arm([]).on(list, throttled), {}, [before], NOW + 1_000);
  expect(now.network).toEqual(before.network);
  expect(before.network.subnets).toHaveLength(1);
});

test("looks afresh where an older release left no network to keep", async () => {
  const before = { ...(await onlyCluster(arm([]))), network: NO_NETWORK };
  const list = `/subscriptions/${SUB}/providers/Microsoft.Network/natGateways`;
  const now = await onlyCluster(arm([]).on(list, throttled), {}, [before], NOW + 1_000);
  expect(now.network.subnets).toMatchObject([{ name: "aks-subnet" }]);
});

test("reads the interfaces again when the list names none any more: taken off, or only they tell", async () => {
  const guarded = nic(0, "10.224.0.4", "nodepool1", undefined, { networkSecurityGroup: { id: agentGroup } });
  const before = await onlyCluster(
    arm([securityGroup(agentGroup, [])]).on(NICS, { body: { value: [guarded] } }),
  );
  const still = arm([securityGroup(agentGroup, [])]).on(NICS, { body: { value: [guarded] } });
  expect(shown(await onlyCluster(still, {}, [before], NOW + 1_000))).toEqual(shown(before));

  const off = arm([securityGroup(agentGroup, [])]);
  expect(shown(await onlyCluster(off, {}, [before], NOW + 1_000))).toEqual([]);
});
