import { expect, test } from "vitest";
import type { Cluster } from "#core/egress/topology.ts";
import {
  cluster,
  defaultTo,
  diagnosticSetting,
  firewall,
  HUB,
  id,
  ipId,
  loadBalancer,
  network,
  publicIp,
  routeTable,
  SUB,
  subnet,
  subnetId,
  tableId,
  vnetId,
  workspace,
  workspaceId,
} from "./support/arm-shapes.ts";
import { FakeArm, type Reply } from "./support/fake-arm.ts";
import { discoverWith, NOW, onlyCluster } from "./support/source.ts";

const QUARTER_MS = 15 * 60_000;
const both = { subscriptionIds: [SUB, HUB] };
const FIREWALL = id("Microsoft.Network/azureFirewalls", "fw", "hub", HUB);
const SETTINGS = `${FIREWALL}/providers/Microsoft.Insights/diagnosticSettings`;
const endpointsPath = (name: string) =>
  `${id("Microsoft.ContainerService/managedClusters", name, "shop")}/outboundNetworkDependenciesEndpoints`;
const ENDPOINTS = endpointsPath("shop-prod");
const LOGS = workspaceId("central", HUB);
const WORKSPACES = `/subscriptions/${HUB}/providers/Microsoft.OperationalInsights/workspaces`;
const refused: Reply = { status: 403, body: { error: { code: "AuthorizationFailed" } } };
const throttled: Reply = { status: 429, body: {} };
const sendsAll = {
  logs: [{ categoryGroup: "allLogs", enabled: true }],
  logAnalyticsDestinationType: "Dedicated",
};
const management = {
  category: "azure-resource-management",
  endpoints: [
    { domainName: "management.azure.com", endpointDetails: [{ port: 443, protocol: "Https" }] },
    { domainName: "login.microsoftonline.com", endpointDetails: [{ port: 443, protocol: "Https" }] },
  ],
};

/** Clusters of these names behind a firewall in the hub, whose logs go to a workspace there. */
function arm(...names: readonly string[]): FakeArm {
  const clusters = (names.length > 0 ? names : ["shop-prod"]).map((name) =>
    JSON.parse(
      JSON.stringify(cluster({ outboundType: "userDefinedRouting" })).replaceAll(
        /(?<!shop_)shop-prod/g,
        name,
      ),
    ),
  );
  const hubSubnet = subnetId("AzureFirewallSubnet", vnetId("hub", "hub", HUB));
  return new FakeArm()
    .list(SUB, "Microsoft.ContainerService/managedClusters", ...clusters)
    .list(SUB, "Microsoft.Network/virtualNetworks", network([subnet({ routeTable: { id: tableId("rt") } })]))
    .list(
      SUB,
      "Microsoft.Network/routeTables",
      routeTable(tableId("rt"), defaultTo("VirtualAppliance", "10.9.0.4")),
    )
    .list(
      HUB,
      "Microsoft.Network/azureFirewalls",
      firewall(FIREWALL, "10.9.0.4", ipId("fw", "hub", HUB), hubSubnet),
    )
    .list(HUB, "Microsoft.Network/publicIPAddresses", publicIp(ipId("fw", "hub", HUB), "20.4.0.1"))
    .on(SETTINGS, { body: { value: [diagnosticSetting(LOGS, [], sendsAll)] } })
    .list(HUB, "Microsoft.OperationalInsights/workspaces", workspace(LOGS, "guid-1"))
    .on(ENDPOINTS, { body: { value: [management] } });
}

const asked = (fake: FakeArm, path: string) =>
  fake.paths.filter((it) => it.toLowerCase() === path.toLowerCase()).length;
const domains = (found: Cluster) => found.network.requiredEndpoints?.map((it) => it.destination) ?? null;
const logsOf = (found: Cluster) => found.network.firewalls[0]?.logs;
const problemOf = (found: Cluster) => found.network.firewalls[0]?.logProblem;

test("reads both at first sight", async () => {
  const found = await onlyCluster(arm(), both);
  expect(found.network.requiredEndpoints).toEqual([
    {
      category: "azure-resource-management",
      destination: "management.azure.com",
      port: 443,
      protocol: "https",
      description: null,
    },
    {
      category: "azure-resource-management",
      destination: "login.microsoftonline.com",
      port: 443,
      protocol: "https",
      description: null,
    },
  ]);
  expect(found.network.firewalls).toEqual([
    {
      id: FIREWALL,
      name: "fw",
      subscriptionId: HUB,
      location: "westeurope",
      tier: null,
      hub: false,
      publicIps: ["20.4.0.1"],
      natGatewayId: null,
      logs: [{ workspaceId: LOGS, customerId: "guid-1", tables: "resourceSpecific", categories: "all" }],
      logProblem: null,
    },
  ]);
  expect(found.network.dailyReadMs).toBe(NOW);
  expect(found.problems).toEqual([]);
  expect(JSON.parse(JSON.stringify(found)), "plain data").toEqual(found);
});

