// Firewall logs, asked with the real client as the product asks.

import { MonitorClient } from "@azure/arm-monitor";
import { LogsQueryClient, type LogsQueryPartialResult, type LogsTable } from "@azure/monitor-query";
import { expect, test } from "vitest";
import type { SimulatedAzureOptions } from "../../../infra/local/simulated-azure/server.ts";
import { createStandInHttpClient, standInCredential } from "../../../infra/local/stand-in/http-client.ts";
import { ANCHOR, arm, type Client, type Json, MINUTE, open } from "./support.ts";

const WINDOW = { startTime: new Date(ANCHOR - 30 * MINUTE), endTime: new Date(ANCHOR) };

interface Logs {
  readonly client: Client;
  readonly sdk: LogsQueryClient;
  readonly workspace: string;
  /** The rows of a successful answer, as objects. */
  rows(query: string, workspace?: string): Promise<Json[]>;
}

async function openLogs(scenario: string, options: SimulatedAzureOptions = {}): Promise<Logs> {
  const client = await open(scenario, options);
  const sdk = new LogsQueryClient(standInCredential, {
    httpClient: createStandInHttpClient(client.azure.address),
    retryOptions: { maxRetries: 0 },
  });
  const [, hub] = await client.subscriptions();
  const workspaces = await client.list(
    arm(`/subscriptions/${hub.subscriptionId}/providers/Microsoft.OperationalInsights/workspaces`),
  );
  const workspace = workspaces[0]?.properties.customerId ?? "";
  return {
    client,
    sdk,
    workspace,
    rows: async (query, id = workspace) => {
      const result = await sdk.queryWorkspace(id, query, WINDOW);
      if (result.status !== "Success") throw new Error(`status ${result.status}`);
      return objects(result.tables[0]);
    },
  };
}

function objects(table: LogsTable | undefined): Json[] {
  return (table?.rows ?? []).map((row) =>
    Object.fromEntries(row.map((cell, at) => [table?.columnDescriptors[at]?.name, cell])),
  );
}

async function firewallOf(client: Client, at = 0): Promise<string> {
  const [, hub] = await client.subscriptions();
  const firewalls = await client.list(
    arm(`/subscriptions/${hub.subscriptionId}/providers/Microsoft.Network/azureFirewalls`),
  );
  return firewalls[at].id;
}

async function settingsOf(client: Client, at = 0): Promise<Json[]> {
  return client.list(arm(`${await firewallOf(client, at)}/providers/Microsoft.Insights/diagnosticSettings`));
}

