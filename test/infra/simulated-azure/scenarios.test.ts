import { expect, test } from "vitest";
import { scenarioList } from "../../../infra/local/simulated-azure/scenarios/registry.ts";
import { arm, type Client, type Json, open, span, values } from "./support.ts";

async function firstLoadBalancer(client: Client): Promise<string> {
  const [id = ""] = await client.ids("Microsoft.Network/loadBalancers");
  return id;
}

test.for(scenarioList().map(({ name }) => name))("%s answers every list", async (name) => {
  const client = await open(name, { clusters: 6, nodes: 2, clustersPerSubscription: 4, rateLimit: ROOMY });
  client.azure.faults.clear();
  const types = [
    "Microsoft.ContainerService/managedClusters",
    ...["loadBalancers", "publicIPAddresses", "publicIPPrefixes", "natGateways", "routeTables"].map(network),
    ...["virtualNetworks", "azureFirewalls", "networkSecurityGroups", "networkInterfaces", "virtualHubs"].map(
      network,
    ),
    "Microsoft.Compute/virtualMachineScaleSets",
  ];
  for (const { subscriptionId, displayName } of await client.subscriptions()) {
    if (name === "partial-subscription" && displayName === "Contoso Shared") continue;
    for (const type of types) {
      const items = await client.list(arm(`/subscriptions/${subscriptionId}/providers/${type}`));
      for (const { id } of items) expect((await client.get(arm(id))).body.id).toBe(id);
    }
  }
});

const ROOMY = { capacity: 10_000, refillPerSecond: 1, retryAfter: "never" } as const;

function network(type: string): string {
  return `Microsoft.Network/${type}`;
}

test("names of scenarios are unique and each says what to expect", () => {
  const all = scenarioList();

  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.every(({ description }) => description.length > 20)).toBe(true);
});

test("single-failed-syn fails one connection an hour, its other minutes null", async () => {
  const client = await open("single-failed-syn");
  const failed = await client.series(await firstLoadBalancer(client), {
    metricnames: "SnatConnectionCount",
    filter: "BackendIPAddress eq '*' and ConnectionState eq 'Failed'",
    ...span(-8, 0),
  });

  expect(failed).toHaveLength(1);
  expect(values(failed[0])).toEqual([null, null, null, 1, null, null, null, null]);
});

test("failures-without-ports fails a fifth while ports are idle", async () => {
  const client = await open("failures-without-ports");
  const states = await client.series(await firstLoadBalancer(client), {
    metricnames: "SnatConnectionCount",
    filter: "BackendIPAddress eq '10.224.0.6' and ConnectionState eq '*'",
    interval: "PT15M",
    ...span(-12, 3),
  });
  const count = (state: string): number =>
    values(states.find(({ labels }) => labels["connectionstate"] === state))[0] ?? 0;

  expect(count("Failed") / (count("Failed") + count("Successful"))).toBeCloseTo(0.2, 1);
  const used = await client.series(await firstLoadBalancer(client), {
    metricnames: "UsedSnatPorts",
    filter: "BackendIPAddress eq '10.224.0.6' and ProtocolType eq 'TCP'",
    ...span(-2, 0),
  });
  expect(values(used[0])[0]).toBeLessThan(256);
});

test.for([
  ["datapath-down", "VipAvailability", "FrontendIPAddress eq '*'", [60, 60]],
  ["probe-local-policy", "DipAvailability", "BackendIPAddress eq '*'", [0, 0, 0, 0, 0, 0, 100, 100]],
  ["probe-down", "DipAvailability", "BackendIPAddress eq '*'", [0, 0, 0, 0, 0]],
  ["probe-down", "VipAvailability", "FrontendIPAddress eq '*'", [0, 100]],
] as const)("%s: %s split by %s is %j", async ([name, metricnames, filter, expected]) => {
  const client = await open(name);
  const series = await client.series(await firstLoadBalancer(client), {
    metricnames,
    filter,
    ...span(-1, 0),
  });

  expect(series.map((item) => values(item)[0]).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(expected);
});

test("probe-local-policy shows its HTTP probe, probe-down its TCP one", async () => {
  for (const [name, probe] of [
    ["probe-local-policy", { protocol: "Http", requestPath: "/healthz" }],
    ["probe-down", { protocol: "Tcp" }],
  ] as const) {
    const client = await open(name);
    const { body } = await client.get(arm(await firstLoadBalancer(client)));
    expect(body.properties.probes[0].properties).toMatchObject(probe);
    expect(body.properties.loadBalancingRules[0].properties.probe.id).toBe(body.properties.probes[0].id);
  }
});

test("nat-gateway: E and F steady, G fails its attempts", async () => {
  const client = await open("nat-gateway");
  const ids = await client.ids("Microsoft.Network/natGateways");
  const read = async (id: string, metricnames: string, filter: string): Promise<Json> => {
    const query = { metricnamespace: "Microsoft.Network/natGateways", metricnames, filter, ...span(-1, 0) };
    const series = await client.series(id, query);
    return Object.fromEntries(series.map((item) => [Object.values(item.labels).join("/"), values(item)[0]]));
  };
  const [steady = "", , wall = ""] = ids;

  expect(await read(steady, "TotalConnectionCount", "Protocol eq '*'")).toEqual({ 6: 9801, 17: 200 });
  expect(await read(steady, "SNATConnectionCount", "ConnectionState eq '*'")).toEqual({ Attempted: 6000 });
  expect(await read(wall, "SNATConnectionCount", "ConnectionState eq '*'")).toEqual({
    Attempted: 9000,
    Failed: 2400,
  });
  const { body } = await client.get(arm(wall));
  expect(body.properties.publicIpAddresses).toHaveLength(1);
  expect(body.properties.subnets[0].id).toContain("vnet-wall-prod-weu");
});

test("firewall: healthy, degraded, and silent with health 0", async () => {
  const client = await open("firewall");
  const [, shared] = await client.subscriptions();
  const firewalls = await client.list(
    arm(`/subscriptions/${shared.subscriptionId}/providers/Microsoft.Network/azureFirewalls`),
  );
  const read = async (id: string, metricnames: string): Promise<(number | null)[]> => {
    const metricnamespace = "Microsoft.Network/azureFirewalls";
    const filter = metricnames === "FirewallHealth" ? "Reason eq '*'" : "Protocol eq 'TCP'";
    return (await client.series(id, { metricnamespace, metricnames, filter, ...span(-1, 0) })).flatMap(
      values,
    );
  };

  expect(await Promise.all(firewalls.map(({ id }) => read(id, "FirewallHealth")))).toEqual([
    [100],
    [50],
    [0],
  ]);
  const [, degraded, silent] = await Promise.all(firewalls.map(({ id }) => read(id, "SNATPortUtilization")));
  expect([degraded, silent]).toEqual([[97], []]);
});

test("a route of the firewall scenario leads to each firewall, and one nowhere", async () => {
  const client = await open("firewall");
  const tables = await client.ids("Microsoft.Network/routeTables");
  const hops = await Promise.all(
    tables.map(
      async (id) => (await client.get(arm(id))).body.properties.routes[0].properties.nextHopIpAddress,
    ),
  );

  expect(hops).toEqual(["10.0.1.4", "10.1.1.4", "10.2.1.4", "10.0.1.99"]);
});
