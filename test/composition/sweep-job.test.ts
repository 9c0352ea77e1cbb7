import { expect, test } from "vitest";
import { openTables } from "#adapters/tables/open-tables.ts";
import { collectFleet } from "#app/collect-fleet.ts";
import { parseSettings } from "#config/settings.ts";
import { createJobs } from "#shared/jobs.ts";
import { standInCredential } from "../../infra/local/stand-in/http-client.ts";
import { startReceiver } from "../adapters/webhooks/support-receiver.ts";
import { bench, entry } from "../app/collect-support.ts";
import { quietLogger } from "../integration/support/quiet-logger.ts";
import { MemoryInventoryStore } from "../support/memory/inventory-store.ts";
import { MemoryMonitorStore } from "../support/memory/monitor-store.ts";
import { MemoryOutbox } from "../support/memory/outbox.ts";

test("deliveries that cannot be counted do not silence the heartbeat, and the fault is reported", async () => {
  const receiver = await startReceiver((response) => response.end("ok"));
  const AzureWebJobsStorage = "UseDevelopmentStorage=true";
  const env = {
    AzureWebJobsStorage,
    SNATWATCH_HEARTBEAT_URL: receiver.url,
    SNATWATCH_ALLOW_PRIVATE_WEBHOOKS: "true",
  };
  const { deps, clock, states, signal } = bench();
  const inventory = Object.assign(new MemoryInventoryStore(), {
    forget: async () => {},
    listForgotten: async () => [],
    clearForgotten: async () => {},
  });
  const record = { finishedAtMs: clock.nowMs(), subscriptionIds: [], failures: [] };
  await inventory.save([entry()], [], record);
  await collectFleet({ ...deps, inventory }, signal);
  const monitor = Object.assign(new MemoryMonitorStore(inventory), {
    saveDeliveries: () => Promise.reject(new Error("cannot be counted")),
  });
  const jobs = createJobs({
    settings: parseSettings(env, { local: true }),
    tables: {
      // Nothing else of them is asked here.
      ...openTables({ connection: { connectionString: AzureWebJobsStorage }, onFault() {} }),
      inventory,
      clusterStates: states,
      outbox: new MemoryOutbox(),
      monitor,
    },
    credential: standInCredential,
    clock,
    speed: 1,
    single: false,
    httpClient: undefined,
    azureTimeoutMs: undefined,
    logger: quietLogger,
  });
  try {
    await expect(jobs.sweep(quietLogger)).rejects.toThrow("cannot be counted");
    expect(receiver.requests).toHaveLength(1);
  } finally {
    await receiver.close();
  }
});
