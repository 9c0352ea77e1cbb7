import { describe, expect, test } from "vitest";
import { FakeArm } from "./support/fake-arm.ts";
import { hasRecordings, recorded, recordedList } from "./support/recorded.ts";
import { onlyCluster } from "./support/source.ts";

const ZERO = "00000000-0000-0000-0000-000000000000";
const CLUSTERS = "Microsoft.ContainerService/managedClusters";

/** The recorded load balancer of one real cluster, and the recorded cluster that is to own it. */
const BALANCER_GROUP = "MC_conk8stestlgeafi_test-troubleshoot4drmdxt_eastus2euap";
const BALANCER_IP = "97061b81-6faf-4355-81ac-1d5466b5f221";

function armWith(cluster: string, nodeGroup: string): FakeArm {
  const inGroup = { [BALANCER_GROUP]: nodeGroup, MC_azpslrg12enwmp2px_azpsl2sq16jlcmx_westus: nodeGroup };
  return new FakeArm()
    .list(ZERO, CLUSTERS, recorded(`aks/${cluster}.json`))
    .list(
      ZERO,
      "Microsoft.Network/loadBalancers",
      ...recordedList("network/loadBalancer-aks-kubernetes-list.json", inGroup),
    )
    .list(
      ZERO,
      "Microsoft.Network/virtualNetworks",
      ...recordedList("network/virtualNetworks-list-with-aks.json", inGroup),
    )
    .list(
      ZERO,
      "Microsoft.Network/publicIPAddresses",
      ...recordedList("network/publicIPAddresses-list-with-aks.json", {
        "MC_shiying-aks_GitHubActionsRunnersK8sCluster_westeurope": nodeGroup,
        "9e210ae3-3054-4eae-a915-3fecf1a8bbfa": BALANCER_IP,
      }),
    );
}