test("lists each destination, port and protocol once, page by page, whatever is left out", async () => {
  const next = `https://management.azure.com${ENDPOINTS}/more`;
  const apiServer = [
    {
      domainName: "api.hcp.azmk8s.io",
      endpointDetails: [
        { ipAddress: "20.0.0.1", port: 443, protocol: "Https" },
        { ipAddress: "20.0.0.2", port: 443, protocol: "HTTPS" },
        { port: 1194, protocol: "UDP", description: "tunnel" },
      ],
    },
    { endpointDetails: [{ ipAddress: "20.0.0.9", port: 9000, protocol: "tcp" }, { port: 1 }] },
    { domainName: "mcr.microsoft.com" },
    { domainName: "ntp.ubuntu.com", endpointDetails: null },
  ];
  const fake = arm()
    .on(ENDPOINTS, { body: { value: [{ category: "apiserver", endpoints: apiServer }], nextLink: next } })
    .on(`${ENDPOINTS}/more`, {
      body: {
        value: [
          { category: "odd", endpoints: null },
          { endpoints: [{ domainName: "MCR.microsoft.com" }] },
          {},
        ],
      },
    });
  const { network: found } = await onlyCluster(fake, both);
  expect(
    found.requiredEndpoints?.map((it) => [it.category, it.destination, it.port, it.protocol, it.description]),
  ).toEqual([
    ["apiserver", "api.hcp.azmk8s.io", 443, "https", null],
    ["apiserver", "api.hcp.azmk8s.io", 1194, "udp", "tunnel"],
    ["apiserver", "20.0.0.9", 9000, "tcp", null],
    ["apiserver", "mcr.microsoft.com", null, null, null],
    ["apiserver", "ntp.ubuntu.com", null, null, null],
  ]);
});

test("asks once a day, and keeps what it knows between", async () => {
  const first = await onlyCluster(arm(), both);
  let known = first;
  const calls = { endpoints: 0, settings: 0, workspaces: 0 };
  for (let step = 1; step <= 96; step += 1) {
    const fake = arm();
    known = await onlyCluster(fake, both, [known], NOW + step * QUARTER_MS);
    calls.endpoints += asked(fake, ENDPOINTS);
    calls.settings += asked(fake, SETTINGS);
    calls.workspaces += asked(fake, WORKSPACES);
    expect(domains(known)).toEqual(domains(first));
    expect(logsOf(known)).toEqual(logsOf(first));
  }
  expect(calls).toEqual({ endpoints: 1, settings: 1, workspaces: 1 });
});

test("asks for nothing where no firewall or appliance is on a path", async () => {
  const fake = arm().list(SUB, "Microsoft.Network/routeTables", routeTable(tableId("rt")));
  fake.list(
    SUB,
    "Microsoft.Network/loadBalancers",
    loadBalancer({ frontends: { a: { publicIPAddress: { id: ipId("a") } } }, outbound: ["a"] }),
  );
  const before = await onlyCluster(arm(), both);
  const found = await onlyCluster(fake, both, [before], NOW + 1_000);
  expect([asked(fake, ENDPOINTS), asked(fake, SETTINGS)]).toEqual([0, 0]);
  expect(found.network).toMatchObject({ requiredEndpoints: null, firewalls: [] });
});

test("an appliance of somebody else has required endpoints and no logs", async () => {
  const fake = arm().list(HUB, "Microsoft.Network/azureFirewalls");
  const found = await onlyCluster(fake, both);
  expect(domains(found)).toEqual(["management.azure.com", "login.microsoftonline.com"]);
  expect(found.network.firewalls).toEqual([]);
});

test("a firewall that clusters share is asked once, and its workspaces with it", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `shop-${index}`);
  const fake = arm(...names);
  const { clusters } = await discoverWith(fake, both);
  expect([asked(fake, SETTINGS), asked(fake, WORKSPACES)]).toEqual([1, 1]);
  expect(new Set(clusters.map((it) => JSON.stringify(logsOf(it)))).size).toBe(1);

  const later = arm(...names, "shop-new");
  const again = await discoverWith(later, both, clusters, NOW + 1_000);
  expect(asked(later, SETTINGS), "a new cluster behind a known firewall").toBe(0);
  expect(again.clusters).toHaveLength(31);
  expect(again.clusters.map((it) => JSON.stringify(logsOf(it)))).toEqual(
    Array(31).fill(JSON.stringify(clusters.map(logsOf)[0])),
  );
});

