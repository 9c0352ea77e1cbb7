import { expect, test } from "vitest";
import { arm, type Json, open } from "./support.ts";

test("lists subscriptions in Azure's shape", async () => {
  const { get } = await open("demo");
  const { status, headers, body } = await get(arm("/subscriptions"));

  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(body.value).toHaveLength(2);
  expect(body.value[0]).toMatchObject({
    id: `/subscriptions/${body.value[0].subscriptionId}`,
    displayName: "Contoso Production",
    state: "Enabled",
    tenantId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  const single = await get(arm(`/subscriptions/${body.value[0].subscriptionId}`));
  expect(single.body).toEqual(body.value[0]);
});

test("pages every list through absolute nextLinks", async () => {
  const { get, list, subscriptions } = await open("demo");
  const [{ subscriptionId }] = await subscriptions();
  const path = arm(`/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/managedClusters`);
  const first = await get(path);

  expect(first.body.value).toHaveLength(3);
  expect(first.body.nextLink).toMatch(/^https:\/\/management\.azure\.com\/subscriptions\/.*skiptoken=/);
  const all = await list(path);
  expect(all).toHaveLength(15);
  expect(new Set(all.map(({ id }) => id)).size).toBe(15);
});

test("the last page has no nextLink, and a token of nobody's making is refused", async () => {
  const { get, subscriptions } = await open("healthy", { pageSize: 3 });
  const [{ subscriptionId }] = await subscriptions();
  const path = arm(`/subscriptions/${subscriptionId}/providers/Microsoft.Network/loadBalancers`);

  expect((await get(path)).body).not.toHaveProperty("nextLink");
  expect((await get(`${path}&$skiptoken=forged`)).status).toBe(400);
});

test("finds resources by id and by group in any spelling", async () => {
  const { get, ids } = await open("healthy");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");

  expect((await get(arm(id.toUpperCase()))).body.id).toBe(id);
  const group = id.slice(0, id.indexOf("/loadBalancers"));
  expect((await get(arm(`${group.toLowerCase()}/loadbalancers`))).body.value).toHaveLength(1);
});

test("writes a cluster as AKS does, traps included", async () => {
  const { list, subscriptions } = await open("demo");
  const [{ subscriptionId }] = await subscriptions();
  const clusters = await list(
    arm(`/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/managedClusters`),
  );
  const named = (name: string): Json => clusters.find((cluster) => cluster.name === name);

  for (const cluster of clusters) {
    expect(cluster.type).toBe("Microsoft.ContainerService/ManagedClusters");
    expect(cluster.id).toContain("/resourcegroups/");
  }
  const payments = named("payments-prod-weu").properties;
  expect(payments.networkProfile.loadBalancerProfile.allocatedOutboundPorts).toBe(6400);
  expect(payments.agentPoolProfiles[0].vnetSubnetID).toContain("/resourcegroups/");
  expect(payments.nodeResourceGroup).toBe("MC_rg-payments-prod_payments-prod-weu_westeurope");
  expect(named("batch-prod-weu").properties.agentPoolProfiles[0]).toMatchObject({ count: 48, maxCount: 60 });
  const keys = clusters.map(({ properties }) => properties.networkProfile.loadBalancerProfile);
  expect(keys.some((profile) => profile && !("allocatedOutboundPorts" in profile))).toBe(true);
  expect(named("partners-prod-weu").properties.networkProfile.outboundType).toBe("loadBalancer");
});

test("leaves out what Azure leaves out while a cluster is being created", async () => {
  const { get, ids } = await open("odd-clusters");
  const [creating = ""] = await ids("Microsoft.ContainerService/managedClusters");
  const { body } = await get(arm(creating));

  expect(body.properties.provisioningState).toBe("Creating");
  expect(body.properties).not.toHaveProperty("powerState");
  expect(body.properties.networkProfile).not.toHaveProperty("outboundType");
});

test("joins load balancer, public addresses and network interfaces", async () => {
  const { get, list, ids } = await open("demo");
  const loadBalancer = (await ids("Microsoft.Network/loadBalancers")).find((id) => id.includes("payments"));
  const { properties } = (await get(arm(loadBalancer ?? ""))).body;
  const [rule] = properties.outboundRules;

  expect(rule.properties).toMatchObject({
    allocatedOutboundPorts: 6400,
    protocol: "All",
    idleTimeoutInMinutes: 30,
  });
  expect(rule.properties.frontendIPConfigurations).toHaveLength(2);
  for (const frontend of properties.frontendIPConfigurations) {
    const ip = await get(arm(frontend.properties.publicIPAddress.id));
    expect(ip.body.properties.ipAddress).toMatch(/^20\./);
  }
  const pool = properties.backendAddressPools.find((item: Json) => item.name === "aksOutboundBackendPool");
  const members: string[] = pool.properties.backendIPConfigurations.map((item: Json) => item.id);
  expect(members).toHaveLength(10);
  expect(members.every((id) => id.includes("/microsoft.Compute/"))).toBe(true);

  const [scaleSet] = /^.*virtualMachineScaleSets\/[^/]+/.exec(members[0] ?? "") ?? [];
  const interfaces = await list(arm(`${scaleSet}/networkInterfaces`));
  const configurations = interfaces.flatMap((item) => item.properties.ipConfigurations);
  expect(configurations.map(({ id }) => id.toLowerCase()).sort()).toEqual(
    members.map((id) => id.toLowerCase()).sort(),
  );
  expect(configurations[0].properties.privateIPAddress).toMatch(/^10\./);
  const machines = await list(arm(`${scaleSet}/virtualMachines`));
  expect(machines.map(({ id }) => id)).toEqual(interfaces.map((item) => item.properties.virtualMachine.id));
});

test("gives a dual stack cluster a second rule, pool and address family", async () => {
  const { get, ids } = await open("demo");
  const id = (await ids("Microsoft.Network/loadBalancers")).find((item) => item.includes("media")) ?? "";
  const { properties } = (await get(arm(id))).body;

  expect(properties.outboundRules.map(({ name }: Json) => name)).toEqual([
    "aksOutboundRule",
    "aksOutboundRule-IPv6",
  ]);
  expect(properties.backendAddressPools.map(({ name }: Json) => name)).toContain(
    "aksOutboundBackendPool-IPv6",
  );
});

test("the pool of a growing cluster follows the clock", async () => {
  let minute = 0;
  const { get, ids } = await open("baseline-c", {
    nowMs: () => Date.parse("2026-11-18T10:00:00Z") + minute * 60_000,
  });
  const [id = ""] = await ids("Microsoft.ContainerService/managedClusters");
  const count = async (): Promise<number> => (await get(arm(id))).body.properties.agentPoolProfiles[0].count;

  expect(await count()).toBe(50);
  minute = 10;
  expect(await count()).toBe(51);
});

test.for([
  [
    "a missing resource",
    "/resourceGroups/rg-x/providers/Microsoft.Network/loadBalancers/none",
    "ResourceNotFound",
  ],
  ["a path that is none", "/nonsense", "NotFound"],
  ["a list of an unknown type", "/providers/Microsoft.Nope/things", "ResourceNotFound"],
] as const)("answers %s with ARM's 404", async ([, path, code]) => {
  const { get, subscriptions } = await open("healthy");
  const [{ subscriptionId }] = await subscriptions();
  const { status, body } = await get(arm(`/subscriptions/${subscriptionId}${path}`));

  expect(status).toBe(404);
  expect(body.error.code).toBe(code);
});

test("wants an api-version and a GET, and knows its subscriptions", async () => {
  const { azure, get } = await open("healthy");

  expect((await get("management.azure.com/subscriptions")).body.error.code).toBe(
    "MissingApiVersionParameter",
  );
  const post = await fetch(`${azure.address}/${arm("/subscriptions")}`, { method: "POST" });
  expect(post.status).toBe(405);
  const unknown = await get(arm("/subscriptions/11111111-2222-3333-4444-555555555555"));
  expect(unknown.body.error.code).toBe("SubscriptionNotFound");
  expect((await get("login.microsoftonline.com/common/oauth2/v2.0/token")).status).toBe(404);
});

test("types without a member are empty lists, and so are diagnostic settings", async () => {
  const { get, ids, subscriptions } = await open("healthy");
  const [{ subscriptionId }] = await subscriptions();
  for (const type of ["virtualHubs", "networkInterfaces", "natGateways", "azureFirewalls", "routeTables"]) {
    const path = arm(`/subscriptions/${subscriptionId}/providers/Microsoft.Network/${type}`);
    expect((await get(path)).body).toEqual({ value: [] });
  }
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");
  expect((await get(arm(`${id}/providers/microsoft.insights/diagnosticSettings`))).body).toEqual({
    value: [],
  });
});

test("tells the endpoints a cluster needs", async () => {
  const { list, ids } = await open("healthy");
  const [id = ""] = await ids("Microsoft.ContainerService/managedClusters");
  const categories = await list(arm(`${id}/outboundNetworkDependenciesEndpoints`));

  const domains = categories.flatMap(({ endpoints }) => endpoints.map(({ domainName }: Json) => domainName));
  expect(domains).toContain("mcr.microsoft.com");
});

test("a forbidden subscription is listed and refuses everything below it", async () => {
  const { get, subscriptions } = await open("partial-subscription");
  const [open403, closed] = await subscriptions();
  const clusters = (id: string): string =>
    arm(`/subscriptions/${id}/providers/Microsoft.ContainerService/managedClusters`);

  expect((await get(clusters(open403.subscriptionId))).status).toBe(200);
  const refused = await get(clusters(closed.subscriptionId));
  expect(refused.status).toBe(403);
  expect(refused.body.error.code).toBe("AuthorizationFailed");
});
