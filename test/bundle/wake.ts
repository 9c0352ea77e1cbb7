// The entry of a bundle of its own: makes one of each client that the app's bundle leaves asleep.

import { createHttpHeaders } from "@azure/core-rest-pipeline";
import { RestError, TableClient, type TableServiceClientOptions } from "@azure/data-tables";

async function wake(): Promise<string> {
  const startedMs = performance.now();
  const { DefaultAzureCredential } = await import("@azure/identity");
  const { NetworkManagementClient } = await import("@azure/arm-network");
  const { createContainerService } = await import("@azure/arm-containerservice/api");
  const { list } = await import("@azure/arm-containerservice/api/managedClusters");
  const { MonitorClient } = await import("@azure/arm-monitor");
  const { MetricsClient } = await import("@azure/monitor-query");

  const credential = new DefaultAzureCredential();
  const uses = {
    network: new NetworkManagementClient(credential, "subscription").loadBalancers.listAll,
    containerService: createContainerService(credential, "subscription").pipeline.sendRequest,
    managedClusters: list,
    monitor: new MonitorClient(credential, "subscription").metrics.list,
    metrics: new MetricsClient("https://region.invalid", credential).queryResources,
    xml: await refuseInXml(),
    proxy: await refuseByProxy(),
  };
  const missing = Object.entries(uses).filter(([, use]) => typeof use !== "function");
  const wakeMs = Math.round(performance.now() - startedMs);
  return JSON.stringify({ missing: missing.map(([name]) => name), wakeMs });
}

/** Asks a table in vain: what stands before the service may refuse in XML. A function if the client could read why. */
async function refuseInXml(): Promise<(() => void) | undefined> {
  const error = await faultOf({
    httpClient: {
      sendRequest: async (request) => ({
        request,
        status: 403,
        headers: createHttpHeaders({ "content-type": "application/xml" }),
        bodyAsText: "<error><code>AuthorizationFailure</code><message>no</message></error>",
      }),
    },
  });
  return error instanceof RestError && JSON.stringify(error.details).includes('"AuthorizationFailure"')
    ? () => {}
    : undefined;
}

/** Asks a table through a proxy that is not there. A function if the client went by way of it. */
async function refuseByProxy(): Promise<(() => void) | undefined> {
  const error = await faultOf({ proxyOptions: { host: "http://127.0.0.1", port: 9 } });
  return error instanceof Error && /ECONNREFUSED.*127\.0\.0\.1:9\b/.test(error.message)
    ? () => {}
    : undefined;
}

async function faultOf(options: TableServiceClientOptions): Promise<unknown> {
  const client = new TableClient("https://account.table.invalid", "Table", {
    retryOptions: { maxRetries: 0 },
    ...options,
  });
  return client.getEntity("a", "b").catch((error: unknown) => error);
}

wake().then(
  (text) => process.stdout.write(text),
  (error: unknown) => {
    process.stderr.write(String(error));
    process.exitCode = 1;
  },
);
