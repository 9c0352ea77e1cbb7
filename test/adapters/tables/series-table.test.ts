import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SeriesTable } from "#adapters/tables/series-table.ts";
import { TableAccount } from "#adapters/tables/table-account.ts";
import { createBlock } from "#core/series/sample-block.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { SeriesStore } from "#ports/series-store.ts";
import { MONDAY_MS, manyBackends, usedPorts, usedPortsOf } from "../../contract/samples.ts";
import { appended } from "../../support/appended.ts";
import { type Azurite, startAzurite } from "../../support/azurite.ts";
import { SeriesWorld, SHARD } from "./series-world.ts";

const MINUTES = "Minutes";

let azurite: Azurite | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

describe("series table", () => {
  let world: SeriesWorld;
  let prefix: string;
  let store: SeriesStore;
  let traffic: SeriesWorld["traffic"];

  beforeEach(() => {
    world = new SeriesWorld(azurite?.connectionString ?? "");
    ({ prefix, store, traffic } = world);
  });

  /** One minute of the fleet's cycle: three minutes of each cluster, of which the last is new. */
  async function cycle(by: SeriesStore, clusters: number, endMs: number): Promise<void> {
    const writes = Array.from({ length: clusters }, (_, index) => ({
      clusterKey: `/c${index}`,
      block: usedPorts(endMs - 3 * MINUTE_MS, { a: [0, 1, 2].map((m) => endMs / MINUTE_MS + m + index) }),
    }));
    await by.append(SHARD, writes, endMs - 15 * MINUTE_MS);
  }

  test("stores a minute of a shard in one call, without reading", async () => {
    await cycle(store, 50, MONDAY_MS + 3 * MINUTE_MS);
    traffic.reset();

    for (let minute = 4; minute < 14; minute += 1) await cycle(store, 50, MONDAY_MS + minute * MINUTE_MS);

    expect(traffic.calls()).toEqual({ $batch: 10 });
  });

  test("trusts its memory for a while where a cluster has nothing new, then looks", async () => {
    const account = new TableAccount(world.options());
    const none = createBlock(MONDAY_MS, MONDAY_MS + 3 * MINUTE_MS);
    const callsOf = async (trustMs: number) => {
      const trusting = new SeriesTable(account, { trustMs });
      await trusting.append(
        SHARD,
        [{ clusterKey: "/c", block: usedPorts(MONDAY_MS, { a: [1] }) }],
        MONDAY_MS,
      );
      await world
        .open()
        .append(SHARD, [{ clusterKey: "/c", block: usedPorts(MONDAY_MS, { b: [trustMs] }) }], MONDAY_MS);
      traffic.reset();
      const recent = await appended(trusting, SHARD, [{ clusterKey: "/c", block: none }], MONDAY_MS);
      return [traffic.calls(), usedPortsOf(recent.get("/c") ?? none, "b")[0]];
    };

    expect(await callsOf(60_000)).toEqual([{}, undefined]);
    expect(await callsOf(-1)).toEqual([{ [prefix + MINUTES]: 1, [`${prefix}Days20261116`]: 1 }, -1]);
  });

  test("writes nothing that is stored already", async () => {
    await cycle(store, 5, MONDAY_MS);
    traffic.reset();

    await cycle(store, 5, MONDAY_MS);

    expect(traffic.calls()).toEqual({});
  });

  test("forgets shards beyond its cache and is right all the same", async () => {
    const small = world.open({ cacheSeries: 4 });
    for (let minute = 0; minute < 4; minute += 1) {
      for (const shard of ["x", "y", "z"]) {
        const block = usedPorts(MONDAY_MS + minute * MINUTE_MS, { a: [minute] });
        const recent = await appended(small, shard, [{ clusterKey: "/c", block }], MONDAY_MS);
        expect(usedPortsOf(recent.get("/c") ?? block, "a")).toEqual([0, 1, 2, 3].slice(0, minute + 1));
      }
    }
  });

  test("reads a day of a cluster in two calls", async () => {
    const dayMs = MONDAY_MS + 14 * HOUR_MS;
    const block = usedPorts(dayMs, { a: Array.from({ length: 1440 }, (_, index) => index) });
    await world.write(block);
    traffic.reset();

    const { block: read } = await store.read(SHARD, "/c", dayMs, dayMs + 24 * HOUR_MS);

    expect(usedPortsOf(read, "a")[1439]).toBe(1439);
    // It ends on the day after.
    expect(traffic.calls()).toEqual({ [prefix + MINUTES]: 1, [`${prefix}Days20261116`]: 1 });
  });

  test("stays below the limits of entities with a thousand nodes of awkward values", async () => {
    const block = manyBackends(MONDAY_MS, 60, 1000, 1 / 3);
    await store.append(SHARD, [{ clusterKey: "/c", block }], MONDAY_MS + HOUR_MS);

    expect(await world.expectWithinLimits(MINUTES)).toBeGreaterThan(250 * 1024);
  });

  describe("damage", () => {
    const block = usedPorts(MONDAY_MS, { a: [1, 2, 3], b: [4, 5, 6] });
    const row = "|c:2026111610:0000";

    beforeEach(async () => {
      await world.write(block);
    });

    test("in a minute: names it, and gives the other minutes", async () => {
      await world.damage(MINUTES, row, { m01: Uint8Array.of(1, 2, 3, 4, 5, 6, 7) });

      const { block: read, faults } = await store.read(SHARD, "/c", MONDAY_MS, MONDAY_MS + 3 * MINUTE_MS);

      expect(faults).toEqual([`${row} m01: column with a wrong checksum`]);
      expect(usedPortsOf(read, "a")).toEqual([1, null, 3]);
    });

    test("in a minute: the next reading of it heals it", async () => {
      await world.damage(MINUTES, row, { m01: Uint8Array.of(1, 2, 3, 4, 5, 6, 7) });
      await world.open().append(SHARD, [{ clusterKey: "/c", block }], MONDAY_MS);

      const { block: read, faults } = await store.read(SHARD, "/c", MONDAY_MS, MONDAY_MS + 3 * MINUTE_MS);

      expect(faults).toEqual([]);
      expect(usedPortsOf(read, "b")).toEqual([4, 5, 6]);
    });

    test.for([
      ["wrong bytes", Uint8Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 9), "checksum"],
      ["a later version", Uint8Array.of(9, 0, 0, 0, 0, 1, 0, 0, 0, 9), "version 9"],
      ["text", "no bytes", "no directory"],
    ] as const)("in a directory, %s: names the hour, and gives the other hours", async ([, d0, fault]) => {
      const later = usedPorts(MONDAY_MS + HOUR_MS, { a: [9] });
      await world.write(later);
      await world.damage(MINUTES, row, { d0 });

      const { block: read, faults } = await store.read(SHARD, "/c", MONDAY_MS, MONDAY_MS + 2 * HOUR_MS);

      expect(faults).toEqual([expect.stringContaining(`${row} directory: `)]);
      expect(faults[0]).toContain(fault);
      expect(usedPortsOf(read, "a").filter((value) => value !== null)).toEqual([9]);
    });

    test("in a directory: new samples go beside it, and it stays to be looked at", async () => {
      await world.damage(MINUTES, row, { d0: Uint8Array.of(1) });
      await world.open().append(SHARD, [{ clusterKey: "/c", block }], MONDAY_MS);

      const { block: read, faults } = await store.read(SHARD, "/c", MONDAY_MS, MONDAY_MS + 3 * MINUTE_MS);

      expect(faults).toHaveLength(1);
      expect(usedPortsOf(read, "a")).toEqual([1, 2, 3]);
    });

    test("leaves other clusters alone", async () => {
      await world.write(block, "/d");
      await world.damage(MINUTES, row, { d0: Uint8Array.of(1) });

      expect((await store.read(SHARD, "/d", MONDAY_MS, MONDAY_MS + MINUTE_MS)).faults).toEqual([]);
    });
  });
});
