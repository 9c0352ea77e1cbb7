// VNets, routes, gateways and next hops as ARM shows them.

import { expect, test } from "vitest";
import { all, clusterNamed } from "./fleet.ts";
import { arm, type Client, type Json, open } from "./support.ts";

/** The subnet a pool of a cluster with an own VNet is on. */
async function subnetOf(client: Client, name: string, pool = 0): Promise<Json> {
  const { agentPoolProfiles } = await clusterNamed(client, name);
  return (await client.get(arm(agentPoolProfiles[pool].vnetSubnetID))).body.properties;
}

/** The default route of a cluster's first node subnet. */
async function defaultRoute(client: Client, name: string): Promise<Json> {
  const { routeTable } = await subnetOf(client, name);
  if (routeTable === undefined) return "no table";
  const { body } = await client.get(arm(routeTable.id));
  const routes = body.properties.routes.map(({ properties }: Json) => properties);
  expect(routes[0].addressPrefix).toBe("192.168.0.0/16");
  return routes.find((route: Json) => route.addressPrefix === "0.0.0.0/0") ?? "no route";
}

test("all-paths has every outbound type, and ids in three spellings", async () => {
  const client = await open("all-paths");
  const clusters = await all(client, "Microsoft.ContainerService/managedClusters");
  const types = new Set(clusters.map(({ properties }) => properties.networkProfile.outboundType));

  expect([...types].sort()).toEqual([
    "block",
    "loadBalancer",
    "managedNATGateway",
    "managedNATGatewayV2",
    "none",
    "userAssignedNATGateway",
    "userDefinedRouting",
  ]);
  const networks = await all(client, "Microsoft.Network/virtualNetworks");
  const references = networks.flatMap(({ properties }) =>
    properties.subnets.map((subnet: Json) => subnet.properties.networkSecurityGroup?.id),
  );
  expect(references.some((id) => id?.includes("/NETWORKSECURITYGROUPS/"))).toBe(true);
  expect(references.some((id) => id?.includes("/networkSecurityGroups/"))).toBe(true);
});

test("the demo has a cluster of each path", async () => {
  const client = await open("demo");
  const clusters = await all(client, "Microsoft.ContainerService/managedClusters");
  const pools = clusters.flatMap(({ properties }) => properties.agentPoolProfiles);
  const types = clusters.map(({ properties }) => properties.networkProfile.outboundType);

  expect(pools.some(({ mode }) => mode === "Gateway")).toBe(true);
  expect(pools.some(({ enableNodePublicIP }) => enableNodePublicIP)).toBe(true);
  expect(new Set(types)).toEqual(
    new Set(["loadBalancer", "userAssignedNATGateway", "userDefinedRouting", "none"]),
  );
  expect(await defaultRoute(client, "ledger-prod-weu")).toMatchObject({ nextHopIpAddress: "10.0.1.4" });
  expect(await defaultRoute(client, "risk-prod-weu")).toMatchObject({ nextHopIpAddress: "10.3.1.4" });
});

