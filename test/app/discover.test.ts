import { describe, expect, test } from "vitest";
import { type DiscoverPorts, discover } from "#app/discover.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { DiscoveryRecord, InventoryStore } from "#ports/inventory-store.ts";
import type { Logger } from "#ports/logger.ts";
import type { Discovery, TopologySource } from "#ports/topology-source.ts";
import { clusterNamed, entryOf, SUB } from "../core/egress/support.ts";
import { MemoryEventStore } from "../support/memory/event-store.ts";
import { MemoryInventoryStore } from "../support/memory/inventory-store.ts";

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
    discover(
      { topology, inventory, events: new MemoryEventStore(), clock: { nowMs: () => NOW }, logger, settings },
      signal,
    );
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

describe("the time line", () => {
  const MINUTE = 60_000;
  const KEY = clusterNamed("a").ref.key;
  const version = (kubernetesVersion: string) => ({ ...clusterNamed("a"), kubernetesVersion });

  function world() {
    const clock = { ms: 15 * MINUTE + 7, nowMs: () => clock.ms };
    const inventory = new MemoryInventoryStore();
    const events = new MemoryEventStore();
    const logger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
    const settings = { retentionMs: 60 * MINUTE, shardSize: 50 };
    const run = async (found: Partial<Discovery>, changes: Partial<DiscoverPorts> = {}) => {
      const topology = {
        discover: async () => ({ subscriptionIds: [SUB], clusters: [], failures: [], ...found }),
      };
      const ports = { topology, inventory, events, clock, logger, settings, ...changes };
      await discover(ports, new AbortController().signal);
    };
    /** `minute change`. */
    const told = () =>
      events
        .all(KEY)
        .map((event) => `${event.atMs / MINUTE} ${event.kind === "topology" ? event.topology.change : ""}`);
    return { clock, inventory, events, run, told };
  }

  test("has a cluster from its first sight to its end, and its changes between", async () => {
    const { clock, run, told } = world();
    const failure = { subscriptionId: SUB, reason: "throttled", message: "429" } as const;
    const looks: Partial<Discovery>[] = [
      { clusters: [version("1.32.1")] },
      { clusters: [version("1.32.1")] },
      { clusters: [version("1.33.0")] },
      { failures: [failure] },
      { clusters: [version("1.33.0")] },
      {},
      {},
      { clusters: [version("1.33.0")] },
    ];
    for (const look of looks) {
      await run(look);
      clock.ms += 15 * MINUTE;
    }
    expect(told()).toEqual([
      "15 clusterAppeared",
      "45 kubernetesVersion",
      "90 clusterGone",
      "120 clusterBack",
    ]);
  });

  test.for(["before the save", "right after the save"])(
    "a process that dies %s loses no change and tells none twice",
    async (when) => {
      const { clock, inventory, run, told } = world();
      await run({ clusters: [version("1.32.1")] });
      clock.ms += 15 * MINUTE;
      const killed = async () => {
        throw new Error("killed");
      };
      const dying: InventoryStore = {
        list: () => inventory.list(),
        lastDiscovery: () => inventory.lastDiscovery(),
        save: async (entries, removedKeys, record) => {
          if (when === "right after the save") await inventory.save(entries, removedKeys, record);
          await killed();
        },
      };
      await expect(run({ clusters: [version("1.33.0")] }, { inventory: dying })).rejects.toThrow("killed");
      for (let again = 0; again < 3; again += 1) {
        clock.ms += 15 * MINUTE;
        await run({ clusters: [version("1.33.0")] });
      }
      const seen = when === "before the save" ? 45 : 30;
      expect(told()).toEqual(["15 clusterAppeared", `${seen} kubernetesVersion`]);
      expect((await inventory.list()).flatMap((entry) => entry.events ?? [])).toEqual([]);
    },
  );

  test("a store of events that fails for hours holds up no discovery, and nothing is lost", async () => {
    const { clock, inventory, events, run, told } = world();
    const away = {
      events: Object.assign(new MemoryEventStore(), { write: () => Promise.reject(new Error("away")) }),
    };
    const failure = { subscriptionId: SUB, reason: "throttled", message: "429" } as const;
    await run({ clusters: [version("1.32.1")] }, away);
    for (const look of [
      { clusters: [version("1.33.0")] },
      { clusters: [version("1.34.0")] },
      { failures: [failure] },
      {},
      {},
    ]) {
      clock.ms += 15 * MINUTE;
      await run(look, away);
    }
    expect((await inventory.list()).map(({ goneSinceMs }) => goneSinceMs)).toEqual([75 * MINUTE + 7]);
    expect(events.all(KEY)).toEqual([]);

    clock.ms += 15 * MINUTE;
    await run({});
    expect(told()).toEqual([
      "15 clusterAppeared",
      "30 kubernetesVersion",
      "45 kubernetesVersion",
      "75 clusterGone",
    ]);
    expect((await inventory.list()).flatMap((entry) => entry.events ?? [])).toEqual([]);
  });

  test("two discoveries at once tell a change once", async () => {
    const { run, told } = world();
    await Promise.all([run({ clusters: [version("1.32.1")] }), run({ clusters: [version("1.32.1")] })]);
    expect(told()).toEqual(["15 clusterAppeared"]);
  });

  test("a cluster that stays gone holds its end no longer than it must, and is written no more after that", async () => {
    const { clock, inventory, run, told } = world();
    const writes: number[] = [];
    const counting = Object.assign(new MemoryEventStore(), {
      write: async (all: readonly unknown[]) => void writes.push(all.length),
    });
    await run({ clusters: [version("1.32.1")] });
    for (let look = 0; look < 4; look += 1) {
      clock.ms += 10 * MINUTE;
      await run({}, look === 0 ? {} : { events: counting });
    }
    expect(told()).toEqual(["15 clusterAppeared", "25 clusterGone"]);
    expect(writes).toEqual([1]);
    expect(await inventory.list()).toMatchObject([{ goneSinceMs: 25 * MINUTE + 7 }]);
  });
});
