import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createBlock, ensureSeries, type SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { DaysRequest, SeriesStore } from "#ports/series-store.ts";
import {
  historyOf,
  keptFrom,
  MONDAY_MS,
  manyBackends,
  sealAll,
  usedPorts,
  usedPortsOf,
  valuesOf,
} from "../../contract/samples.ts";
import { type Azurite, startAzurite } from "../../support/azurite.ts";
import { mortal } from "./mortal.ts";
import { SeriesWorld, SHARD } from "./series-world.ts";

const MIDNIGHT_MS = MONDAY_MS - 10 * HOUR_MS;
const never = new AbortController().signal;

let azurite: Azurite | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

describe("sealed series in tables", () => {
  let world: SeriesWorld;
  let prefix: string;
  let store: SeriesStore;
  let traffic: SeriesWorld["traffic"];

  beforeEach(() => {
    world = new SeriesWorld(azurite?.connectionString ?? "");
    ({ prefix, store, traffic } = world);
  });

  test("puts settled hours in the place of their pages, and leaves the others", async () => {
    await world.write(usedPorts(MIDNIGHT_MS, { a: Array.from({ length: 200 }, (_, i) => i) }));

    const report = await store.seal(MIDNIGHT_MS + 3 * HOUR_MS + 30 * MINUTE_MS, never);

    expect(report).toMatchObject({ hours: 2, days: 0, overtaken: 0, faults: [], whole: true });
    expect(await world.rowsOf("Minutes")).toEqual([
      "|c:2026111600:s000",
      "|c:2026111601:s000",
      "|c:2026111602:0000",
      "|c:2026111603:0000",
    ]);
  });

  test("puts a settled day and its roll-ups in the place of its hours", async () => {
    await world.write(usedPorts(MIDNIGHT_MS, { a: Array.from({ length: 1440 }, (_, i) => i) }));
    await store.seal(MIDNIGHT_MS + 20 * HOUR_MS, never);

    const early = await store.seal(MIDNIGHT_MS + 25 * HOUR_MS, never);
    const report = await store.seal(MIDNIGHT_MS + 26 * HOUR_MS, never);

    expect([early.days, report.days]).toEqual([0, 1]);
    expect(await world.rowsOf("Minutes")).toEqual([]);
    for (const name of ["Days20261116", "Fives202611", "Rollups202611"]) {
      expect(await world.rowsOf(name)).toEqual(["|c:20261116:000"]);
    }
  });

  test("has nothing to do a second time", async () => {
    await world.write(usedPorts(MIDNIGHT_MS, { a: [1, 2, 3] }));
    await sealAll(store);
    traffic.reset();

    expect(await sealAll(store)).toMatchObject({ hours: 0, days: 0 });
    expect(traffic.calls()).toEqual({ [`${prefix}Minutes`]: 1 });
  });

  test("answers 30 days by the hour in few calls", async () => {
    for (let day = 0; day < 30; day += 1) {
      await world.write(manyBackends(MIDNIGHT_MS + day * DAY_MS, 20, 10, day));
    }
    const nowMs = MIDNIGHT_MS + 29 * DAY_MS + 5 * HOUR_MS;
    await store.seal(nowMs, never);
    traffic.reset();

    const request = { metric: "usedPorts", by: "node", aggregation: "max", stepMs: HOUR_MS } as const;
    const span = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + 30 * DAY_MS };
    const { series } = await historyOf(store, SHARD, "/c", { ...request, ...span });

    expect(Object.keys(series)).toHaveLength(10);
    expect(traffic.calls()).toEqual({
      [`${prefix}Minutes`]: 1,
      [`${prefix}Days20261214`]: 1,
      [`${prefix}Rollups202611`]: 1,
      [`${prefix}Rollups202612`]: 1,
    });
  });

  test("reads 24 hours across midnight in a handful of calls", async () => {
    await world.write(manyBackends(MIDNIGHT_MS, 60, 100, 1));
    await world.write(manyBackends(MIDNIGHT_MS + DAY_MS, 60, 100, 2));
    await store.seal(MIDNIGHT_MS + 38 * HOUR_MS, never);
    traffic.reset();

    await store.read(SHARD, "/c", MIDNIGHT_MS + 14 * HOUR_MS, MIDNIGHT_MS + 38 * HOUR_MS, ["ports"]);

    expect(traffic.calls()).toEqual({ [`${prefix}Minutes`]: 1, [`${prefix}Days20261116`]: 1 });
  });

  test("stays below the limits of entities and transactions with values that cannot be compressed", async () => {
    const block = noise(MIDNIGHT_MS, 600);
    await world.write(block);
    await sealAll(store);

    for (const name of ["Days20261116", "Fives202611", "Rollups202611"]) {
      await world.expectWithinLimits(name);
    }
    expect((await world.rowsOf("Days20261116")).length).toBeGreaterThan(5);
    const { block: read, faults } = await world.open().read(SHARD, "/c", MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS);
    expect(faults).toEqual([]);
    expect(valuesOf(read)).toEqual(valuesOf(block));
  }, 60_000);

  test("keeps every series when a day that fills several transactions is sealed anew and cut elsewhere", async () => {
    const first = noise(MIDNIGHT_MS, 250);
    await world.write(first);
    await sealAll(store);
    // New series move the cuts between the pages.
    const more = noise(MIDNIGHT_MS, 40, "early");
    await world.write(more);
    const late = world.open();

    for (let requests = 1; ; requests += 1) {
      const life = mortal();
      life.dieAfter(requests, requests % 2 === 0);
      const sealing = world.open({ client: life.client });
      await sealAll(sealing).catch(() => {});
      const { block, faults } = await late.read(SHARD, "/c", MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS);
      expect(faults).toEqual([]);
      expect(block.series.size).toBe(290);
      if (!life.isDead) break;
    }
    await sealAll(store);

    const { block } = await world.open().read(SHARD, "/c", MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS);
    expect(valuesOf(block)).toEqual({ ...valuesOf(first), ...valuesOf(more) });
    expect(await world.rowsOf("Minutes")).toEqual([]);
  }, 120_000);

  test("names a cluster that cannot be sealed, and seals the others", async () => {
    await world.write(usedPorts(MIDNIGHT_MS, { a: [1] }));
    // A name that no chunk takes.
    const block = createBlock(MIDNIGHT_MS, MIDNIGHT_MS + MINUTE_MS);
    ensureSeries(block, "firewallHealth", { reason: "x".repeat(5_000), resourceId: "/fw" }).values[0] = 1;
    await world.write(block, "/b");
    await world.write(usedPorts(MIDNIGHT_MS, { a: [2] }), "/d");

    const report = await sealAll(store);

    expect(report).toMatchObject({ days: 2, whole: false });
    expect(report.faults).toEqual([expect.stringMatching(/^\|b 2026-11-16.* is not sealed: /)]);
    expect(await world.rowsOf("Minutes")).toEqual(["|b:2026111600:0000"]);
  });

  describe("retention", () => {
    test("drops whole tables, of its own names only, each layer by its own age", async () => {
      await world.table("DaysOther").createTable();
      await world.write(usedPorts(MIDNIGHT_MS - 60 * DAY_MS, { a: [1] }));
      await world.write(usedPorts(MIDNIGHT_MS - DAY_MS, { a: [2] }));
      await sealAll(store);

      await store.expire({
        minutesMs: MIDNIGHT_MS - 14 * DAY_MS,
        fivesMs: MIDNIGHT_MS - 40 * DAY_MS,
        rollupsMs: MIDNIGHT_MS - 400 * DAY_MS,
      });

      const day = { fromMs: MIDNIGHT_MS - 60 * DAY_MS, toMs: MIDNIGHT_MS - 59 * DAY_MS };
      expect((await store.read(SHARD, "/c", day.fromMs, day.toMs)).block.series.size).toBe(0);
      const request = { metric: "usedPorts", by: "node", aggregation: "max", ...day } as const;
      expect((await historyOf(store, SHARD, "/c", { ...request, stepMs: 5 * MINUTE_MS })).series).toEqual({});
      const hourly = await historyOf(store, SHARD, "/c", { ...request, stepMs: HOUR_MS });
      expect(hourly.series["a|tcp|"]?.[0]).toBe(1);
      expect(await world.rowsOf("DaysOther")).toEqual([]);
      const young = await store.read(SHARD, "/c", MIDNIGHT_MS - DAY_MS, MIDNIGHT_MS);
      expect(usedPortsOf(young.block, "a")[0]).toBe(2);
    });

    test("minutes that come when their day is past it do not spoil its roll-ups", async () => {
      const dayMs = MIDNIGHT_MS - 60 * DAY_MS;
      await world.write(usedPorts(dayMs, { a: [7, 8, 9] }));
      await sealAll(store);
      await store.expire({ ...keptFrom(dayMs), minutesMs: MIDNIGHT_MS });
      await world.write(usedPorts(dayMs + 12 * HOUR_MS, { a: [1] }));

      await sealAll(store);

      const request = { metric: "usedPorts", by: "node", aggregation: "max", stepMs: DAY_MS } as const;
      const { series } = await historyOf(store, SHARD, "/c", {
        ...request,
        fromMs: dayMs,
        toMs: dayMs + DAY_MS,
      });
      expect(series).toEqual({ "a|tcp|": [9] });
      expect(await world.rowsOf("Minutes")).toEqual([]);
    });
  });

  describe("damage", () => {
    const request: DaysRequest = {
      metric: "usedPorts",
      by: "node",
      aggregation: "max",
      stepMs: HOUR_MS,
      fromMs: MIDNIGHT_MS,
      toMs: MIDNIGHT_MS + 2 * DAY_MS,
    };

    beforeEach(async () => {
      await world.write(usedPorts(MIDNIGHT_MS, { a: Array.from({ length: 2 * 1440 }, (_, i) => i) }));
      await sealAll(store);
    });

    test.for([
      ["wrong bytes", Uint8Array.from({ length: 40 }, (_, i) => i)],
      ["no bytes", new Uint8Array(0)],
    ] as const)("in a day, %s: names it, and gives the other day", async ([, ports0]) => {
      await world.damage("Days20261116", "|c:20261116:000", { ports0 });

      const { block, faults } = await store.read(SHARD, "/c", MIDNIGHT_MS, MIDNIGHT_MS + 2 * DAY_MS);

      expect(faults).toEqual([expect.stringMatching(/^\|c:20261116:000 ports: /)]);
      expect(usedPortsOf(block, "a")[1500]).toBe(1500);
      expect(usedPortsOf(block, "a")[0]).toBe(null);
      expect((await historyOf(store, SHARD, "/c", request)).faults).toEqual([]);
    });

    test("in a day: late minutes are not sealed over it, and answered all the same", async () => {
      const ports0 = Uint8Array.of(1, 2, 3);
      await world.damage("Days20261116", "|c:20261116:000", { ports0 });
      await world.write(usedPorts(MIDNIGHT_MS + MINUTE_MS, { a: [99] }));

      const report = await sealAll(store);

      expect(report).toMatchObject({ days: 0, faults: [expect.stringContaining("20261116:000 ports")] });
      const entity = await world.table("Days20261116").getEntity(SHARD, "|c:20261116:000");
      expect(entity["ports0"]).toEqual(Buffer.from(ports0));
      const { block } = await store.read(SHARD, "/c", MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS);
      expect(usedPortsOf(block, "a")[1]).toBe(99);
    });

    test("in a roll-up: answers from the minutes while they are there, then names it and answers the other days", async () => {
      await world.damage("Rollups202611", "|c:20261117:000", { h_ports0: Uint8Array.of(1, 2, 3) });

      const whole = await historyOf(store, SHARD, "/c", request);
      expect(whole.faults).toEqual([]);
      expect(whole.series["a|tcp|"]?.slice(22, 26)).toEqual([1379, 1439, 1499, 1559]);
      await store.expire({ ...keptFrom(MIDNIGHT_MS), minutesMs: MIDNIGHT_MS + 30 * DAY_MS });

      const { series, faults } = await historyOf(store, SHARD, "/c", request);

      expect(faults).toEqual([expect.stringMatching(/^\|c:20261117:000 h_ports: /)]);
      expect(series["a|tcp|"]?.slice(22, 26)).toEqual([1379, 1439, null, null]);
    });

    test("in a hot page: the rest is sealed, and the page stays to be looked at", async () => {
      await world.write(usedPorts(MIDNIGHT_MS + 3 * DAY_MS, { a: [1, 2, 3] }));
      await world.write(usedPorts(MIDNIGHT_MS + 3 * DAY_MS + HOUR_MS, { a: [4] }));
      await world.damage("Minutes", "|c:2026111900:0000", { m01: Uint8Array.of(9, 9) });

      const report = await sealAll(store);

      expect(report.faults).toEqual([expect.stringContaining("2026111900:0000 m01")]);
      expect(await world.rowsOf("Minutes")).toEqual(["|c:2026111900:0000"]);
      const { block, faults } = await store.read(
        SHARD,
        "/c",
        MIDNIGHT_MS + 3 * DAY_MS,
        MIDNIGHT_MS + 4 * DAY_MS,
      );
      expect(faults).toHaveLength(1);
      expect(usedPortsOf(block, "a").filter((value) => value !== null)).toEqual([1, 3, 4]);
    });

    test("is found by a look at everything", async () => {
      await world.damage("Fives202611", "|c:20261117:000", { ports0: Uint8Array.of(1, 2, 3) });

      const census = await store.census(never);

      expect(census.flatMap(({ faults }) => faults)).toEqual([
        expect.stringMatching(/Fives202611 s1-westeurope-1 \|c:20261117:000 ports: /),
      ]);
      const rows = Object.fromEntries(
        census.map(({ table: name, rows }) => [name.replace(prefix, ""), rows]),
      );
      expect(rows).toEqual({ Minutes: 0, Days20261116: 2, Fives202611: 2, Rollups202611: 2 });
    });
  });
});

/** A day of series that nothing makes smaller. */
function noise(startMs: number, count: number, start = "node"): SampleBlock {
  const block = createBlock(startMs, startMs + DAY_MS);
  let seed = 1;
  for (let index = 0; index < count; index += 1) {
    const { values } = ensureSeries(block, "usedPorts", { backendIp: `${start}${index}`, protocol: "tcp" });
    for (let i = 0; i < values.length; i += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      values[i] = Math.sqrt(seed);
    }
  }
  return block;
}
