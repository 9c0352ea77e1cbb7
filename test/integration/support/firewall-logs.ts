import type { Stage } from "./stage.ts";

// What the simulated Azure logged, asked for by queries of our own.

const QUERY = `union AZFWApplicationRule, AZFWNetworkRule
| where Action == "Deny"
| extend Destination = iff(isempty(Fqdn), DestinationIp, Fqdn)
| summarize Count = count() by Destination`;

/** Denials of a workspace's resource-specific tables by destination; times as RFC 3339. */
export async function countDenials(
  { azure }: Stage,
  workspace: string,
  from: string,
  to: string,
): Promise<ReadonlyMap<string, number>> {
  const customerId = await customerIdOf(azure.address, workspace);
  const answer = await fetch(`${azure.address}/api.loganalytics.io/v1/workspaces/${customerId}/query`, {
    method: "POST",
    body: JSON.stringify({ query: QUERY, timespan: `${from}/${to}` }),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  const { tables } = Object(await answer.json());
  const counts = new Map<string, number>();
  for (const [destination, count] of tables[0].rows) counts.set(String(destination), Number(count));
  return counts;
}

async function customerIdOf(address: string, workspace: string): Promise<string> {
  const root = `${address}/management.azure.com/subscriptions`;
  const subscriptions = await (await fetch(`${root}?api-version=2022-12-01`)).text();
  for (const [, id = ""] of subscriptions.matchAll(/"subscriptionId":"([^"]+)"/g)) {
    const list = `${root}/${id}/providers/Microsoft.OperationalInsights/workspaces?api-version=2023-09-01`;
    for (const { name, properties } of Object(await (await fetch(list)).json()).value) {
      if (name === workspace) return String(properties.customerId);
    }
  }
  throw new Error(`no workspace ${workspace}`);
}