/** A raw answer, errors included. */
async function ask(client: Client, path: string, body: unknown): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${client.azure.address}/api.loganalytics.io/v1${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const STRUCTURED = `union isfuzzy=true AZFWNetworkRule, AZFWApplicationRule | where Action == "Deny"`;

test("a structured row has the columns and the words of Azure", async () => {
  const { client, rows } = await openLogs("denied-required-endpoint");
  const [row] = await rows("AZFWApplicationRule | where Action == 'Deny' and Fqdn has 'mcr' | take 1");
  const id = await firewallOf(client);

  expect(row).toMatchObject({
    ActionReason: "No rule matched. Proceeding with default action",
    Protocol: "HTTPS",
    DestinationPort: 443,
    Fqdn: "mcr.microsoft.com",
    Rule: "",
    RuleCollection: "",
    IsTlsInspected: false,
    Type: "AZFWApplicationRule",
    _ResourceId: id.toLowerCase(),
  });
  expect(row.TimeGenerated).toBeInstanceOf(Date);
  expect(row.SourceIp).toMatch(/^10\.\d+\.\d+\.\d+$/);
  expect(row).not.toHaveProperty("DestinationIp");
  expect(row).not.toHaveProperty("$ingested");
});

test("the sources are the nodes of the clusters that are routed to the firewall", async () => {
  const { client, rows } = await openLogs("denied-required-endpoint");
  const [{ sources }] = await rows(`${STRUCTURED} | summarize sources = make_set(SourceIp, 100)`);
  const [first] = await client.subscriptions();
  const [scaleSet] = await client.list(
    arm(`/subscriptions/${first.subscriptionId}/providers/Microsoft.Compute/virtualMachineScaleSets`),
  );
  const interfaces = await client.list(arm(`${scaleSet.id}/networkInterfaces`));
  const addresses = interfaces.map((item) => item.properties.ipConfigurations[0].properties.privateIPAddress);

  expect(sources.toSorted()).toEqual(addresses.toSorted());
});

test("an aggregate says what its rows say, and rows that are allowed are there too", async () => {
  const { rows } = await openLogs("denied-required-endpoint");
  const raw = await rows("AZFWApplicationRule | project Action, Fqdn, SourceIp");
  const groups = await rows(
    "AZFWApplicationRule | summarize n = count(), sources = dcount(SourceIp), first = min(TimeGenerated) by Action, Fqdn",
  );

  expect(new Set(raw.map(({ Action }) => Action))).toEqual(new Set(["Allow", "Deny"]));
  for (const { Action, Fqdn, n, sources, first } of groups) {
    const mine = raw.filter((row) => row.Action === Action && row.Fqdn === Fqdn);
    expect(mine).toHaveLength(n);
    expect(new Set(mine.map(({ SourceIp }) => SourceIp)).size).toBe(sources);
    expect(first).toBeInstanceOf(Date);
  }
  expect(groups.map(({ Fqdn }) => Fqdn)).toContain("mcr.microsoft.com");
});

test("the onset is where the scenario says", async () => {
  const { rows } = await openLogs("denied-rising");
  const groups = await rows(
    "AZFWApplicationRule | where Fqdn == 'files.example.net' | summarize n = count() by bin(TimeGenerated, 15m) | order by TimeGenerated asc",
  );

  expect(groups.map(({ n }) => n)).toEqual([45, 450]);
});

test("two settings send the same rows to two workspaces, whose ids are cased as they come", async () => {
  const { client, rows } = await openLogs("denied-required-endpoint");
  const settings = await settingsOf(client);
  const counts = [];
  for (const { properties } of settings) {
    expect(properties.logAnalyticsDestinationType).toBe("Dedicated");
    expect(properties.logs).toMatchObject([{ category: null, categoryGroup: "allLogs", enabled: true }]);
    const { status, body } = await client.get(arm(properties.workspaceId));
    expect(status).toBe(200);
    expect(body.properties).toMatchObject({ provisioningState: "Succeeded", retentionInDays: 30 });
    expect(body.properties.customerId).toMatch(/^[0-9a-f-]{36}$/);
    counts.push(await rows(`${STRUCTURED} | count`, body.properties.customerId));
  }

  expect(counts).toHaveLength(2);
  expect(counts[0]).toEqual(counts[1]);
  expect(counts[0]?.[0].Count).toBeGreaterThan(50);
});

test("the client of Azure reads the settings, though it writes a slash too many", async () => {
  const { client } = await openLogs("denied-required-endpoint");
  const id = await firewallOf(client);
  const monitor = new MonitorClient(standInCredential, id.split("/")[2] ?? "", {
    httpClient: createStandInHttpClient(client.azure.address),
  });
  const settings = [];
  for await (const setting of monitor.diagnosticSettings.list(id)) settings.push(setting);

  expect(settings.map(({ logAnalyticsDestinationType }) => logAnalyticsDestinationType)).toEqual([
    "Dedicated",
    "Dedicated",
  ]);
  expect(settings[0]?.logs).toMatchObject([{ categoryGroup: "allLogs", enabled: true }]);
  const { status, body } = await client.get(arm(settings[0]?.id ?? ""));
  expect(status).toBe(200);
  expect(body.name).toBe("to-law-hub-weu");
});

test("a long span says what its parts say", async () => {
  const { sdk, workspace } = await openLogs("denied-legacy-logs");
  const ask = async (from: number, to: number): Promise<unknown[]> => {
    const span = { startTime: new Date(ANCHOR + from * MINUTE), endTime: new Date(ANCHOR + to * MINUTE) };
    const result = await sdk.queryWorkspace(
      workspace,
      "AzureDiagnostics | sort by TimeGenerated asc, msg_s asc | project TimeGenerated, msg_s",
      span,
    );
    return result.status === "Success" ? (result.tables[0]?.rows ?? []) : [];
  };

  const whole = await ask(-3020, -3000);
  expect(whole.length).toBeGreaterThan(200);
  expect([...(await ask(-3020, -3011)), ...(await ask(-3011, -3000))]).toEqual(whole);
});

test("both workspaces asked at once answer with the rows of both", async () => {
  const { client, sdk, workspace, rows } = await openLogs("denied-required-endpoint");
  const [alone] = await rows(`${STRUCTURED} | count`);
  const other = (await settingsOf(client))[1]?.properties.workspaceId;
  const result = await sdk.queryWorkspace(workspace, `${STRUCTURED} | count`, WINDOW, {
    additionalWorkspaces: [other],
  });

  expect(result.status === "Success" && result.tables[0]?.rows[0]?.[0]).toBe(2 * alone.Count);
});

test.for<[string, RegExp]>([
  [
    "no rule matched",
    /^HTTPS request from [\d.]+:\d+ to mcr\.microsoft\.com:443\. Action: Deny\. No rule matched\. Proceeding with default action$/,
  ],
  [
    "policy",
    /Action: Deny\. Policy: fp-hub\. Rule Collection Group: DefaultGroup\. Rule Collection: block\. Rule: no-paste/,
  ],
  ["policy in one", /Action: Deny\. Rule Collection: fp-hub:DefaultGroup:block\. Rule: no-paste/],
  ["collection", /files\.example\.net:443\. Action: Deny\. Rule Collection: block\. Rule: no-files/],
  ["url", /\. Url: inspected\.example\.net\/upload\. Action: Deny/],
  [
    "reason without a name",
    /^HTTPS request from [\d.]+:\d+\. Action: Deny\. Reason: SNI TLS extension was missing\.$/,
  ],
  ["network", /^TCP request from [\d.]+:\d+ to 51\.104\.10\.7:9000\. Action: Deny$/],
  ["network with a period", /^TCP request from [\d.]+:\d+ to 51\.104\.10\.7:9000\. Action: Deny\.$/],
  ["icmp with empty ports", /^ICMP Type=8 request from [\d.]+: to 8\.8\.8\.8:\. Action: Deny\.$/],
  ["icmp without ports", /^ICMP Type=8 request from [\d.]+ to 8\.8\.8\.8\. Action: Deny$/],
  ["dnat", /^TCP request from [\d.]+:\d+ to 20\.50\.1\.10:443 was DNAT'ed to 10\.20\.0\.50:443$/],
  ["threat intelligence", /Action: Deny\. ThreatIntel: Bot Networks$/],
  ["intrusion", /Action: Deny\. Rule: 2024897\. IDS: /],
  ["dns", /^DNS Request: [\d.]+:\d+ - \d+ A IN broken\.example\.net\. udp /],
  ["allowed", /login\.microsoftonline\.com:443\. Action: Allow\./],
  ["strange", /^Anfrage von /],
])("the legacy log has a line: %s", async ([, pattern]) => {
  const { rows } = await openLogs("denied-legacy-logs");
  const lines = await rows("AzureDiagnostics | where Category startswith 'AzureFirewall' | project msg_s");

  expect(lines.filter(({ msg_s }) => pattern.test(msg_s)).length).toBeGreaterThan(0);
});

test("the legacy table is shared, writes ids in capitals, and its setting names no destination type", async () => {
  const { client, rows } = await openLogs("denied-legacy-logs");
  const [setting] = await settingsOf(client);
  const groups = await rows("AzureDiagnostics | summarize take_any(ResourceId) by Category");

  expect(setting.properties.logAnalyticsDestinationType).toBeNull();
  expect(groups.map(({ Category }) => Category).toSorted()).toEqual([
    "AzureFirewallApplicationRule",
    "AzureFirewallDnsProxy",
    "AzureFirewallNetworkRule",
    "kube-audit",
  ]);
  for (const { ResourceId } of groups) expect(ResourceId).toBe(ResourceId.toUpperCase());
  expect(await rows(`${STRUCTURED} | count`)).toEqual([{ Count: 0 }]);
});

test("a workspace without legacy lines has no column for them", async () => {
  const { client, rows, workspace } = await openLogs("denied-required-endpoint");
  const { status, body } = await ask(client, `/workspaces/${workspace}/query`, {
    query: "AzureDiagnostics | project msg_s",
  });

  expect(status).toBe(400);
  expect(body.error.innererror.innererror.message).toContain("'msg_s'");
  expect(await rows("AzureDiagnostics | where column_ifexists('msg_s', '') has 'Deny' | count")).toEqual([
    { Count: 0 },
  ]);
});

test("a table never received is refused in Azure's words, and stepped over by a fuzzy union", async () => {
  const { client, rows, workspace } = await openLogs("deny-old-workspace");
  const { status, body } = await ask(client, `/workspaces/${workspace}/query`, {
    query: "AZFWThreatIntel | summarize count()",
  });
  const fuzzy = await rows(
    "union isfuzzy=true AZFWNetworkRule, AZFWApplicationRule, AZFWThreatIntel | count",
  );

  expect(status).toBe(400);
  expect(body).toMatchObject({
    error: {
      message: "The request had some invalid properties",
      code: "BadArgumentError",
      innererror: {
        code: "SemanticError",
        message: "A semantic error occurred.",
        innererror: {
          code: "SEM0100",
          message:
            "'summarize' operator: Failed to resolve table or column expression named 'AZFWThreatIntel'",
        },
      },
    },
  });
  expect(fuzzy[0].Count).toBeGreaterThan(0);
});

test("a partial answer has rows and an error beside them", async () => {
  const { sdk, workspace } = await openLogs("deny-partial-answer");
  const result = await sdk.queryWorkspace(workspace, `${STRUCTURED} | count`, WINDOW);
  const partial = result as LogsQueryPartialResult;

  expect(partial.status).toBe("PartialFailure");
  expect(partial.partialError.code).toBe("PartialError");
  // Whole, it would be 2 a minute for 30 minutes, and 6 more for 15 of them.
  expect(Number(partial.partialTables[0]?.rows[0]?.[0])).toBeGreaterThan(50);
  expect(Number(partial.partialTables[0]?.rows[0]?.[0])).toBeLessThan(140);
});

test("a forbidden workspace is refused where its scenario says: in the query, or in ARM", async () => {
  const { client, sdk, workspace } = await openLogs("deny-workspace-forbidden");
  const [readable] = await settingsOf(client, 0);
  const [hidden] = await settingsOf(client, 1);

  expect((await client.get(arm(readable.properties.workspaceId))).status).toBe(200);
  expect((await client.get(arm(hidden.properties.workspaceId))).status).toBe(403);
  await expect(sdk.queryWorkspace(workspace, "AZFWNetworkRule | count", WINDOW)).rejects.toMatchObject({
    statusCode: 403,
    code: "InsufficientAccessError",
  });
});

test("no setting, and a setting that sends to a storage account only", async () => {
  const { client } = await openLogs("deny-no-diagnostics");

  expect(await settingsOf(client, 0)).toEqual([]);
  expect(await settingsOf(client, 1)).toMatchObject([{ properties: { workspaceId: null } }]);
});

test("an unknown workspace is not found", async () => {
  const { client } = await openLogs("deny-icmp");
  const { status } = await ask(client, "/workspaces/00000000-0000-0000-0000-000000000001/query", {
    query: "AZFWNetworkRule",
  });

  expect(status).toBe(404);
});

test("a refused ping has no ports", async () => {
  const { rows } = await openLogs("deny-icmp");
  const [row] = await rows("AZFWNetworkRule | where Action == 'Deny' | take 1");

  expect(row).toMatchObject({ Protocol: "ICMP Type=8", SourcePort: null, DestinationPort: null });
  expect(row.ActionReason).toBe("Default Action");
});

test("the newest minutes are not there yet, and are later", async () => {
  let nowMs = ANCHOR;
  const { rows } = await openLogs("deny-icmp", { nowMs: () => nowMs });
  const query = "AZFWNetworkRule | summarize newest = max(TimeGenerated), n = count()";
  const [early] = await rows(query);
  nowMs += 30 * MINUTE;
  const [late] = await rows(query);

  const age = (ANCHOR - early.newest.getTime()) / MINUTE;
  expect(age).toBeGreaterThan(3);
  expect(age).toBeLessThan(7);
  expect(late.n).toBeGreaterThan(early.n);
});

test("the same question has the same answer in another process of the same seed", async () => {
  const query = `${STRUCTURED} | project TimeGenerated, SourceIp, SourcePort, DestinationPort`;
  const [one, other] = [await openLogs("denied-rising"), await openLogs("denied-rising")];

  expect(await other.rows(query)).toEqual(await one.rows(query));
});

test("a million rows in a minute are counted without being kept", async () => {
  const { rows, sdk, workspace } = await openLogs("deny-burst");
  const before = process.memoryUsage().heapUsed;
  const groups = await rows(
    `${STRUCTURED} | summarize n = count(), newest = max(TimeGenerated) by SourceIp, DestinationIp, DestinationPort, Protocol`,
  );
  const grown = process.memoryUsage().heapUsed - before;
  const raw = await sdk.queryWorkspace(workspace, "AZFWNetworkRule | project SourcePort", WINDOW);
  const partial = raw as LogsQueryPartialResult;

  expect(groups).toHaveLength(40);
  expect(groups.reduce((sum, { n }) => sum + n, 0)).toBe(1_000_000 + 29 * 20);
  expect(grown).toBeLessThan(250e6);
  expect(partial.status).toBe("PartialFailure");
  expect(partial.partialTables[0]?.rows).toHaveLength(500_000);
}, 60_000);

test("a batch answers each of its questions", async () => {
  const { client, sdk, workspace } = await openLogs("deny-icmp");
  const [good, bad] = await sdk.queryBatch([
    { workspaceId: workspace, query: "AZFWNetworkRule | count", timespan: WINDOW },
    { workspaceId: workspace, query: "Nowhere | count", timespan: WINDOW },
  ]);

  expect(good?.status).toBe("Success");
  expect(bad?.status).toBe("Failure");
  expect(client.azure.stats().byKind["logs.query"]).toBe(1);
});

test("faults act on queries as on all else", async () => {
  const { client, sdk, workspace } = await openLogs("deny-icmp");
  client.azure.faults.add({ match: { host: "api.loganalytics", path: workspace }, times: 1, status: 429 });

  await expect(sdk.queryWorkspace(workspace, "AZFWNetworkRule | count", WINDOW)).rejects.toMatchObject({
    statusCode: 429,
  });
  expect((await sdk.queryWorkspace(workspace, "AZFWNetworkRule | count", WINDOW)).status).toBe("Success");
});

test.for<[string, number]>([
  ["PT10M", 10],
  [`${new Date(ANCHOR - 5 * MINUTE).toISOString()}/PT3M`, 3],
  [`PT2H/${new Date(ANCHOR).toISOString()}`, 120],
  ["2026-11-18T09:00:00.0000000Z/2026-11-18T09:20:00Z", 20],
])("the timespan %s allows %i minutes, whatever the query asks", async ([timespan, minutes]) => {
  const { client, workspace } = await openLogs("deny-icmp", { nowMs: () => ANCHOR + 600 * MINUTE });
  const { body } = await ask(client, `/workspaces/${workspace}/query`, {
    timespan,
    query:
      "AZFWNetworkRule | where TimeGenerated > ago(60d) and Action == 'Deny' | where ingestion_time() < ago(0s) | count",
  });
  const lagging = timespan === "PT10M" ? 5 : 0;

  expect(body.tables[0].rows[0][0]).toBeGreaterThanOrEqual((minutes - lagging) * 5 - 5);
  expect(body.tables[0].rows[0][0]).toBeLessThanOrEqual(minutes * 5);
});
