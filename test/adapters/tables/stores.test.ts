import type { TableClient } from "@azure/data-tables";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTables, type TableStores } from "#adapters/tables/open-tables.ts";
import { newClusterState } from "#core/collection/cluster-state.ts";
import { DAY_MS } from "#core/time.ts";
import { alerts, state, verdict } from "../../contract/states.ts";
import { type Azurite, startAzurite, uniquePrefix } from "../../support/azurite.ts";
import { cluster } from "../../support/builders.ts";
import { tableClient } from "../../support/table-client.ts";
import { countTraffic } from "./count-traffic.ts";

let azurite: Azurite | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

describe("stores on tables", () => {
  let prefix: string;
  let stores: TableStores;
  let traffic: ReturnType<typeof countTraffic>;
  const faults: string[] = [];

  beforeEach(() => {
    prefix = uniquePrefix();
    traffic = countTraffic();
    const connection = { connectionString: azurite?.connectionString ?? "" };
    faults.length = 0;
    stores = openTables({
      connection,
      prefix,
      client: traffic.client,
      onFault: (message) => faults.push(message),
    });
  });

  function table(name: string): TableClient {
    return tableClient(azurite?.connectionString ?? "", prefix + name);
  }

  async function saveAll(throughMs: number): Promise<void> {
    const known = await stores.clusterStates.loadShard("s");
    const changes = Array.from({ length: 50 }, (_, index) => ({
      state: state(`/c${index}`, { throughMs, verdict: verdict("warning"), alerts: alerts(2) }),
      tag: known.get(`/c${index}`)?.tag ?? null,
    }));
    expect((await stores.clusterStates.save("s", changes)).size).toBe(0);
  }

  test("load and save the states of a shard in one small read and one write", async () => {
    await saveAll(1);
    traffic.reset();

    await saveAll(2);

    expect(traffic.calls()).toEqual({ [`${prefix}States`]: 1, $batch: 1 });
  });

  test("find all losers of a shard in one look", async () => {
    await saveAll(1);
    const old = await stores.clusterStates.loadShard("s");
    await saveAll(2);
    traffic.reset();

    const changes = [...old.values()].map(({ value, tag }) => ({ state: value, tag }));
    await stores.clusterStates.save("s", changes);

    expect(traffic.calls()).toEqual({ $batch: 1, [`${prefix}States`]: 1 });
  });

  test("start a state that cannot be read anew, under its tag", async () => {
    await saveAll(1);
    const damaged = { partitionKey: "s", rowKey: "|c7", b0: Uint8Array.of(99), s0: Uint8Array.of(2, 1) };
    await table("States").updateEntity(damaged, "Merge");
    const connection = { connectionString: azurite?.connectionString ?? "" };
    const fresh = openTables({ connection, prefix }).clusterStates;

    const found = (await fresh.loadShard("s")).get("/c7");
    expect(found?.value).toEqual(newClusterState("/c7"));
    expect(await fresh.load("s", "/c7")).toBeUndefined();
    expect(await fresh.summaries()).toHaveLength(49);
    const losers = await fresh.save("s", [
      { state: state("/c7", { throughMs: 5 }), tag: found?.tag ?? null },
    ]);
    expect([losers.size, (await fresh.load("s", "/c7"))?.throughMs]).toEqual([0, 5]);
  });

  test("fill in what an older version did not store of a state", async () => {
    await saveAll(1);
    const node = { backendIp: "10.0.0.4", protocol: "tcp" };
    const parts = { clusterKey: "/c7", throughMs: 3, shapes: [{ ...node, hours: [[DAY_MS, 84, 0]] }] };
    const older = Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify(parts))]);
    await table("States").updateEntity({ partitionKey: "s", rowKey: "|c7", b0: older }, "Merge");

    const shapes = [{ ...node, days: [[1, "H......................."]] }];
    expect(await stores.clusterStates.load("s", "/c7")).toEqual({
      ...newClusterState("/c7"),
      throughMs: 3,
      shapes,
    });
  });

  test("refuse a state that no entity holds, before the service does", async () => {
    const noise = Array.from({ length: 120_000 }, (_, index) => Math.sin(index).toString(36)).join();
    const changes = [
      {
        state: state("/c", { problems: [{ source: noise, reason: "partial" as const, message: "" }] }),
        tag: null,
      },
    ];

    await expect(stores.clusterStates.save("s", changes)).rejects.toMatchObject({ reason: "rejected" });
  });

  test("list the inventory in one small read while it stays", async () => {
    const record = { finishedAtMs: 1, subscriptionIds: [], failures: [] };
    await stores.inventory.save([], [], record);
    await stores.inventory.list();
    traffic.reset();

    await stores.inventory.list();

    expect(traffic.calls()).toEqual({ [`${prefix}Inventory`]: 1 });
  });

  test("leave out a row of the inventory that cannot be read, and say which", async () => {
    const entry = { cluster: cluster(), shard: "s", firstSeenMs: 1, lastSeenMs: 1, goneSinceMs: null };
    await stores.inventory.save([entry], [], { finishedAtMs: 1, subscriptionIds: [], failures: [] });
    await table("Inventory").createEntity({ partitionKey: "inventory", rowKey: "|x", b0: Uint8Array.of(7) });

    expect(await stores.inventory.list()).toEqual([entry]);
    expect(faults).toEqual([expect.stringContaining("inventory row |x cannot be read")]);
  });

  test("keep working when a table is taken away", async () => {
    await saveAll(1);
    await table("States").deleteTable();

    expect((await stores.clusterStates.loadShard("s")).size).toBe(0);
    await saveAll(2);
  });
});
