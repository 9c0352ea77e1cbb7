import { beforeEach, describe, expect, test } from "vitest";
import type { InventoryStore } from "#ports/inventory-store.ts";
import type { MonitorStore } from "#ports/monitor-store.ts";
import { entry, record } from "./inventory-store.ts";
import { MONDAY_MS } from "./samples.ts";

export interface MonitorStoreWorld {
  readonly store: MonitorStore;
  /** In another instance of the app, as its inventory is. */
  readonly other: MonitorStore;
  readonly inventory: InventoryStore;
  readonly otherInventory: InventoryStore;
}

/** What every store of the monitor's notes does. */
export function describeMonitorStore(name: string, open: () => Promise<MonitorStoreWorld>): void {
  describe(`monitor store: ${name}`, () => {
    let world: MonitorStoreWorld;
    beforeEach(async () => {
      world = await open();
    });
    const names = async (store: MonitorStore) => (await store.read()).roster.map(({ key }) => key).sort();

    test("knows nothing before the first discovery", async () => {
      expect(await world.store.read()).toEqual({ discovery: null, roster: [], deliveries: null });
    });

    test("tells the clusters that are there, and the record of the discovery that found them", async () => {
      const gone = { ...entry("/gone"), goneSinceMs: MONDAY_MS };
      await world.inventory.save([entry("/a"), entry("/ä b%|#"), gone], [], record(5));
      const { ref } = entry("/a").cluster;
      const seen = await world.other.read();
      expect(seen.discovery).toEqual(record(5));
      expect(await names(world.other)).toEqual(["/a", "/ä b%|#"]);
      expect(seen.roster).toContainEqual({
        ...{ id: ref.id, key: "/a", name: ref.name },
        firstSeenMs: MONDAY_MS,
      });
    });

    test("follows saves of a part of the fleet, whichever instance makes them", async () => {
      await world.inventory.save([entry("/a"), entry("/b"), entry("/c")], [], record(1));
      await world.otherInventory.save([entry("/d")], ["/a", "/never-there"], record(2));
      await world.inventory.save([{ ...entry("/b"), goneSinceMs: 1 }], [], record(3));

      for (const store of [world.store, world.other]) expect(await names(store)).toEqual(["/c", "/d"]);
      expect((await world.inventory.list()).length).toBe(3);
    });

    test("keeps the last count of deliveries, whatever discovery does", async () => {
      await world.store.saveDeliveries({ countedAtMs: MONDAY_MS, dead: 3 });
      expect(await world.other.read()).toMatchObject({ discovery: null, deliveries: { dead: 3 } });

      await world.other.saveDeliveries({ countedAtMs: MONDAY_MS + 1, dead: 0 });
      await world.inventory.save([entry("/a")], [], record(1));
      expect(await world.store.read()).toMatchObject({
        discovery: record(1),
        deliveries: { countedAtMs: MONDAY_MS + 1, dead: 0 },
      });
      expect(await world.inventory.list()).toHaveLength(1);
    });

    test("takes a fleet of 2,000", async () => {
      const keys = Array.from({ length: 2_000 }, (_, index) => `/subscriptions/s${index % 7}/c${index}`);
      await world.inventory.save(
        keys.map((key) => entry(key)),
        [],
        record(1),
      );
      expect(await names(world.other)).toEqual(keys.toSorted());
    });
  });
}