describe.skipIf(!hasRecordings)("answers that Azure gave", () => {
  test.for([
    ["managedCluster-lb-default-1ip", "MC_clitest000001_cliakstest000001_westus2", "managed", 0, 30],
    [
      "managedCluster-lb-2ips-ports2048-idle5",
      "MC_clitest000001_cliakstest000002_westus2",
      "managed",
      2048,
      5,
    ],
    ["managedCluster-lb-byo-ip-ports200", "MC_clitest000001_cliakstest000002_westus2", "publicIps", 200, 30],
    ["managedCluster-lb-prefix", "MC_clitest000001_cliakstest000001_westus2", "prefixes", 0, 30],
    ["managedCluster-lb-dualstack-5ips", "MC_clitest000001_cliakstest000002_centraluseuap", "managed", 0, 30],
  ] as const)(
    "%s leaves by the load balancer",
    async ([file, group, addresses, allocatedOutboundPorts, idle]) => {
      const found = await onlyCluster(armWith(file, group), { subscriptionIds: [ZERO] });

      expect(found.paths).toMatchObject([
        { kind: "loadBalancer", publicIps: ["20.86.221.215"], portBudget: 64_000 },
      ]);
      expect(found.loadBalancerProfile).toEqual({
        addresses,
        allocatedOutboundPorts,
        idleTimeoutMinutes: idle,
      });
      expect(found.loadBalancer).toMatchObject({
        sku: "standard",
        outboundRules: [{ name: "aksOutboundRule", allocatedPorts: 0 }],
      });
      expect(found.loadBalancer?.members.map((member) => member.node).sort()).toEqual([
        "aks-nodepool1-22962454-vmss000000",
        "aks-nodepool1-22962454-vmss000001",
        "aks-nodepool1-22962454-vmss000002",
      ]);
    },
  );

  test.for([
    ["managedCluster-block", "MC_clitest000001_cliakstest000002_eastus2euap", "block", "none"],
    ["managedCluster-basic-lb-vmas", "MC_clitest000001_cliakstest000001_westus2", "loadBalancer", "unknown"],
    [
      "managedCluster-managedNat-1ip",
      "MC_clitest000001_cliakstest000002_westus2",
      "managedNATGateway",
      "none",
    ],
  ] as const)("%s without a load balancer", async ([file, group, outboundType, kind]) => {
    const arm = armWith(file, group);
    arm.list(ZERO, "Microsoft.Network/loadBalancers");
    const found = await onlyCluster(arm, { subscriptionIds: [ZERO] });

    expect(found.outboundType).toBe(outboundType);
    // The recorded network has no gateway on it: for managedNATGateway a mismatch worth telling.
    expect(found.paths).toMatchObject([{ kind }]);
  });

  test("a cluster after its switch to a NAT gateway, with the gateway on its subnet", async () => {
    const group = "MC_clitest000001_cliakstest000002_eastus";
    const gateway = recorded("network/natGateway-show.json", { "clitest.rg000001": group });
    const attached = recorded("network/natGateway-attached-subnet-side.json", {
      cli_subnet_detach_nat_gateway_000001: group,
      "test-nat": "ng1",
    });
    const network = `/subscriptions/${ZERO}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworks/vnet1`;
    const arm = armWith("managedCluster-managedNat-after-switch-from-lb", group)
      .list(ZERO, "Microsoft.Network/natGateways", gateway)
      .list(ZERO, "Microsoft.Network/virtualNetworks", { id: network, properties: { subnets: [attached] } })
      .list(
        ZERO,
        "Microsoft.Network/publicIPPrefixes",
        recorded("network/publicIPPrefix-show.json", { "clitest.rg000001": group }),
      );
    const found = await onlyCluster(arm, { subscriptionIds: [ZERO] });

    const [path] = found.paths;
    expect(path).toMatchObject({ kind: "natGateway", portBudget: 9 * 64_512 });
    expect(path?.publicIps).toHaveLength(8);
    // Its single public IP is in no list: it counts as one address, and we say that we cannot read it.
    expect(found.problems).toMatchObject([{ source: "topology", reason: "forbidden" }]);
    expect(found.loadBalancer, "what is left of the load balancer is still told").not.toBeNull();
  });

  test("a static egress gateway profile alone makes no path of its own", async () => {
    const group = "MC_clitest000001_cliakstest000002_centraluseuap";
    const found = await onlyCluster(armWith("managedCluster-static-egress-gateway", group), {
      subscriptionIds: [ZERO],
    });
    expect(found.paths.map((path) => path.kind)).toEqual(["loadBalancer"]);
  });

  test("the security group that AKS puts on its subnet, with its default rules only", async () => {
    const group = "MC_clitest000001_cliakstest000001_westus2";
    const nsg = { MC_conk8stest4b3ms3_firstkflvogix6zqo5gtxbd2_eastus2euap: group, "30406495": "22141952" };
    const arm = armWith("managedCluster-lb-default-1ip", group).list(
      ZERO,
      "Microsoft.Network/networkSecurityGroups",
      ...recordedList("network/nsg-list-aks.json", nsg),
    );
    const found = await onlyCluster(arm, { subscriptionIds: [ZERO] });

    expect(found.problems).toEqual([]);
    expect(found.network).toMatchObject({
      subnets: [{ name: "aks-subnet", prefixes: ["10.224.0.0/16"], use: "nodes", pools: ["nodepool1"] }],
      securityGroups: [
        {
          name: "aks-agentpool-22141952-nsg",
          on: "subnet",
          rules: [
            {
              name: "AllowVnetOutBound",
              priority: 65_000,
              access: "allow",
              destinations: ["VirtualNetwork"],
            },
            { name: "AllowInternetOutBound", priority: 65_001, access: "allow", destinations: ["Internet"] },
            { name: "DenyAllOutBound", priority: 65_500, access: "deny", protocol: "*", ports: ["*"] },
          ],
        },
      ],
      requiredEndpoints: null,
    });
    // Four nodes of 29 addresses each, for their pods.
    expect(found.network.scaleSets.filter((it) => it.id.includes("aks-default"))).toMatchObject([
      { pool: null, nodes: 4 },
    ]);
  });

  test.for([
    ["azureFirewall-vnet-policy-1ip", "10.0.0.4", { tier: "Standard", hub: false }, "westus2", 0],
    ["azureFirewall-vnet-2ips", "10.0.0.4", { tier: "Standard", hub: false }, "westus", 0],
    ["azureFirewall-basic-management-ip", "10.0.0.4", { tier: "Basic", hub: false }, "centralus", 0],
    ["azureFirewall-hub-publicips", "10.0.0.132", { tier: "Standard", hub: true }, "eastus2euap", 4],
  ] as const)("%s as the next hop", async ([file, address, shape, location, addresses]) => {
    const group = "MC_clitest000001_cliakstest000001_westus2";
    const routes = [
      { addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance", nextHopIpAddress: address },
    ].map((properties) => ({ name: "out", properties }));
    const table = `/subscriptions/${ZERO}/resourceGroups/x/providers/Microsoft.Network/routeTables/rt`;
    const [managed] = recordedList("network/virtualNetworks-list-with-aks.json", {
      MC_azpslrg12enwmp2px_azpsl2sq16jlcmx_westus: group,
    }).filter((it) => JSON.stringify(it).includes("aks-vnet"));
    const routed = JSON.stringify(managed).replace(
      '"addressPrefix":"10.224.0.0/16"',
      `"addressPrefix":"10.224.0.0/16","routeTable":{"id":"${table}"}`,
    );
    const arm = armWith("managedCluster-lb-default-1ip", group)
      .list(ZERO, "Microsoft.Network/azureFirewalls", recorded(`firewall/${file}.json`))
      .list(ZERO, "Microsoft.Network/routeTables", { id: table, properties: { routes } })
      .list(ZERO, "Microsoft.Network/virtualNetworks", JSON.parse(routed));
    const found = await onlyCluster(arm, { subscriptionIds: [ZERO] });

    expect(found.paths).toMatchObject([
      { kind: "firewall", nextHop: { addresses: [address], state: "live" } },
    ]);
    expect(found.network.firewalls).toMatchObject([{ ...shape, location, logs: [] }]);
    expect(found.network.firewalls[0]?.publicIps).toHaveLength(addresses);
    expect(found.network.subnets).toMatchObject([
      { routeState: "read", defaultRoute: { name: "out", prefix: "0.0.0.0/0", hopState: "live" } },
    ]);
  });

  test("a cluster list of 2019: lower-case ids, no outbound type, still creating", async () => {
    const subscription = "ea42f556-5106-4743-99b0-c129bfa71a47";
    const arm = new FakeArm()
      .list(subscription, CLUSTERS, ...recordedList("aks/managedCluster-list-creating.json"))
      .list(
        subscription,
        "Microsoft.Network/routeTables",
        ...recordedList("network/routeTables-list-k8s-virtualappliance-pod-routes.json"),
      );
    const found = await onlyCluster(arm, { subscriptionIds: [subscription] });

    expect(found).toMatchObject({
      outboundType: null,
      provisioningState: "Creating",
      powerState: "unknown",
      loadBalancer: null,
      problems: [],
    });
    expect(found.paths).toMatchObject([
      { kind: "unknown", reason: "the cluster is being created", pools: ["agentpool"] },
    ]);
  });
});
