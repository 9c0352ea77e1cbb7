// Finds resources of a simulated Azure, over all subscriptions.

import { arm, type Client, type Json } from "./support.ts";

/** Every resource of a type in the subscriptions that can be read. */
export async function all(client: Client, type: string): Promise<Json[]> {
  const lists = (await client.subscriptions()).map(async ({ subscriptionId }) => {
    const url = arm(`/subscriptions/${subscriptionId}/providers/${type}`);
    return (await client.get(url)).status === 200 ? client.list(url) : [];
  });
  return (await Promise.all(lists)).flat();
}

/** The properties of a cluster. */
export async function clusterNamed(client: Client, name: string): Promise<Json> {
  const clusters = await all(client, "Microsoft.ContainerService/managedClusters");
  return clusters.find((cluster) => cluster.name === name)?.properties;
}
