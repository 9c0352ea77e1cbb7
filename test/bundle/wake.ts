// The entry of a bundle of its own: makes one of each client that the app's bundle leaves asleep.

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
  };
  const missing = Object.entries(uses).filter(([, use]) => typeof use !== "function");
  const wakeMs = Math.round(performance.now() - startedMs);
  return JSON.stringify({ missing: missing.map(([name]) => name), wakeMs });
}

wake().then(
  (text) => process.stdout.write(text),
  (error: unknown) => {
    process.stderr.write(String(error));
    process.exitCode = 1;
  },
);
