// What holds for the documents and metrics of every scenario there is.

import { expect, test } from "vitest";
import { scenarioList } from "../../../infra/local/simulated-azure/scenarios/registry.ts";
import { arm, type Client, type Json, open, span } from "./support.ts";

const TYPES = [
  "Microsoft.ContainerService/managedClusters",
  "Microsoft.Compute/virtualMachineScaleSets",
  ...["loadBalancers", "publicIPAddresses", "publicIPPrefixes", "natGateways", "routeTables"].map(network),
  ...["virtualNetworks", "azureFirewalls", "networkSecurityGroups"].map(network),
  ...["networkInterfaces", "virtualHubs"].map(network),
];

/** One metric of each type that has some. */
const METRICS: Readonly<Record<string, string>> = {
  "Microsoft.ContainerService/managedClusters": "node_cpu_usage_percentage",
  "Microsoft.Compute/virtualMachineScaleSets": "Percentage CPU",
  "Microsoft.Network/loadBalancers": "UsedSnatPorts",
  "Microsoft.Network/natGateways": "SNATConnectionCount",
  "Microsoft.Network/azureFirewalls": "FirewallHealth",
};

const ROOMY = { capacity: 10_000, refillPerSecond: 1, retryAfter: "never" } as const;

function network(type: string): string {
  return `Microsoft.Network/${type}`;
}

interface Listed {
  readonly type: string;
  readonly document: Json;
}

/** Everything that can be read, and the subscriptions that cannot. */
async function readAll(client: Client): Promise<{ listed: Listed[]; closed: Set<string> }> {
  const listed: Listed[] = [];
  const closed = new Set<string>();
  for (const { subscriptionId } of await client.subscriptions()) {
    for (const type of TYPES) {
      const url = arm(`/subscriptions/${subscriptionId}/providers/${type}`);
      const { status } = await client.get(url);
      if (status === 403) closed.add(subscriptionId);
      else listed.push(...(await client.list(url)).map((document) => ({ type, document })));
    }
  }
  return { listed, closed };
}

const REFERENCES =
  /\/providers\/microsoft\.network\/(natgateways|routetables|networksecuritygroups|publicipaddresses|publicipprefixes|virtualnetworks|azurefirewalls|virtualhubs)\//i;

/** The ids that a document refers to, wherever they stand. */
function references(value: Json): string[] {
  if (typeof value === "string") return REFERENCES.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(references);
}

test.for(scenarioList().map(({ name }) => name))(
  "%s: lists, single reads, references, metrics",
  async (name) => {
    const client = await open(name, { clusters: 6, nodes: 2, clustersPerSubscription: 4, rateLimit: ROOMY });
    client.azure.faults.clear();
    const { listed, closed } = await readAll(client);

    for (const { document } of listed) expect((await client.get(arm(document.id))).body.id).toBe(document.id);
    const known = new Set(listed.flatMap(({ document }) => idsIn(document)));
    for (const { document } of listed) {
      for (const id of references(document)) {
        const [, , subscription = ""] = id.toLowerCase().split("/");
        if (!closed.has(subscription))
          expect(known, `${document.id} refers to ${id}`).toContain(id.toLowerCase());
      }
    }
    for (const [type, metricnames] of Object.entries(METRICS)) {
      for (const { document } of listed.filter((item) => item.type === type)) {
        const query = { metricnamespace: type, metricnames, region: document.location, ...span(-5, 0) };
        const { status, body } = await client.batch([document.id], query);
        expect(status, JSON.stringify(body)).toBe(200);
        expect(body.values[0].value[0].name.value).toBe(metricnames);
      }
    }
  },
);

/** The ids of a document and of what it holds. */
function idsIn(value: Json): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = typeof value.id === "string" && "properties" in value ? [value.id.toLowerCase()] : [];
  return [...own, ...Object.values(value).flatMap(idsIn)];
}

test("names of scenarios are unique and each says what to expect", () => {
  const all = scenarioList();

  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.every(({ description }) => description.length > 20)).toBe(true);
});
