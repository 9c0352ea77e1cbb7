import { describe, expect, test } from "vitest";
import { createDiagnosticsSource } from "#adapters/metrics/diagnostic-settings.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import { diagnosticSetting, HUB, id, workspaceId } from "./support/arm-shapes.ts";
import { FakeArm, type Reply } from "./support/fake-arm.ts";
import { hasRecordings, recorded, recordedList } from "./support/recorded.ts";
import { diagnosticsOf, NOW } from "./support/source.ts";

const FIREWALL = id("Microsoft.Network/azureFirewalls", "fw", "hub", HUB);
const SETTINGS = `${FIREWALL}/providers/Microsoft.Insights/diagnosticSettings`;
const ONE = workspaceId("one");
const read = (arm: FakeArm) => diagnosticsOf(arm).settingsOf(FIREWALL, new AbortController().signal);
const settingsOf = (...settings: readonly unknown[]) =>
  read(new FakeArm().on(SETTINGS, { body: { value: settings } }));

test.for([
  [
    "tables of their own, in any case of the word",
    diagnosticSetting(ONE, ["AZFWNetworkRule"], { logAnalyticsDestinationType: "dedicated" }),
    { workspaceId: ONE, tables: "resourceSpecific", categories: ["AZFWNetworkRule"] },
  ],
  [
    "AzureDiagnostics where the type is null",
    diagnosticSetting(ONE, ["AzureFirewallNetworkRule"]),
    { workspaceId: ONE, tables: "legacy", categories: ["AzureFirewallNetworkRule"] },
  ],
  [
    "AzureDiagnostics by its name",
    diagnosticSetting(ONE, ["AZFWNatRule"], { logAnalyticsDestinationType: "AzureDiagnostics" }),
    { tables: "legacy", categories: ["AZFWNatRule"] },
  ],
  [
    "the group of all logs, which names no category",
    diagnosticSetting(ONE, [], { logs: [{ category: null, categoryGroup: "allLogs", enabled: true }] }),
    { workspaceId: ONE, categories: "all" },
  ],
  [
    "another group by its own name",
    diagnosticSetting(ONE, [], { logs: [{ categoryGroup: "audit", enabled: true }] }),
    { categories: ["audit"] },
  ],
  [
    "logs that are switched off",
    diagnosticSetting(ONE, [], {
      logs: [
        { category: "AZFWNetworkRule", enabled: false },
        { categoryGroup: "allLogs", enabled: false },
        { category: "AZFWDnsQuery", enabled: true },
      ],
    }),
    { categories: ["AZFWDnsQuery"] },
  ],
  ["no workspace", diagnosticSetting(null, ["AZFWNetworkRule"]), { workspaceId: null }],
  ["keys left out", { properties: {} }, { name: "", workspaceId: null, tables: "legacy", categories: [] }],
] as const)("reads %s", async ([, setting, expected]) => {
  expect(await settingsOf(setting)).toMatchObject([expected]);
});

test("reads every setting, page by page", async () => {
  const arm = new FakeArm()
    .on(SETTINGS, {
      body: {
        value: [diagnosticSetting(ONE, ["a"])],
        nextLink: `https://management.azure.com${SETTINGS}/more`,
      },
    })
    .on(`${SETTINGS}/more`, { body: { value: [diagnosticSetting(ONE, ["b"])] } });
  expect((await read(arm)).map((it) => it.categories)).toEqual([["a"], ["b"]]);
});

test.for<[string, string, Reply]>([
  ["refused", "forbidden", { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } }],
  ["gone", "notFound", { status: 404, body: { error: { code: "ResourceNotFound" } } }],
  ["throttled", "throttled", { status: 429, headers: { "retry-after": "3600" }, body: {} }],
  ["away", "unavailable", { status: 503, body: {} }],
])("%s settings are a failure with a name", async ([, reason, reply]) => {
  const reading = read(new FakeArm().on(SETTINGS, reply));
  await expect(reading).rejects.toSatisfy(
    (error) =>
      error instanceof AdapterError &&
      error.reason === reason &&
      error.message.startsWith(`diagnostic settings of ${FIREWALL}: `),
  );
});

test("gives up on settings that never come", async () => {
  const source = createDiagnosticsSource({
    credential: { getToken: () => new Promise(() => {}) },
    cloud: "public",
    clock: { nowMs: () => NOW },
    httpClient: new FakeArm(),
    deadlineMs: 30,
  });
  await expect(source.settingsOf(FIREWALL, new AbortController().signal)).rejects.toMatchObject({
    reason: "timeout",
  });
});

test("an ended run ends the call", async () => {
  const arm = new FakeArm().on(SETTINGS, () => new Promise<Reply>(() => {}));
  const reading = diagnosticsOf(arm).settingsOf(FIREWALL, AbortSignal.timeout(20));
  await expect(reading).rejects.toMatchObject({ reason: "timeout" });
});

describe.skipIf(!hasRecordings)("answers that Azure gave", () => {
  test("a setting to a storage account, with most of its logs switched off", async () => {
    const body = recorded("diagnostics/diagnosticSettings-containerapp-categorygroups.json");
    expect(await settingsOf(body)).toEqual([
      {
        name: "diagnosticsettings",
        workspaceId: null,
        tables: "legacy",
        categories: ["ContainerAppConsoleLogs", "ContainerAppSystemLogs"],
      },
    ]);
  });

  test("a setting of a load balancer, and none", async () => {
    const present = recordedList("diagnostics/diagnosticSettings-loadBalancer-present.json");
    expect(await settingsOf(...present)).toMatchObject([
      { workspaceId: null, categories: ["LoadBalancerProbeHealthStatus"] },
    ]);
    expect(await settingsOf(...recordedList("diagnostics/diagnosticSettings-empty.json"))).toEqual([]);
  });
});
