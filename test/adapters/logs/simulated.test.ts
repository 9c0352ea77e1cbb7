import { afterEach, expect, test } from "vitest";
import { createLogSource } from "#adapters/logs/log-source.ts";
import { DENIAL_SPAN_MS, type Denial } from "#core/denials/denial.ts";
import { HOUR_MS } from "#core/time.ts";
import type { SimulatedAzure } from "../../../infra/local/simulated-azure/server.ts";
import { startSimulatedAzure } from "../../../infra/local/simulated-azure/server.ts";
import { createStandInHttpClient } from "../../../infra/local/stand-in/http-client.ts";
import { credential, silentLogger } from "../azure/support.ts";

// The query as it is, run by somebody else's idea of the query language over somebody else's idea of the logs.

const NOW_MS = Date.parse("2026-11-21T12:03:20Z");
const TO_MS = Math.floor(NOW_MS / DENIAL_SPAN_MS) * DENIAL_SPAN_MS;

let azure: SimulatedAzure | undefined;
afterEach(() => azure?.close());

/** Denials of the last hour by what was denied. */
async function readHour(scenario: string, tables: "resourceSpecific" | "legacy") {
  azure = await startSimulatedAzure({ scenario, anchorMs: NOW_MS, nowMs: () => NOW_MS });
  const subscriptions = await list("/subscriptions");
  const inAll = async (type: string) =>
    (
      await Promise.all(
        subscriptions.map((each) => list(`/subscriptions/${each.subscriptionId}/providers/${type}`)),
      )
    ).flat();
  const logs = (await inAll("Microsoft.OperationalInsights/workspaces")).map(({ id, properties }) => ({
    workspaceId: id,
    customerId: properties?.customerId ?? null,
    tables,
    categories: "all" as const,
  }));
  const firewalls = (await inAll("Microsoft.Network/azureFirewalls")).map(({ id }) => ({ id, logs }));
  const source = createLogSource({
    credential,
    httpClient: createStandInHttpClient(azure.address),
    cloud: "public",
    clock: { nowMs: () => NOW_MS },
    logger: silentLogger,
  });
  const target = {
    clusterKey: "one",
    firewallIds: firewalls.map(({ id }) => id),
    prefixes: ["10.20.0.0/16"],
    fromMs: TO_MS - HOUR_MS,
  };
  const request = { firewalls, targets: [target], toMs: TO_MS };
  const answer = (await source.readDenials(request, new AbortController().signal)).get("one");
  if (answer === undefined) throw new Error("no answer");
  return { problems: answer.problems, counts: countsOf(answer.denials) };
}

interface Listed {
  readonly id: string;
  readonly subscriptionId?: string;
  readonly properties?: { readonly customerId?: string };
}

async function list(path: string): Promise<readonly Listed[]> {
  const response = await fetch(`${azure?.address}/management.azure.com${path}?api-version=2024-01-01`);
  const body: { value: Listed[] } = JSON.parse(await response.text());
  return body.value;
}

function countsOf(denials: readonly Denial[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, destination, port, rule, count } of denials) {
    const name = [kind, destination, port, rule].filter((part) => part !== null).join(" ");
    counts[name] = (counts[name] ?? 0) + count;
  }
  return counts;
}

test("structured logs in two workspaces are counted once", async () => {
  const { problems, counts } = await readHour("denied-required-endpoint", "resourceSpecific");
  expect(problems).toEqual([]);
  expect(Object.keys(counts).sort()).toEqual([
    "application mcr.microsoft.com 443",
    "application registry.npmjs.org 443",
  ]);
  // Two a minute for an hour, of which the last minutes have not arrived.
  expect(counts["application registry.npmjs.org 443"]).toBeGreaterThan(100);
  expect(counts["application registry.npmjs.org 443"]).toBeLessThanOrEqual(120);
});

test("legacy lines of every form are read, and those of none are kept", async () => {
  const { problems, counts } = await readHour("denied-legacy-logs", "legacy");
  expect(problems).toEqual([]);
  expect(Object.keys(counts).sort()).toEqual([
    "application ",
    "application 2603:1030::1 443",
    "application files.example.net 443 block/no-files",
    "application inspected.example.net 443 fp-hub/DefaultGroup/block/no-paste",
    "application mcr.microsoft.com 443",
    "application pastebin.com 443 fp-hub/DefaultGroup/block/no-paste",
    "dns broken.example.net",
    "idps 203.0.113.9 4444",
    "network 51.104.10.7 9000",
    "network 51.104.10.8 1194 fp-hub/DefaultGroup/block/no-paste",
    "network 8.8.8.8",
    "threatIntelligence bad.example.net 80",
    "unparsed Anfrage von 10.20.0.4 abgelehnt. Aktion: Verweigern",
    "unparsed TCP request from",
  ]);
});
