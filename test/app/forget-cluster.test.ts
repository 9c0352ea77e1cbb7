import { expect, test } from "vitest";
import { collectShard } from "#app/collect-shard.ts";
import { countCluster, forgetCluster, type KeptCluster, keptClusters } from "#app/forget-cluster.ts";
import { tidyForgotten } from "#app/tidy-forgotten.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { ClusterData } from "#ports/cluster-data.ts";
import { MemoryInventoryStore } from "../support/memory/inventory-store.ts";
import { MemorySeriesStore } from "../support/memory/series-store.ts";
import { bench, entry, SHARD } from "./collect-support.ts";

const { key } = entry().cluster.ref;
const { key: otherKey } = entry("aks-other").cluster.ref;
const RECORD = { finishedAtMs: 1, subscriptionIds: [], failures: [] };

/** Two clusters that have been collected once. */
async function collected() {
  const kit = bench();
  const inventory = new MemoryInventoryStore();
  const series = new MemorySeriesStore();
  const state: ClusterData = {
    count: async (shard, clusterKey) => ((await kit.states.load(shard, clusterKey)) === undefined ? 0 : 1),
    async forget(shard, clusterKey) {
      const rows = await state.count(shard, clusterKey);
      await kit.states.remove(shard, clusterKey);
      return rows;
    },
  };
  const clusterData = new Map([
    ["state", state],
    ["samples", series],
  ]);
  const { silences, clock } = kit;
  const deps = { inventory, series, silences, clock, clusterData };
  const entries = [entry(), entry("aks-other")];
  await inventory.save(entries, [], RECORD);
  const collect = () => collectShard({ ...kit.deps, series }, SHARD, entries, kit.signal);
  await collect();
  const target = async (): Promise<KeptCluster> => {
    const found = (await keptClusters(inventory)).find(({ ref }) => ref.key === key);
    if (found === undefined) throw new Error("nothing is kept of it");
    return found;
  };
  const rest = async () => [await state.count(SHARD, key), await series.count(SHARD, key)];
  return { ...kit, deps, entries, collect, target, rest };
}

const silence = (cluster: string) => ({
  cluster,
  startsAtMs: 0,
  untilMs: 1,
  comment: "",
  createdBy: "ops",
  createdAtMs: 0,
  endedAtMs: null,
});

test("counts without deleting, then deletes what it counted, and nothing of another", async () => {
  const kit = await collected();
  await kit.silences.add(silence(entry().cluster.ref.id));
  await kit.silences.add(silence("aks-*"));
  const counted = await countCluster(kit.deps, await kit.target());
  expect(Object.fromEntries(counted)).toEqual({ inventory: 1, state: 1, samples: 1, silences: 1 });
  expect(await countCluster(kit.deps, await kit.target())).toEqual(counted);

  expect(await forgetCluster(kit.deps, await kit.target())).toEqual(counted);

  expect(await kit.rest()).toEqual([0, 0]);
  expect((await kit.deps.inventory.list()).map(({ cluster }) => cluster.ref.key)).toEqual([otherKey]);
  expect(await kit.deps.series.count(SHARD, otherKey)).toBe(1);
  expect((await kit.silences.list()).map(({ cluster }) => cluster)).toEqual(["aks-*"]);
});

test("died half-way, it is found by its name and done again", async () => {
  const kit = await collected();
  const broken: ClusterData = {
    count: async () => 1,
    forget: () => Promise.reject(new AdapterError("unavailable", "gone")),
  };
  const clusterData = new Map([["broken", broken], ...kit.deps.clusterData]);
  await expect(forgetCluster({ ...kit.deps, clusterData }, await kit.target())).rejects.toThrow("gone");
  expect(await kit.rest()).toEqual([1, 1]);

  const rows = await forgetCluster(kit.deps, await kit.target());

  expect(Object.fromEntries(rows)).toMatchObject({ inventory: 0, state: 1, samples: 1 });
  expect(await kit.rest()).toEqual([0, 0]);
});

test("a collection that was under way leaves nothing behind for good", async () => {
  const kit = await collected();
  await forgetCluster(kit.deps, await kit.target());
  // It had read the inventory before.
  kit.clock.ms += MINUTE_MS;
  await kit.collect();
  expect(await kit.rest()).toEqual([1, 2]);

  const before = await kit.deps.inventory.listForgotten();
  expect(await tidyForgotten(kit.deps, before)).toEqual([]);

  expect(await kit.rest()).toEqual([0, 0]);
  expect(await kit.deps.inventory.listForgotten(), "the next discovery looks again").toEqual(before);
  kit.clock.ms += HOUR_MS;
  await tidyForgotten(kit.deps, before);
  expect(await kit.deps.inventory.listForgotten()).toEqual([]);
});

test("a discovery that was under way lists it no more", async () => {
  const kit = await collected();
  const before = await kit.deps.inventory.listForgotten();
  await forgetCluster(kit.deps, await kit.target());
  await kit.deps.inventory.save(kit.entries, [], RECORD);

  await tidyForgotten(kit.deps, before);

  expect((await kit.deps.inventory.list()).map(({ cluster }) => cluster.ref.key)).toEqual([otherKey]);
});

test("a cluster that is found again keeps what it has since; what it left in another shard may go", async () => {
  const kit = await collected();
  await forgetCluster(kit.deps, await kit.target());
  const before = await kit.deps.inventory.listForgotten();
  await kit.deps.inventory.save([entry()], [], RECORD);
  await kit.collect();

  expect(await tidyForgotten(kit.deps, before)).toEqual([]);
  expect(await kit.rest()).toEqual([1, 1]);

  await kit.deps.inventory.save([entry("aks-payments", { shard: `${SHARD}2` })], [], RECORD);
  expect(await tidyForgotten(kit.deps, before)).toEqual([{ key, shard: SHARD }]);
  expect(await keptClusters(kit.deps.inventory)).toContainEqual({
    ref: entry().cluster.ref,
    shards: [`${SHARD}2`, SHARD],
  });
});
