import { beforeEach, describe, expect, test } from "vitest";
import { NO_NETWORK } from "#core/egress/cluster-network.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { DiscoveryRecord, ForgettingInventory } from "#ports/inventory-store.ts";
import { MONDAY_MS } from "./samples.ts";

export interface InventoryStoreWorld {
  /** Two stores over the same storage, as in two instances of the app. */
  readonly store: ForgettingInventory;
  readonly other: ForgettingInventory;
}

/** What every inventory store does. */
export function describeInventoryStore(name: string, open: () => Promise<InventoryStoreWorld>): void {
  describe(`inventory store: ${name}`, () => {
    let store: ForgettingInventory;
    let other: ForgettingInventory;

    beforeEach(async () => {
      ({ store, other } = await open());
    });

    test("is empty before the first discovery", async () => {
      expect(await store.list()).toEqual([]);
      expect(await store.lastDiscovery()).toBeNull();
    });

    test("gives back entries and record, to every instance", async () => {
      const entries = [entry("/subscriptions/s1/a"), entry("/subscriptions/s2/ä b%|#")];
      const saved = record(MONDAY_MS);
      await store.save(entries, [], saved);

      for (const reader of [store, other]) {
        expect(sorted(await reader.list())).toEqual(sorted(entries));
        expect(await reader.lastDiscovery()).toEqual(saved);
      }
    });

    test("replaces, adds and removes, and every instance sees it", async () => {
      await store.save([entry("/a"), entry("/b"), entry("/c")], [], record(1));
      await other.list();
      await store.save([entry("/b", 5), entry("/d")], ["/a", "/never-there"], record(2));

      for (const reader of [store, other]) {
        const seen = Object.fromEntries((await reader.list()).map((e) => [e.cluster.ref.key, e.lastSeenMs]));
        expect(seen).toEqual({ "/b": 5, "/c": 0, "/d": 0 });
        expect((await reader.lastDiscovery())?.finishedAtMs).toBe(2);
      }
    });

    test("can be saved again, as after a process that died", async () => {
      const entries = [entry("/a"), entry("/b")];
      await store.save(entries, ["/x"], record(1));
      await other.save(entries, ["/x"], record(1));

      expect(sorted(await store.list())).toEqual(sorted(entries));
    });

    test("records a discovery that found nothing, and its failures", async () => {
      const failed: DiscoveryRecord = {
        ...record(3),
        failures: [{ subscriptionId: "s3", reason: "forbidden", message: "list of clusters: 403" }],
      };
      await store.save([], [], failed);

      expect(await other.lastDiscovery()).toEqual(failed);
      expect(await other.list()).toEqual([]);
    });

    test("takes a cluster off the list, with a note, and every instance sees it at once", async () => {
      await store.save([entry("/a"), entry("/ä b%")], [], record(1));
      await other.list();
      const note = { ref: entry("/ä b%").cluster.ref, shard: "s1-westeurope-1", atMs: 5 };

      for (const by of [store, other]) {
        await by.forget(note);
        expect((await other.list()).map(({ cluster }) => cluster.ref.key)).toEqual(["/a"]);
        expect(await other.listForgotten()).toEqual([note]);
        expect(await other.lastDiscovery()).toEqual(record(1));
      }
    });

    test("lists a cluster that is found again, and keeps the note until it is cleared", async () => {
      const note = { ref: entry("/a").cluster.ref, shard: "s1-westeurope-1", atMs: 5 };
      const elsewhere = { ...note, shard: "s1-westeurope-2" };
      await store.forget(note);
      await store.forget(elsewhere);

      await store.save([entry("/a")], [], record(2));
      await other.clearForgotten(note);

      expect(await store.list()).toEqual([entry("/a")]);
      expect(await store.listForgotten()).toEqual([elsewhere]);
      await store.clearForgotten(elsewhere);
      await store.clearForgotten(elsewhere);
      expect(await other.listForgotten()).toEqual([]);
    });

    test("takes a fleet", async () => {
      const entries = Array.from({ length: 450 }, (_, index) =>
        entry(`/subscriptions/s${index % 7}/c${index}`),
      );
      await store.save(entries, [], record(1));

      expect(sorted(await other.list())).toEqual(sorted(entries));
    });
  });
}

export function entry(key: string, lastSeenMs = 0): InventoryEntry {
  const text = { id: key.toUpperCase(), key, name: key.slice(-1), subscriptionId: "s1" };
  return {
    cluster: {
      ref: { ...text, resourceGroup: "rg", location: "westeurope" },
      nodeResourceGroup: "MC_rg_a_westeurope",
      outboundType: "loadBalancer",
      provisioningState: "Succeeded",
      powerState: "running",
      kubernetesVersion: "1.33.1",
      tags: { "snatwatch-warn-ratio": "0.6", ü: "ß" },
      pools: [],
      loadBalancerProfile: null,
      paths: [],
      loadBalancer: null,
      network: NO_NETWORK,
      discoveredAtMs: MONDAY_MS,
      problems: [],
    },
    shard: "s1-westeurope-1",
    firstSeenMs: MONDAY_MS,
    lastSeenMs,
    goneSinceMs: null,
  };
}

export function record(finishedAtMs: number): DiscoveryRecord {
  return { finishedAtMs, subscriptionIds: ["s1", "s2"], failures: [] };
}

function sorted(entries: readonly InventoryEntry[]): InventoryEntry[] {
  return [...entries].sort((a, b) => (a.cluster.ref.key < b.cluster.ref.key ? -1 : 1));
}