test("makes a fixed number of calls: lists, and at first sight the daily ones", async () => {
  const names = Array.from({ length: 25 }, (_, index) => `shop-${index}`);
  const first = arm(...names);
  const { clusters } = await discoverWith(first, both);
  // Of each of two subscriptions ten lists; then endpoints of each cluster, settings of the firewall, workspaces of one subscription.
  expect(first.requests).toHaveLength(10 * 2 + 25 + 1 + 1);

  const next = arm(...names);
  await discoverWith(next, both, clusters, NOW + 1);
  expect(next.requests).toHaveLength(10 * 2);
});

test("endpoints that fail are null and minor, and asked for again at the next discovery", async () => {
  const failed = await onlyCluster(arm().on(ENDPOINTS, refused), both);
  expect(failed.network.requiredEndpoints).toBeNull();
  expect(failed.problems).toMatchObject([{ source: "topology", reason: "forbidden", minor: true }]);
  expect(failed.problems[0]?.message).toContain("required endpoints of cluster 'shop-prod'");
  expect(failed.problems[0]?.message).toContain(`--role Reader --scope /subscriptions/${SUB}`);

  const next = arm();
  const found = await onlyCluster(next, both, [failed], NOW + 1_000);
  expect(domains(found)).toHaveLength(2);
  expect(asked(next, SETTINGS), "what was read is not asked again").toBe(0);
  expect(found.problems).toEqual([]);
});

test("a daily read that fails keeps what was known, says so, and is tried until it succeeds", async () => {
  const first = await onlyCluster(arm(), both);
  let known = first;
  let attempts = 0;
  for (let step = 1; step <= 100; step += 1) {
    const broken = arm().on(ENDPOINTS, refused).on(SETTINGS, refused);
    known = await onlyCluster(broken, both, [known], NOW + step * QUARTER_MS);
    attempts += asked(broken, ENDPOINTS);
    expect(domains(known)).toEqual(domains(first));
    expect(logsOf(known)).toEqual(logsOf(first));
    expect(problemOf(known)).toBeNull();
  }
  expect(attempts).toBeGreaterThan(1);
  expect(known.problems).toMatchObject([
    { source: "topology", reason: "forbidden", minor: true },
    { source: "firewallLogs", reason: "forbidden", minor: true },
  ]);

  const healed = arm();
  known = await onlyCluster(healed, both, [known], NOW + 101 * QUARTER_MS);
  expect([asked(healed, ENDPOINTS), asked(healed, SETTINGS)]).toEqual([1, 1]);
  expect(known.problems).toEqual([]);
  const quiet = arm();
  await onlyCluster(quiet, both, [known], NOW + 102 * QUARTER_MS);
  expect([asked(quiet, ENDPOINTS), asked(quiet, SETTINGS)]).toEqual([0, 0]);
});

test("a subscription that throttles is not asked for the other clusters", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `shop-${index}`);
  const fake = arm(...names);
  for (const name of names) fake.on(endpointsPath(name), throttled);
  const { clusters } = await discoverWith(fake, { ...both, maxRetries: 0 });

  const calls = fake.paths.filter((path) => path.endsWith("outboundNetworkDependenciesEndpoints"));
  expect(calls.length).toBeLessThanOrEqual(4);
  expect(clusters.every((it) => it.network.requiredEndpoints === null)).toBe(true);
  expect(clusters.every((it) => it.problems.some((one) => one.reason === "throttled"))).toBe(true);
});

test.for<[string, (fake: FakeArm) => FakeArm, unknown, string, string]>([
  [
    "no setting",
    (fake) => fake.on(SETTINGS, { body: { value: [] } }),
    [],
    "notFound",
    "az monitor diagnostic-settings create --name snatwatch --resource",
  ],
  [
    "settings that are refused",
    (fake) => fake.on(SETTINGS, refused),
    null,
    "forbidden",
    '"Monitoring Reader"',
  ],
  [
    "settings that do not come",
    (fake) => fake.on(SETTINGS, { status: 500, body: {} }),
    null,
    "unavailable",
    FIREWALL,
  ],
  [
    "a workspace nobody may see",
    (fake) => fake.on(WORKSPACES, refused).on(LOGS, refused),
    [{ customerId: null }],
    "forbidden",
    `az role assignment create --assignee <identity> --role "Log Analytics Reader" --scope ${LOGS}`,
  ],
  [
    "a workspace that is in no list",
    (fake) =>
      fake
        .on(WORKSPACES, { body: { value: [] } })
        .on(LOGS, { status: 404, body: { error: { code: "ResourceNotFound" } } }),
    [{ customerId: null }],
    "notFound",
    `--role "Log Analytics Reader" --scope ${LOGS}`,
  ],
  [
    "a workspace that does not answer for now",
    (fake) => fake.on(WORKSPACES, throttled).on(LOGS, throttled),
    [{ customerId: null }],
    "throttled",
    "workspace 'central': 429",
  ],
  [
    "a workspace without its name for queries",
    (fake) =>
      fake
        .on(WORKSPACES, { body: { value: [{ id: LOGS }] } })
        .on(LOGS, { body: { id: LOGS, properties: {} } }),
    [{ customerId: null }],
    "malformed",
    "customerId",
  ],
  [
    "an id that is none",
    (fake) => fake.on(SETTINGS, { body: { value: [diagnosticSetting("central", [], sendsAll)] } }),
    [{ customerId: null }],
    "malformed",
    "'central' is no id",
  ],
])(
  "%s is said of the firewall, tried again soon, and no doubt about the paths",
  async ([, change, logs, reason, told]) => {
    const failed = await onlyCluster(change(arm()), { ...both, maxRetries: 0 });
    expect(logsOf(failed)).toEqual(
      logs === null
        ? null
        : Array.isArray(logs) && logs.length > 0
          ? logs.map((it) => expect.objectContaining(it))
          : [],
    );
    expect(problemOf(failed)).toMatchObject({ source: "firewallLogs", reason });
    expect(problemOf(failed)?.message).toContain(told);
    expect(failed.problems).toEqual([]);
    expect(failed.paths).toMatchObject([{ kind: "firewall", publicIps: ["20.4.0.1"] }]);

    const next = arm();
    const found = await onlyCluster(next, both, [failed], NOW + 1_000);
    expect(logsOf(found)).toMatchObject([{ customerId: "guid-1" }]);
    expect(problemOf(found)).toBeNull();
  },
);

