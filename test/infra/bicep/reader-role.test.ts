import { resolve } from "node:path";
import type { HttpClient } from "@azure/core-rest-pipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createService } from "#shared/composition.ts";
import { startSimulatedAzure } from "../../../infra/local/simulated-azure/server.ts";
import { createStandInHttpClient, standInCredential } from "../../../infra/local/stand-in/http-client.ts";
import { type Accounts, startAccounts } from "../../integration/support/accounts.ts";
import { quietLogger } from "../../integration/support/quiet-logger.ts";
import { readBicep, readValue } from "./bicep-file.ts";
import { textsOf } from "./house-rules.ts";

// The custom role against the calls that the service makes: none missing, none too many.

const ROLE = resolve(import.meta.dirname, "../../../infra/modules/reader.bicep");
const ANCHOR_MS = Date.UTC(2026, 10, 20, 12, 0, 0);
/** Between them, every kind of path, firewall logs included. */
const SCENARIOS = ["all-paths", "demo", "denied-required-endpoint", "node-pressure"];

let accounts: Accounts;
beforeAll(async () => {
  accounts = await startAccounts(SCENARIOS.length);
});
afterAll(() => accounts.stop());

function readActions(): readonly string[] {
  const file = readBicep(ROLE);
  const node = file.variables.get("readActions");
  return node === undefined ? [] : textsOf(readValue(node, file.variables));
}

/** The action that Azure asks a role for, by the rule its providers keep: provider, types without names, `read`. */
function actionOf(method: string, url: string): string {
  const { hostname, pathname } = new URL(url);
  const path = decodeURIComponent(pathname).replace(/\/+/g, "/").replace(/^\//, "");
  if (/^api\.loganalytics\./.test(hostname)) return "Microsoft.OperationalInsights/workspaces/query/read";
  if (/\.metrics\.monitor\./.test(hostname) && /^subscriptions\/[^/]+\/metrics:getBatch$/.test(path)) {
    return "Microsoft.Insights/metrics/read";
  }
  if (method !== "GET") return `${method} ${path}`;
  if (/^subscriptions(\/[^/]+)?$/.test(path)) return "Microsoft.Resources/subscriptions/read";
  const [provider = "", ...rest] =
    path
      .split(/\/?providers\//i)
      .at(-1)
      ?.split("/") ?? [];
  return `${provider}/${rest.filter((_, index) => index % 2 === 0).join("/")}/read`;
}

async function recorded(scenario: string): Promise<ReadonlySet<string>> {
  let nowMs = ANCHOR_MS + 30_000;
  const clock = { nowMs: () => nowMs };
  const azure = await startSimulatedAzure({ scenario, anchorMs: ANCHOR_MS, nowMs: clock.nowMs });
  const standIn = createStandInHttpClient(azure.address);
  const seen = new Set<string>();
  const httpClient: HttpClient = {
    sendRequest(request) {
      seen.add(actionOf(request.method, request.url));
      return standIn.sendRequest(request);
    },
  };
  try {
    const service = createService({
      env: {
        AzureWebJobsStorage: accounts.take(),
        SNATWATCH_AUTH: "none",
        SNATWATCH_INLINE_SHARDS: "100",
        SNATWATCH_HISTORY_IMPORT: "2d",
      },
      local: true,
      clock,
      credential: standInCredential,
      httpClient,
    });
    const signal = AbortSignal.timeout(60_000);
    await service.discover(quietLogger, signal);
    for (let minute = 0; minute < 6; minute += 1) {
      await service.collect(quietLogger, signal);
      nowMs += 60_000;
    }
    await service.importHistory(quietLogger, signal);
  } finally {
    await azure.close();
  }
  return seen;
}

test("the custom role allows exactly the calls that the adapters make", { timeout: 120_000 }, async () => {
  const used = new Set<string>();
  for (const scenario of SCENARIOS) for (const action of await recorded(scenario)) used.add(action);
  const allowed = readActions();
  const matches = (pattern: string, action: string) =>
    new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "i").test(action);

  expect([...used].filter((action) => !allowed.some((pattern) => matches(pattern, action)))).toEqual([]);
  // Azure asks it for each table that a query reads; the address of the query does not tell.
  const tables = "Microsoft.OperationalInsights/workspaces/query/*/read";
  const idle = allowed.filter((pattern) => ![...used].some((action) => matches(pattern, action)));
  expect(idle).toEqual([tables]);
});

test("the custom role can only read, and is in order", () => {
  const actions = readActions();
  expect(
    actions.filter(
      (action) =>
        !/^Microsoft\.[A-Za-z]+\/[A-Za-z*/]+\/read$|^Microsoft\.Resources\/subscriptions\/read$/.test(action),
    ),
  ).toEqual([]);
  expect(actions).toEqual([...new Set(actions)].sort());
});

test.for([
  [
    "GET",
    "https://management.azure.com/subscriptions?api-version=1",
    "Microsoft.Resources/subscriptions/read",
  ],
  [
    "GET",
    "https://management.azure.com/subscriptions/s/providers/Microsoft.Network/natGateways",
    "Microsoft.Network/natGateways/read",
  ],
  [
    "GET",
    "https://management.azure.com/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/virtualMachineScaleSets/v/networkInterfaces",
    "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read",
  ],
  [
    "GET",
    "https://management.azure.com/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/azureFirewalls/f/providers/Microsoft.Insights/diagnosticSettings",
    "Microsoft.Insights/diagnosticSettings/read",
  ],
  [
    "POST",
    "https://westeurope.metrics.monitor.azure.com/subscriptions/s/metrics:getBatch?x=1",
    "Microsoft.Insights/metrics/read",
  ],
  ["PUT", "https://management.azure.com/subscriptions/s", "PUT subscriptions/s"],
] as const)("%s %s asks for %s", ([method, url, action]) => {
  expect(actionOf(method, url)).toBe(action);
});