test.for([
  ["fw-shared-weu", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.1.4" }],
  ["fw-vwan-weu", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.2.0.132" }],
  ["nva-balanced-weu", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.6.1.4" }],
  [
    "nva-ecmp-weu",
    { nextHopType: "VirtualApplianceEcmp", nextHop: { nextHopIpAddresses: ["10.5.1.4", "10.7.1.4"] } },
  ],
] as const)("all-paths: the default route of %s is %j", async ([name, expected]) => {
  expect(await defaultRoute(await open("all-paths"), name)).toMatchObject(expected);
});

test.for([
  ["default-route-missing", "bare-prod-weu", "no table"],
  ["default-route-missing", "partial-prod-weu", "no route"],
  ["default-route-missing", "dropped-prod-weu", { nextHopType: "None" }],
  ["default-route-dead", "orphan-prod-weu", { nextHopIpAddress: "10.0.1.99" }],
  ["default-route-dead", "outside-prod-weu", { nextHopIpAddress: "172.31.9.9" }],
  ["route-kinds", "tunnel-prod-weu", { nextHopType: "VirtualNetworkGateway" }],
  ["route-kinds", "straight-prod-weu", { nextHopType: "Internet" }],
] as const)("%s: the default route of %s is %j", async ([scenario, name, expected]) => {
  const route = await defaultRoute(await open(scenario), name);
  if (typeof expected === "string") expect(route).toBe(expected);
  else expect(route).toMatchObject(expected);
});

test("a spoke and the VNet its route leads to are peered with each other", async () => {
  const client = await open("default-route-dead");
  const networks = await all(client, "Microsoft.Network/virtualNetworks");
  const peersOf = (name: string): string[] =>
    networks
      .find((network) => network.name === name)
      .properties.virtualNetworkPeerings.map((peering: Json) =>
        peering.properties.remoteVirtualNetwork.id.split("/").at(-1),
      );

  expect(peersOf("vnet-orphan-prod-weu")).toEqual(["vnet-fw-hub-weu"]);
  expect(peersOf("vnet-nva-prod-weu")).toEqual(["vnet-nva-weu"]);
  expect(peersOf("vnet-outside-prod-weu")).toEqual([]);
  expect(peersOf("vnet-fw-hub-weu")).toEqual(["vnet-orphan-prod-weu", "vnet-ledger-prod-weu"]);
});

test("an address of a next hop belongs to a firewall, a hub, an interface or a frontend", async () => {
  const client = await open("all-paths");
  const firewalls = await all(client, "Microsoft.Network/azureFirewalls");
  const [, local, vwan] = ["fw-hub-weu", "fw-local-weu", "fw-vwan-weu"].map((name) =>
    firewalls.find((item) => item.name === name),
  );

  expect(local.properties.ipConfigurations[0].properties.privateIPAddress).toBe("10.1.1.4");
  expect(vwan.properties).not.toHaveProperty("ipConfigurations");
  expect(vwan.properties.hubIPAddresses.privateIPAddress).toBe("10.2.0.132");
  expect(vwan.properties.hubIPAddresses.publicIPs.addresses).toHaveLength(2);
  expect((await client.get(arm(vwan.properties.virtualHub.id))).body.properties.azureFirewall.id).toBe(
    vwan.id,
  );
  const interfaces = await all(client, "Microsoft.Network/networkInterfaces");
  const addresses = interfaces.map(
    ({ properties }) => properties.ipConfigurations[0].properties.privateIPAddress,
  );
  expect(addresses).toEqual(["10.5.1.4", "10.7.1.4"]);
  const balancers = await all(client, "Microsoft.Network/loadBalancers");
  const internal = balancers.find((item) => item.name === "lbi-nva-lb");
  expect(internal.properties.frontendIPConfigurations[0].properties.privateIPAddress).toBe("10.6.1.4");
  expect(internal.properties.outboundRules).toEqual([]);
});

test("a StandardV2 gateway on a whole VNet is on no subnet", async () => {
  const client = await open("all-paths");
  const gateways = await all(client, "Microsoft.Network/natGateways");
  const named = (name: string): Json => gateways.find((gateway) => gateway.name === name);
  const subnet = await subnetOf(client, "nat-network-weu");
  const { sku, properties } = named("ng-network");

  expect(subnet).not.toHaveProperty("natGateway");
  expect(sku.name).toBe("StandardV2");
  expect(properties).not.toHaveProperty("subnets");
  expect(properties.sourceVirtualNetwork.id).toMatch(
    /\/rg-network\/.*\/virtualNetworks\/vnet-nat-network-weu$/,
  );
  expect(properties.publicIpAddresses).toHaveLength(2);
  expect(properties.publicIpAddressesV6).toHaveLength(2);
  const { body } = await client.get(arm(properties.publicIpAddressesV6[0].id));
  expect(body.sku.name).toBe("StandardV2");
  expect(body.properties).toMatchObject({
    publicIPAddressVersion: "IPv6",
    natGateway: { id: named("ng-network").id },
  });
  expect(named("ng-user").properties.publicIpPrefixes).toHaveLength(1);
  const profile = (await clusterNamed(client, "nat-managed-v2-weu")).networkProfile.natGatewayProfile;
  expect(profile).toMatchObject({ sku: "StandardV2", managedOutboundIPProfile: { count: 1 } });
});

test("pools sit on their own subnets, pods on others", async () => {
  const client = await open("all-paths");
  const system = await subnetOf(client, "nat-subnets-weu", 0);
  const apps = await subnetOf(client, "nat-subnets-weu", 1);
  const pods = await clusterNamed(client, "nat-pods-weu");

  expect([system, apps].map(({ natGateway }) => natGateway.id.split("/").at(-1))).toEqual([
    "ng-system",
    "ng-apps",
  ]);
  expect([system, apps].map(({ ipConfigurations }) => ipConfigurations.length)).toEqual([2, 3]);
  expect(system.addressPrefix).not.toBe(apps.addressPrefix);
  expect(pods.networkProfile).not.toHaveProperty("networkPluginMode");
  const podSubnet = (await client.get(arm(pods.agentPoolProfiles[0].podSubnetID))).body.properties;
  expect(podSubnet.natGateway.id).toMatch(/ng-pods$/);
  expect(podSubnet).not.toHaveProperty("networkSecurityGroup");
});

test("a VNet may live in another group or subscription, and be out of reach", async () => {
  const client = await open("all-paths");
  const [own, shared] = await client.subscriptions();
  const spoke = await clusterNamed(client, "lb-spoke-weu");
  expect(spoke.agentPoolProfiles[0].vnetSubnetID).toContain(shared.subscriptionId);
  expect(spoke.nodeResourceGroup).toContain("lb-spoke-weu");
  const grouped = await clusterNamed(client, "lb-group-weu");
  expect(grouped.agentPoolProfiles[0].vnetSubnetID).toContain(
    `${own.subscriptionId}/resourcegroups/RG-Network-WEU`,
  );

  const closed = await open("unreadable-network");
  const { agentPoolProfiles } = await clusterNamed(closed, "hidden-prod-weu");
  expect((await closed.get(arm(agentPoolProfiles[0].vnetSubnetID))).status).toBe(403);
});

test("a gateway pool has a prefix of its own, and its nodes leave by it", async () => {
  const client = await open("all-paths");
  const { agentPoolProfiles, nodeResourceGroup, networkProfile } = await clusterNamed(
    client,
    "egress-gateway-weu",
  );
  const prefixes = (await all(client, "Microsoft.Network/publicIPPrefixes")).filter(({ id }) =>
    id.includes(nodeResourceGroup),
  );

  expect(agentPoolProfiles[1]).toMatchObject({ mode: "Gateway", gatewayProfile: { publicIPPrefixSize: 30 } });
  expect(networkProfile.staticEgressGatewayProfile).toEqual({ enabled: true });
  expect(prefixes.map(({ properties }) => properties.prefixLength)).toEqual([30]);
  const scaleSets = await all(client, "Microsoft.Compute/virtualMachineScaleSets");
  const gateway = scaleSets.find(({ id }) => id.includes(nodeResourceGroup) && id.includes("gateway1"));
  const addresses = await client.list(arm(`${gateway.id}/publicIPAddresses`));
  expect(addresses).toHaveLength(2);
  const [start] = prefixes[0].properties.ipPrefix.split("/");
  expect(addresses[0].properties.ipAddress).toBe(start);
  const [first] = await client.list(arm(`${gateway.id}/networkInterfaces`));
  const extra = first.properties.ipConfigurations[1].properties;
  expect(extra).toMatchObject({ primary: false, publicIPAddress: { id: addresses[0].id } });
});

test("a firewall's subnet carries its NAT gateway", async () => {
  const client = await open("firewall-behind-nat");
  const [gateway] = await all(client, "Microsoft.Network/natGateways");
  const subnet = (await client.get(arm(gateway.properties.subnets[0].id))).body;

  expect(gateway.properties.subnets[0].id).toMatch(/AzureFirewallSubnet$/);
  expect(subnet.properties.natGateway.id).toBe(gateway.id);
});
