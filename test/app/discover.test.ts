import { expect, test } from "vitest";
import { discover } from "#app/discover.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { DiscoveryRecord, InventoryStore } from "#ports/inventory-store.ts";
import type { Logger } from "#ports/logger.ts";
import type { Discovery, TopologySource } from "#ports/topology-source.ts";
import { clusterNamed, entryOf, SUB } from "../core/egress/support.ts";

const NOW = 1_000_000;
const SHARD = `${SUB}-westeurope-1`;

interface Saved {
  readonly entries: readonly InventoryEntry[];
  readonly removedKeys: readonly string[];
  readonly record: DiscoveryRecord;
}

function bench(stored: readonly InventoryEntry[], answer: Partial<Discovery> | AdapterError) {
  const saved: Saved[] = [];
  const events: { readonly level: string; readonly event: string; readonly fields: unknown }[] = [];
  const asked: ReadonlySet<string>[] = [];
  const log = (level: string) => (event: string, fields?: unknown) =>
    void events.push({ level, event, fields });
  const inventory: InventoryStore = {
    list: async () => stored,
    lastDiscovery: async () => null,
    save: async (entries, removedKeys, record) => void saved.push({ entries, removedKeys, record }),
  };
  const topology: TopologySource = {
    async discover(previous) {
      asked.push(new Set(previous.keys()));
      if (answer instanceof AdapterError) throw answer;
      return { subscriptionIds: [SUB], clusters: [], failures: [], ...answer };
    },
  };
  const logger: Logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
  const settings = { retentionMs: 500, shardSize: 50 };
  const run = (signal = new AbortController().signal) =>
    discover({ topology, inventory, clock: { nowMs: () => NOW }, logger, settings }, signal);
  return { run, saved, events, asked };
}

test("saves what is new, seen and gone in one write, and logs one event", async () => {
  const stored = [
    entryOf(clusterNamed("a"), SHARD),
    entryOf(clusterNamed("b"), SHARD),
    entryOf(clusterNamed("old"), SHARD, 1),
  ];
  const { run, saved, events, asked } = bench(stored, { clusters: [clusterNamed("a"), clusterNamed("c")] });
  const result = await run();

  expect(saved).toHaveLength(1);
  expect(saved[0]?.entries.map((it) => [it.cluster.ref.name, it.goneSinceMs])).toEqual([
    ["a", null],
    ["b", NOW],
    ["c", null],
  ]);
  expect(saved[0]?.removedKeys).toEqual([clusterNamed("old").ref.key]);
  expect(saved[0]?.record).toEqual({ finishedAtMs: NOW, subscriptionIds: [SUB], failures: [] });
  expect(result).toEqual({ present: 2, dropped: [{ key: clusterNamed("old").ref.key, shard: SHARD }] });
  expect(events).toMatchObject([
    { level: "info", event: "discovery", fields: { present: 2, added: 1, gone: 1, removed: 1 } },
  ]);
  expect([...(asked[0] ?? [])], "a cluster that is gone hands nothing on").toEqual([
    clusterNamed("a").ref.key,
    clusterNamed("b").ref.key,
  ]);
});

test("a subscription that failed is recorded and loses no cluster: its clusters say that they were not seen", async () => {
  const failure = { subscriptionId: SUB, reason: "forbidden", message: "no role" } as const;
  const { run, saved, events } = bench([entryOf(clusterNamed("a"), SHARD)], { failures: [failure] });
  await run();

  const problems = [{ source: "topology", reason: "forbidden", message: "no role" }];
  expect(saved[0]).toMatchObject({
    entries: [{ ...entryOf(clusterNamed("a"), SHARD), cluster: { problems } }],
    removedKeys: [],
    record: { failures: [failure] },
  });
  expect(events).toMatchObject([{ level: "warn" }]);
});

test("a cluster with the tag is left out", async () => {
  const { run, saved } = bench([], {
    clusters: [clusterNamed("a", { tags: { "snatwatch-exclude": "true" } })],
  });
  expect(await run()).toEqual({ present: 0, dropped: [] });
  expect(saved[0]?.entries).toEqual([]);
});

test("changes nothing if the subscriptions cannot be listed", async () => {
  const { run, saved } = bench([entryOf(clusterNamed("a"), SHARD)], new AdapterError("forbidden", "no role"));
  await expect(run()).rejects.toThrow("no role");
  expect(saved).toEqual([]);
});

test("changes nothing if the run was ended on the way", async () => {
  const ending = new AbortController();
  ending.abort();
  const { run, saved } = bench([entryOf(clusterNamed("a"), SHARD)], {});
  await expect(run(ending.signal)).rejects.toThrow();
  expect(saved).toEqual([]);
});
