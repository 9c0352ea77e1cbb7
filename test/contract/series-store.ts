import { beforeEach, describe, expect, test } from "vitest";
import { blockEndMs, createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { SeriesStore } from "#ports/series-store.ts";
import { appended } from "../support/appended.ts";
import { keptFrom, MONDAY_MS, manyBackends, sealAll, usedPorts, usedPortsOf, valuesOf } from "./samples.ts";

export interface SeriesStoreWorld {
  /** Two stores over the same storage, as in two instances of the app. */
  readonly store: SeriesStore;
  readonly other: SeriesStore;
}

const SHARD = "s1-westeurope-1";
const CLUSTER = "/subscriptions/s1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/c1";

/** What every series store does. */
export function describeSeriesStore(name: string, open: () => Promise<SeriesStoreWorld>): void {
  describe(`series store: ${name}`, () => {
    let store: SeriesStore;
    let other: SeriesStore;

    beforeEach(async () => {
      ({ store, other } = await open());
    });

    async function write(block: Parameters<typeof usedPorts>[1], startMs = MONDAY_MS, by = store) {
      const written = usedPorts(startMs, block);
      const recent = await appended(by, SHARD, [{ clusterKey: CLUSTER, block: written }], startMs);
      return recent.get(CLUSTER) ?? createBlock(startMs, startMs);
    }

    async function read(fromMs: number, toMs: number, by = other) {
      return (await by.read(SHARD, CLUSTER, fromMs, toMs)).block;
    }

    describe("values", () => {
      test("gives back what was written, for exactly the span asked for", async () => {
        await write({ a: [1, 2, 3], b: [null, 0, 9] });

        const block = await read(MONDAY_MS - MINUTE_MS, MONDAY_MS + 5 * MINUTE_MS);

        expect([block.startMs, block.minutes]).toEqual([MONDAY_MS - MINUTE_MS, 6]);
        expect(usedPortsOf(block, "a")).toEqual([null, 1, 2, 3, null, null]);
        expect(usedPortsOf(block, "b")).toEqual([null, null, 0, 9, null, null]);
        const labels = [...block.series.values()].map((series) => series.labels);
        expect(labels).toContainEqual({ frontendIp: "20.1.2.3", backendIp: "a", protocol: "tcp" });
      });

      test("keeps zero and no value apart, and has no series without a value", async () => {
        await write({ a: [0, null, 0], b: [null, null, null] });

        const block = await read(MONDAY_MS, MONDAY_MS + 3 * MINUTE_MS);

        expect(usedPortsOf(block, "a")).toEqual([0, null, 0]);
        expect(block.series.size).toBe(1);
      });

      test("keeps doubles bit for bit", async () => {
        const values = [
          0.1 + 0.2,
          1e-310,
          2 ** 53,
          2 ** 48,
          2 ** 48 - 1,
          1 / 3,
          -1.5,
          1e300,
          -0,
          63.999999999999,
          2 ** 31,
        ];
        await write({ a: values });

        const block = await read(MONDAY_MS, MONDAY_MS + values.length * MINUTE_MS);

        const read64 = [...block.series.values()].flatMap((series) => [...series.values]);
        expect(read64.every((value, index) => Object.is(value, values[index]))).toBe(true);
      });

      test("keeps every label and metric apart", async () => {
        const block = createBlock(MONDAY_MS, MONDAY_MS + MINUTE_MS);
        ensureSeries(block, "vipAvailability", { frontendIp: "f" }).values[0] = 1;
        ensureSeries(block, "dipAvailability", { backendIp: "b", port: "8080" }).values[0] = 0.5;
        ensureSeries(block, "usedPorts", { frontendIp: "f", backendIp: "b", protocol: "udp" }).values[0] = 7;
        ensureSeries(block, "usedPorts", { frontendIp: "f", backendIp: "b", protocol: "tcp" }).values[0] = 8;
        ensureSeries(block, "failedConnections", {}).values[0] = 9;
        await store.append(SHARD, [{ clusterKey: CLUSTER, block }], MONDAY_MS);

        expect(valuesOf(await read(MONDAY_MS, MONDAY_MS + MINUTE_MS))).toEqual(valuesOf(block));
      });
    });

    describe("rewriting", () => {
      test("changes nothing when the same is written again", async () => {
        await write({ a: [1, null, 3] });
        const recent = await write({ a: [1, null, 3] });

        expect(usedPortsOf(recent, "a")).toEqual([1, null, 3]);
        expect(usedPortsOf(await read(MONDAY_MS, MONDAY_MS + 3 * MINUTE_MS), "a")).toEqual([1, null, 3]);
      });

      test("replaces a value by a later reading, and fills in late minutes", async () => {
        await write({ a: [1, null, 3] });
        await write({ a: [5, 2], b: [8] }, MONDAY_MS);

        const block = await read(MONDAY_MS, MONDAY_MS + 3 * MINUTE_MS);
        expect(usedPortsOf(block, "a")).toEqual([5, 2, 3]);
        expect(usedPortsOf(block, "b")).toEqual([8, null, null]);
      });

      test("never erases a value by no value", async () => {
        await write({ a: [1, 2, 3] });
        await write({ a: [null, null, 4] });

        expect(usedPortsOf(await read(MONDAY_MS, MONDAY_MS + 3 * MINUTE_MS), "a")).toEqual([1, 2, 4]);
      });

      test("fills in the past of an hour that was begun later", async () => {
        await write({ a: [4, 5] }, MONDAY_MS + 40 * MINUTE_MS);
        await write({ a: [1, 2], c: [3] }, MONDAY_MS);

        const block = await read(MONDAY_MS, MONDAY_MS + 42 * MINUTE_MS);
        expect(usedPortsOf(block, "a").filter((value) => value !== null)).toEqual([1, 2, 4, 5]);
        expect(usedPortsOf(block, "c")[0]).toBe(3);
      });

      test("keeps all of overlapping windows, minute by minute, over hours", async () => {
        const minutes = 130;
        for (let end = 3; end <= minutes; end += 1) {
          await write({ a: [end - 2, end - 1, end] }, MONDAY_MS + (end - 3) * MINUTE_MS);
        }

        const block = await read(MONDAY_MS, MONDAY_MS + minutes * MINUTE_MS);
        expect(usedPortsOf(block, "a")).toEqual(Array.from({ length: minutes }, (_, index) => index + 1));
      });
    });

    describe("what append returns", () => {
      test("is what the store holds from the instant asked for to the end of the block", async () => {
        await write({ a: [1, 2, 3, 4] });
        const block = usedPorts(MONDAY_MS + 3 * MINUTE_MS, { a: [40, 50], b: [6, null] });

        const recent = await appended(store, SHARD, [{ clusterKey: CLUSTER, block }], MONDAY_MS + MINUTE_MS);

        const returned = recent.get(CLUSTER) ?? createBlock(0, 0);
        expect([returned.startMs, blockEndMs(returned)]).toEqual([
          MONDAY_MS + MINUTE_MS,
          MONDAY_MS + 5 * MINUTE_MS,
        ]);
        expect(usedPortsOf(returned, "a")).toEqual([2, 3, 40, 50]);
        expect(usedPortsOf(returned, "b")).toEqual([null, null, 6, null]);
      });

      test("holds what another instance wrote, across hours", async () => {
        await write({ a: [1, 2, 3] }, MONDAY_MS - 2 * MINUTE_MS);
        await write({ a: [4], b: [9] }, MONDAY_MS + MINUTE_MS, other);
        const block = usedPorts(MONDAY_MS + 2 * MINUTE_MS, { a: [5] });

        const recent = await appended(
          store,
          SHARD,
          [{ clusterKey: CLUSTER, block }],
          MONDAY_MS - 2 * MINUTE_MS,
        );

        expect(usedPortsOf(recent.get(CLUSTER) ?? block, "a")).toEqual([1, 2, 3, 4, 5]);
        expect(usedPortsOf(recent.get(CLUSTER) ?? block, "b")).toEqual([null, null, null, 9, null]);
      });

      test("holds what another instance wrote in an hour that this one left out", async () => {
        await write({ a: [1] }, MONDAY_MS + 58 * MINUTE_MS);
        await write({ a: [2] }, MONDAY_MS + 65 * MINUTE_MS, other);
        const block = usedPorts(MONDAY_MS + 120 * MINUTE_MS, { a: [3] });

        const recent = await appended(
          store,
          SHARD,
          [{ clusterKey: CLUSTER, block }],
          MONDAY_MS + 58 * MINUTE_MS,
        );

        const values = usedPortsOf(recent.get(CLUSTER) ?? block, "a").filter((value) => value !== null);
        expect(values).toEqual([1, 2, 3]);
      });

      test("reaches back to what no earlier append asked for", async () => {
        await write({ a: Array.from({ length: 50 }, (_, index) => index) });
        const block = usedPorts(MONDAY_MS + 50 * MINUTE_MS, { a: [50] });
        await store.append(SHARD, [{ clusterKey: CLUSTER, block }], MONDAY_MS + 49 * MINUTE_MS);
        const next = usedPorts(MONDAY_MS + 51 * MINUTE_MS, { a: [51] });

        const recent = await appended(store, SHARD, [{ clusterKey: CLUSTER, block: next }], MONDAY_MS);

        expect(usedPortsOf(recent.get(CLUSTER) ?? next, "a")).toEqual(
          Array.from({ length: 52 }, (_, i) => i),
        );
      });

      test("is the caller's own: changing it changes nothing stored", async () => {
        const recent = await write({ a: [1, 2] });
        for (const series of recent.series.values()) series.values.fill(99);

        const again = await write({ a: [1, 2, 3] });

        expect(usedPortsOf(again, "a")).toEqual([1, 2, 3]);
        expect(usedPortsOf(await read(MONDAY_MS, MONDAY_MS + 3 * MINUTE_MS), "a")).toEqual([1, 2, 3]);
      });

      test("has an answer for a cluster without any value", async () => {
        const block = createBlock(MONDAY_MS, MONDAY_MS + 3 * MINUTE_MS);

        const recent = await appended(store, SHARD, [{ clusterKey: CLUSTER, block }], MONDAY_MS - MINUTE_MS);

        expect(recent.get(CLUSTER)).toMatchObject({ startMs: MONDAY_MS - MINUTE_MS, minutes: 4 });
        expect(recent.get(CLUSTER)?.series.size).toBe(0);
      });

      test("stays right after history was imported in between", async () => {
        await write({ a: [1, 2] });
        await write({ a: [7, 8] }, MONDAY_MS - 3 * DAY_MS);
        const block = usedPorts(MONDAY_MS + 2 * MINUTE_MS, { a: [null] });

        const recent = await appended(store, SHARD, [{ clusterKey: CLUSTER, block }], MONDAY_MS);

        expect(usedPortsOf(recent.get(CLUSTER) ?? block, "a")).toEqual([1, 2, null]);
      });
    });

    describe("spans", () => {
      test("reads across the end of a week, an hour and a day", async () => {
        const nextMonday = MONDAY_MS - 10 * HOUR_MS + 7 * DAY_MS;
        const startMs = nextMonday - 90 * MINUTE_MS;
        const values = Array.from({ length: 180 }, (_, index) => index + 0.5);
        await write({ a: values }, startMs);

        expect(usedPortsOf(await read(startMs, startMs + 180 * MINUTE_MS), "a")).toEqual(values);
        expect(usedPortsOf(await read(nextMonday - MINUTE_MS, nextMonday + MINUTE_MS), "a")).toEqual([
          89.5, 90.5,
        ]);
      });

      test("takes a day of history in one block, and gives any part of it", async () => {
        const values = Array.from({ length: 1440 }, (_, index) => (index % 7 === 0 ? null : index));
        const recent = await write({ a: values, b: values }, MONDAY_MS - DAY_MS);

        expect(usedPortsOf(recent, "a")).toEqual(values);
        const part = await read(MONDAY_MS - DAY_MS + 100 * MINUTE_MS, MONDAY_MS - DAY_MS + 300 * MINUTE_MS);
        expect(usedPortsOf(part, "b")).toEqual(values.slice(100, 300));
      });

      test("has nothing where nothing was written", async () => {
        await write({ a: [1] });

        const { block, faults } = await store.read(
          SHARD,
          CLUSTER,
          MONDAY_MS - 40 * DAY_MS,
          MONDAY_MS - 30 * DAY_MS,
        );

        expect(block).toMatchObject({ startMs: MONDAY_MS - 40 * DAY_MS, minutes: 10 * 24 * 60 });
        expect([block.series.size, faults.length]).toEqual([0, 0]);
      });
    });

    describe("clusters", () => {
      test("keeps those of one shard apart, whatever characters their keys have", async () => {
        const long = `/subscriptions/${"long".repeat(150)}`;
        const keys = [
          "/a",
          "/a/b",
          "/a|b",
          "/a%2fb",
          "/a:b",
          "/a#?b",
          "/a'b",
          "/a\\b",
          "/a~002fb",
          "/ä ß 中",
          "/a\u0001",
          long,
          `${long}x`,
        ];
        const writes = keys.map((clusterKey, index) => ({
          clusterKey,
          block: usedPorts(MONDAY_MS, { n: [index] }),
        }));
        const recent = await appended(store, SHARD, writes, MONDAY_MS);

        for (const [index, key] of keys.entries()) {
          const { block, faults } = await other.read(SHARD, key, MONDAY_MS, MONDAY_MS + MINUTE_MS);
          expect([key, usedPortsOf(block, "n"), faults]).toEqual([key, [index], []]);
          expect(usedPortsOf(recent.get(key) ?? block, "n")).toEqual([index]);
        }
      });

      test("keeps equal clusters of two shards apart", async () => {
        await write({ a: [1] });

        const { block } = await store.read("s1-westeurope-2", CLUSTER, MONDAY_MS, MONDAY_MS + MINUTE_MS);

        expect(block.series.size).toBe(0);
      });

      test("takes the same cluster twice in one append", async () => {
        const first = usedPorts(MONDAY_MS, { a: [1, 2] });
        const second = usedPorts(MONDAY_MS + MINUTE_MS, { a: [3, 4] });

        const recent = await appended(
          store,
          SHARD,
          [
            { clusterKey: CLUSTER, block: first },
            { clusterKey: CLUSTER, block: second },
          ],
          MONDAY_MS,
        );

        expect(usedPortsOf(recent.get(CLUSTER) ?? first, "a")).toEqual([1, 3, 4]);
      });

      test("takes labels that no address has", async () => {
        const block = createBlock(MONDAY_MS, MONDAY_MS + MINUTE_MS);
        ensureSeries(block, "usedPorts", { backendIp: "fd00::1%eth0", frontendIp: 'a"b,ü|' }).values[0] = 3;
        await store.append(SHARD, [{ clusterKey: CLUSTER, block }], MONDAY_MS);

        expect(valuesOf(await read(MONDAY_MS, MONDAY_MS + MINUTE_MS))).toEqual(valuesOf(block));
      });
    });

    describe("size", () => {
      test("takes a cluster of a thousand nodes, beyond what an entity or a transaction holds", async () => {
        const block = manyBackends(MONDAY_MS, 60, 1000, 1000);

        const recent = await appended(store, SHARD, [{ clusterKey: CLUSTER, block }], MONDAY_MS);
        const { block: stored, faults } = await other.read(SHARD, CLUSTER, MONDAY_MS, blockEndMs(block));

        expect(faults).toEqual([]);
        expect(valuesOf(stored)).toEqual(valuesOf(block));
        expect(recent.get(CLUSTER)?.series.size).toBe(4000);
      });

      test("takes new nodes hour for hour, as scaling brings them", async () => {
        await store.append(
          SHARD,
          [{ clusterKey: CLUSTER, block: manyBackends(MONDAY_MS, 2, 100, 1) }],
          MONDAY_MS,
        );
        const grown = manyBackends(MONDAY_MS + 2 * MINUTE_MS, 2, 300, 1);
        await store.append(SHARD, [{ clusterKey: CLUSTER, block: grown }], MONDAY_MS);

        const stored = await read(MONDAY_MS, blockEndMs(grown));
        expect(stored.series.size).toBe(1200);
        expect(usedPortsOf(stored, "10.0.1.43")).toEqual([null, null, 300, 300]);
      });
    });

    describe("two writers at once", () => {
      test("lose nothing of either: other minutes, other series, first write of the hour", async () => {
        for (let round = 0; round < 4; round += 1) {
          const startMs = MONDAY_MS + round * 10 * MINUTE_MS;
          await Promise.all([
            write({ a: [1, null, 3], mine: [1] }, startMs, store),
            write({ a: [null, 2], yours: [2] }, startMs, other),
            write({ b: [7, 8, 9] }, startMs, store),
          ]);

          const block = await read(startMs, startMs + 3 * MINUTE_MS);
          expect(usedPortsOf(block, "a")).toEqual([1, 2, 3]);
          expect(usedPortsOf(block, "b")).toEqual([7, 8, 9]);
          expect(usedPortsOf(block, "mine")[0]).toBe(1);
          expect(usedPortsOf(block, "yours")[0]).toBe(2);
        }
      });

      test("lose nothing when both write many clusters of the shard", async () => {
        const writesOf = (backend: string) =>
          Array.from({ length: 20 }, (_, index) => ({
            clusterKey: `/c${index}`,
            block: usedPorts(MONDAY_MS, { [backend]: [index] }),
          }));
        await Promise.all([
          store.append(SHARD, writesOf("x"), MONDAY_MS),
          other.append(SHARD, writesOf("y"), MONDAY_MS),
        ]);

        for (let index = 0; index < 20; index += 1) {
          const { block } = await store.read(SHARD, `/c${index}`, MONDAY_MS, MONDAY_MS + MINUTE_MS);
          expect([usedPortsOf(block, "x"), usedPortsOf(block, "y")]).toEqual([[index], [index]]);
        }
      });
    });

    describe("expiry", () => {
      test("drops what is long past and keeps what is younger", async () => {
        await write({ a: [1] }, MONDAY_MS - 30 * DAY_MS);
        await write({ a: [2] }, MONDAY_MS);

        await sealAll(store);
        await store.expire(keptFrom(MONDAY_MS - 14 * DAY_MS));

        const old = await read(MONDAY_MS - 30 * DAY_MS, MONDAY_MS - 30 * DAY_MS + MINUTE_MS);
        expect(old.series.size).toBe(0);
        expect(usedPortsOf(await read(MONDAY_MS, MONDAY_MS + MINUTE_MS), "a")).toEqual([2]);
      });

      test("keeps every minute from the instant on", async () => {
        await write({ a: Array.from({ length: 120 }, () => 1) });

        await store.expire(keptFrom(MONDAY_MS + 30 * MINUTE_MS));

        const kept = await read(MONDAY_MS + 30 * MINUTE_MS, MONDAY_MS + 120 * MINUTE_MS);
        expect(usedPortsOf(kept, "a")).toEqual(Array.from({ length: 90 }, () => 1));
      });

      test("has nothing to do in an empty store", async () => {
        await expect(store.expire(keptFrom(MONDAY_MS))).resolves.toBeUndefined();
      });
    });
  });
}