test("a workspace that the identity may read by itself, with its id in another case", async () => {
  const fake = arm()
    .on(SETTINGS, { body: { value: [diagnosticSetting(LOGS.toLowerCase(), ["AZFWApplicationRule"])] } })
    .on(WORKSPACES, refused)
    .on(LOGS, { body: workspace(LOGS, "guid-2") });
  expect(logsOf(await onlyCluster(fake, both))).toEqual([
    {
      workspaceId: LOGS.toLowerCase(),
      customerId: "guid-2",
      tables: "legacy",
      categories: ["AZFWApplicationRule"],
    },
  ]);
});

test("looks once for a workspace that two firewalls write in two ways", async () => {
  const second = FIREWALL.replace(/fw$/, "fw-two");
  const ecmp = {
    addressPrefix: "0.0.0.0/0",
    nextHopType: "VirtualApplianceEcmp",
    nextHop: { nextHopIpAddresses: ["10.9.0.4", "10.9.0.5"] },
  };
  const hubSubnet = subnetId("AzureFirewallSubnet", vnetId("hub", "hub", HUB));
  const fake = arm()
    .list(SUB, "Microsoft.Network/routeTables", routeTable(tableId("rt"), ecmp))
    .list(
      HUB,
      "Microsoft.Network/azureFirewalls",
      firewall(FIREWALL, "10.9.0.4", ipId("fw", "hub", HUB), hubSubnet),
      firewall(second, "10.9.0.5", ipId("fw", "hub", HUB), hubSubnet),
    )
    .on(`${second}/providers/Microsoft.Insights/diagnosticSettings`, {
      body: { value: [diagnosticSetting(LOGS.toUpperCase(), [], sendsAll)] },
    })
    .on(WORKSPACES, refused)
    .on(LOGS, { body: workspace(LOGS, "guid-1") });
  const found = await onlyCluster(fake, both);
  expect(found.network.firewalls.map((it) => it.logs?.[0]?.customerId)).toEqual(["guid-1", "guid-1"]);
  expect(asked(fake, LOGS)).toBe(1);
});

test("finds a workspace on any page of its list", async () => {
  const fake = arm()
    .on(WORKSPACES, {
      body: {
        value: [workspace(workspaceId("other", HUB), "guid-0"), {}],
        nextLink: `https://management.azure.com${WORKSPACES}/more`,
      },
    })
    .on(`${WORKSPACES}/more`, { body: { value: [workspace(LOGS.toUpperCase(), "guid-3")] } });
  expect(logsOf(await onlyCluster(fake, both))).toMatchObject([{ customerId: "guid-3" }]);
  expect(asked(fake, LOGS)).toBe(0);
});

test("a known workspace that cannot be read on its day keeps its name", async () => {
  const first = await onlyCluster(arm(), both);
  const fake = arm().on(WORKSPACES, refused).on(LOGS, refused);
  const found = await onlyCluster(fake, both, [first], NOW + 24 * 3_600_000);
  expect(asked(fake, LOGS)).toBe(1);
  expect(logsOf(found)).toEqual(logsOf(first));
  expect(problemOf(found)).toBeNull();
});

test("where nobody reads diagnostic settings, the firewall says so", async () => {
  const found = await onlyCluster(arm(), { ...both, diagnostics: undefined });
  expect(logsOf(found)).toBeNull();
  expect(problemOf(found)).toMatchObject({ source: "firewallLogs", reason: "unavailable" });
});
