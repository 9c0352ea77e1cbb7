import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { type Found, isExcluded, mergeInventory } from "#core/egress/merge-inventory.ts";
import { clusterNamed, entryOf, SUB } from "./support.ts";

const NOW = 1_000_000;
const OTHER = "22222222-2222-2222-2222-222222222222";
const settings = { retentionMs: 500, shardSize: 2 };
const shard = (number: number) => `${SUB}-westeurope-${number}`;
const found = (...names: string[]): Found => ({
  clusters: names.map((name) => clusterNamed(name)),
  failedSubscriptionIds: [],
});
const merge = (stored: readonly InventoryEntry[], what: Found, nowMs = NOW) =>
  mergeInventory(stored, what, nowMs, settings);
/** `name@number of shard`, `†` for a cluster that is gone. */
const shown = (entries: readonly InventoryEntry[]) =>
  entries.map(
    (it) => `${it.cluster.ref.name}@${it.shard.split("-").at(-1)}${it.goneSinceMs === null ? "" : "†"}`,
  );

describe("mergeInventory", () => {
  test("new clusters fill shards in turn", () => {
    const change = merge([], found("a", "b", "c", "d", "e"));
    expect(shown(change.changed)).toEqual(["a@1", "b@1", "c@2", "d@2", "e@3"]);
    expect(change.counts).toEqual({ present: 5, added: 5, returned: 0, gone: 0 });
    expect(change.changed[0]).toMatchObject({ firstSeenMs: NOW, lastSeenMs: NOW, goneSinceMs: null });
  });

  test("a shard is of one subscription and one region, in characters that a key may have", () => {
    const clusters = [
      clusterNamed("a", { location: "west europe" }),
      clusterNamed("b", { location: "eastus2" }),
      clusterNamed("c", { subscriptionId: "AB/#1", location: "eastus2" }),
    ];
    const change = merge([], { clusters, failedSubscriptionIds: [] });
    expect(change.changed.map((it) => it.shard)).toEqual([
      `${SUB}-westeurope-1`,
      `${SUB}-eastus2-1`,
      "ab1-eastus2-1",
    ]);
  });

  test("a cluster keeps its shard, whatever order Azure lists it in", () => {
    const stored = [entryOf(clusterNamed("a"), shard(7)), entryOf(clusterNamed("b"), shard(3))];
    const change = merge(stored, found("b", "c", "a"));
    expect(shown(change.changed)).toEqual(["a@7", "b@3", "c@1"]);
    expect(change.changed[0]).toMatchObject({ firstSeenMs: 0, lastSeenMs: NOW });
  });

  test("what a whole list no longer has is gone, and stays gone since then", () => {
    const [gone, ...others] = merge([entryOf(clusterNamed("a"), shard(1))], found()).changed;
    expect(others).toEqual([]);
    expect(gone).toMatchObject({ goneSinceMs: NOW, lastSeenMs: 0 });
    expect(merge(gone === undefined ? [] : [gone], found(), NOW + 1).changed).toEqual([]);
  });

  test("a subscription that could not be read loses nothing, and keeps its seats", () => {
    const stored = [entryOf(clusterNamed("a"), shard(1)), entryOf(clusterNamed("b"), shard(1), 1)];
    const failed = { clusters: [], failedSubscriptionIds: [SUB.toUpperCase()] };
    expect(merge(stored, failed)).toMatchObject({ changed: [], removed: [] });
  });

  test("a subscription that is not asked for any more is gone", () => {
    const stored = [entryOf(clusterNamed("a", { subscriptionId: OTHER }), `${OTHER}-westeurope-1`)];
    expect(shown(merge(stored, found()).changed)).toEqual(["a@1†"]);
  });

  test("a cluster that comes back takes its shard again", () => {
    const change = merge([entryOf(clusterNamed("a"), shard(4), 10)], found("a"));
    expect(shown(change.changed)).toEqual(["a@4"]);
    expect(change.counts).toEqual({ present: 1, added: 0, returned: 1, gone: 0 });
  });

  test("the seat of a gone cluster is free; who comes back to a full shard still takes its own, and nothing is dropped", () => {
    const stored = [entryOf(clusterNamed("a"), shard(1), 10), entryOf(clusterNamed("b"), shard(1))];
    const filled = merge(stored, found("b", "c"));
    expect(shown(filled.changed)).toEqual(["b@1", "c@1"]);

    const back = merge([...filled.changed, ...stored.slice(0, 1)], found("a", "b", "c", "d"));
    expect(shown(back.changed)).toEqual(["b@1", "c@1", "a@1", "d@2"]);
    expect(back.removed).toEqual([]);
  });

  test.for([
    ["until the retention is over", NOW - 500, []],
    ["no longer", NOW - 501, [{ key: clusterNamed("a").ref.key, shard: shard(1) }]],
  ] as const)("keeps what is gone %s", ([, goneSinceMs, removed]) => {
    expect(merge([entryOf(clusterNamed("a"), shard(1), goneSinceMs)], found()).removed).toEqual(removed);
  });

  test("an excluded cluster counts as gone, and comes back without the tag", () => {
    const excluded = clusterNamed("a", { tags: { "Snatwatch-Exclude": " TRUE " } });
    const change = merge([entryOf(clusterNamed("a"), shard(1))], {
      clusters: [excluded],
      failedSubscriptionIds: [],
    });
    expect(shown(change.changed)).toEqual(["a@1†"]);
    expect(shown(merge(change.changed, found("a")).changed)).toEqual(["a@1"]);
  });

  test("no shard takes a new cluster beyond its size, and nobody who is known changes shards", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const rounds = fc.array(fc.record({ there: fc.subarray(names), fails: fc.boolean() }), { maxLength: 12 });
    fc.assert(
      fc.property(rounds, (history) => {
        let inventory = new Map<string, InventoryEntry>();
        history.forEach(({ there, fails }, index) => {
          const what = fails ? { clusters: [], failedSubscriptionIds: [SUB] } : found(...there);
          const before = inventory;
          const change = merge([...before.values()], what, index * 200);
          inventory = new Map(before);
          for (const entry of change.changed) inventory.set(entry.cluster.ref.key, entry);
          for (const { key } of change.removed) inventory.delete(key);

          const present = [...inventory.values()].filter((it) => it.goneSinceMs === null);
          for (const [, seated] of Map.groupBy(present, (it) => it.shard))
            if (seated.some((it) => !before.has(it.cluster.ref.key)))
              expect(seated.length).toBeLessThanOrEqual(2);
          for (const entry of inventory.values()) {
            const old = before.get(entry.cluster.ref.key);
            if (old !== undefined) expect(entry.shard).toBe(old.shard);
          }
        });
      }),
    );
  });
});

test.for([
  [{ "snatwatch-exclude": "true" }, true],
  [{ "SNATWATCH-EXCLUDE": "True" }, true],
  [{ "snatwatch-exclude": "false" }, false],
  [{ "snatwatch-exclude": "" }, false],
  [{}, false],
] as const)("tags %j exclude: %s", ([tags, excluded]) => {
  expect(isExcluded({ tags })).toBe(excluded);
});
