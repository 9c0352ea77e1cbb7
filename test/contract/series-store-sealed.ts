import { beforeEach, describe, expect, test } from "vitest";
import { HISTORY_METRICS } from "#core/series/aggregate-minutes.ts";
import { AGGREGATIONS } from "#core/series/aggregate-steps.ts";
import { blockEndMs, createBlock, ensureSeries, type SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { DaysRequest, SeriesStore } from "#ports/series-store.ts";
import type { TableCensus } from "#ports/storage-census.ts";
import { appended } from "../support/appended.ts";
import { MemorySeriesStore } from "../support/memory/series-store.ts";
import {
  historyOf,
  keptFrom,
  MONDAY_MS,
  manyBackends,
  sealAll,
  usedPorts,
  usedPortsOf,
  valuesOf,
} from "./samples.ts";
import type { SeriesStoreWorld } from "./series-store.ts";

const SHARD = "s1-westeurope-1";
const CLUSTER = "/subscriptions/s1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/c1";
const MIDNIGHT_MS = MONDAY_MS - 10 * HOUR_MS;
const never = new AbortController().signal;

/** What every series store does when its samples are sealed: nothing that an answer would show. */
export function describeSealing(name: string, open: () => Promise<SeriesStoreWorld>): void {
  describe(`series store, sealing: ${name}`, () => {
    let store: SeriesStore;
    let other: SeriesStore;
    /** What samples alone say. */
    let plain: MemorySeriesStore;

    beforeEach(async () => {
      ({ store, other } = await open());
      plain = new MemorySeriesStore();
    });

    async function write(block: SampleBlock, by = store): Promise<void> {
      for (const each of [by, plain]) {
        await each.append(SHARD, [{ clusterKey: CLUSTER, block }], blockEndMs(block));
      }
    }

    async function expectSame(fromMs: number, toMs: number, by = other): Promise<void> {
      const wanted = await plain.read(SHARD, CLUSTER, fromMs, toMs);
      const { block, faults } = await by.read(SHARD, CLUSTER, fromMs, toMs);
      expect([valuesOf(block), faults]).toEqual([valuesOf(wanted.block), []]);
      for (const stepMs of [5 * MINUTE_MS, HOUR_MS, DAY_MS]) {
        for (const aggregation of AGGREGATIONS) {
          const request: DaysRequest = { metric: "usedRatio", by: "node", aggregation, stepMs, fromMs, toMs };
          expect(await historyOf(by, SHARD, CLUSTER, request)).toEqual(
            await historyOf(plain, SHARD, CLUSTER, request),
          );
        }
      }
    }

    test("changes no answer: hours, days, roll-ups, whole or in part", async () => {
      await write(portsOf(MIDNIGHT_MS - DAY_MS - 3 * HOUR_MS, 2 * 1440));
      const endMs = MIDNIGHT_MS + DAY_MS;
      for (let nowMs = MIDNIGHT_MS - DAY_MS; nowMs < endMs; nowMs += 5 * HOUR_MS) {
        await store.seal(nowMs, never);
        await expectSame(MIDNIGHT_MS - 2 * DAY_MS, endMs);
      }
    });

    test("changes no answer of any metric, in any step", async () => {
      const block = portsOf(MIDNIGHT_MS, 1440);
      const nat = ensureSeries(block, "natConnections", { resourceId: "/gw", protocol: "tcp" }).values;
      const health = ensureSeries(block, "firewallHealth", { resourceId: "/fw", reason: "SNAT" }).values;
      const failed = ensureSeries(block, "failedConnections", { backendIp: "a" }).values;
      const succeeded = ensureSeries(block, "succeededConnections", { backendIp: "a" }).values;
      for (let i = 0; i < block.minutes; i += 3) {
        nat[i] = i * 1.1;
        health[i] = 1 / (i + 1);
        failed[i] = i % 4;
        succeeded[i] = i;
      }
      await write(block);
      await sealAll(store);

      for (const metric of HISTORY_METRICS) {
        for (const by of ["node", "cluster"] as const) {
          for (const stepMs of [5 * MINUTE_MS, HOUR_MS, DAY_MS]) {
            const span = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + DAY_MS };
            const request: DaysRequest = { metric, by, aggregation: "avg", stepMs, ...span };
            expect(await historyOf(other, SHARD, CLUSTER, request)).toEqual(
              await historyOf(plain, SHARD, CLUSTER, request),
            );
          }
        }
      }
    });

    test("takes late minutes over what is sealed, and seals them again", async () => {
      await write(portsOf(MIDNIGHT_MS, 1440));
      await sealAll(store);
      await write(usedPorts(MIDNIGHT_MS + 7 * HOUR_MS, { a: [1000.25, null, 3], late: [5] }));
      await expectSame(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS);

      await sealAll(other);

      await expectSame(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS, store);
    });

    test("is what an append returns from another instance as well", async () => {
      await write(usedPorts(MONDAY_MS, { a: [1, 2, 3] }));
      await store.seal(MONDAY_MS + 3 * HOUR_MS, never);
      const next = usedPorts(MONDAY_MS + 3 * MINUTE_MS, { a: [4] });

      const recent = await appended(other, SHARD, [{ clusterKey: CLUSTER, block: next }], MONDAY_MS);
      const known = await appended(store, SHARD, [{ clusterKey: CLUSTER, block: next }], MONDAY_MS);

      expect(usedPortsOf(recent.get(CLUSTER) ?? next, "a")).toEqual([1, 2, 3, 4]);
      expect(usedPortsOf(known.get(CLUSTER) ?? next, "a")).toEqual([1, 2, 3, 4]);
    });

    test("goes on where another append, unaware of it, had begun", async () => {
      await write(usedPorts(MONDAY_MS, { a: [1, 2, 3] }));
      await other.seal(MONDAY_MS + 3 * HOUR_MS, never);

      await write(usedPorts(MONDAY_MS + 2 * MINUTE_MS, { a: [30, 4] }));

      await expectSame(MONDAY_MS, MONDAY_MS + HOUR_MS);
    });

    test("by two at once, while others write and read, loses nothing and shows no hole", async () => {
      await write(portsOf(MIDNIGHT_MS - DAY_MS, 2 * 1440));
      const late = usedPorts(MIDNIGHT_MS + HOUR_MS, { a: [7, 7, 7] });
      const before = valuesOf((await plain.read(SHARD, CLUSTER, MIDNIGHT_MS - DAY_MS, MIDNIGHT_MS)).block);

      const reads = Array.from({ length: 6 }, () =>
        other.read(SHARD, CLUSTER, MIDNIGHT_MS - DAY_MS, MIDNIGHT_MS),
      );
      await Promise.all([sealAll(store), sealAll(other), write(late), ...reads]);

      for (const { block } of await Promise.all(reads)) expect(valuesOf(block)).toEqual(before);
      await expectSame(MIDNIGHT_MS - DAY_MS, MIDNIGHT_MS + DAY_MS);
      await sealAll(store);
      await expectSame(MIDNIGHT_MS - DAY_MS, MIDNIGHT_MS + DAY_MS);
    });

    test("brings only the families asked for", async () => {
      const block = portsOf(MIDNIGHT_MS, 600);
      ensureSeries(block, "failedConnections", { backendIp: "a" }).values.fill(1);
      await write(block);
      for (const sealed of [false, true]) {
        if (sealed) await sealAll(store);
        const { block: ports } = await other.read(SHARD, CLUSTER, MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS, [
          "ports",
        ]);
        const metrics = new Set([...ports.series.values()].map(({ metric }) => metric));
        expect([...metrics].sort()).toEqual(["allocatedPorts", "usedPorts"]);
      }
    });

    test("takes a cluster of a thousand nodes", async () => {
      const block = manyBackends(MIDNIGHT_MS, 60, 1000, 1 / 3);
      await write(block);
      await sealAll(store);

      const { block: stored, faults } = await other.read(SHARD, CLUSTER, MIDNIGHT_MS, blockEndMs(block));
      expect(faults).toEqual([]);
      expect(valuesOf(stored)).toEqual(valuesOf(block));
      await expectSame(MIDNIGHT_MS, MIDNIGHT_MS + HOUR_MS);
    });

    test("keeps clusters apart, whatever characters their keys have", async () => {
      const keys = ["/a", "/a/b", "/a|b", "/a:2026111600", "/a'b", "/ä ß 中", `/${"long".repeat(150)}`];
      const writes = keys.map((clusterKey, index) => ({
        clusterKey,
        block: usedPorts(MIDNIGHT_MS, { n: [index] }),
      }));
      await store.append(SHARD, writes, MIDNIGHT_MS);
      await sealAll(store);

      for (const [index, key] of keys.entries()) {
        const { block, faults } = await other.read(SHARD, key, MIDNIGHT_MS, MIDNIGHT_MS + MINUTE_MS);
        expect([key, usedPortsOf(block, "n"), faults]).toEqual([key, [index], []]);
      }
    });

    test("stops when it is told to, and does the rest the next time", async () => {
      await write(portsOf(MIDNIGHT_MS, 1440));
      const ended = AbortSignal.abort();

      const report = await store.seal(MIDNIGHT_MS + 2 * DAY_MS, ended);

      expect(report.days).toBe(0);
      await sealAll(store);
      await expectSame(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS);
    });

    test("forgets a cluster in every layer, and no other", async () => {
      const block = portsOf(MIDNIGHT_MS - DAY_MS, 1440);
      await store.append(SHARD, [{ clusterKey: `${CLUSTER}2`, block }], MIDNIGHT_MS);
      await write(block);
      await sealAll(store);
      await write(portsOf(MIDNIGHT_MS, 60));

      expect(await other.forget(SHARD, CLUSTER)).toBeGreaterThan(0);

      const gone = await other.read(SHARD, CLUSTER, MIDNIGHT_MS - DAY_MS, MIDNIGHT_MS + DAY_MS);
      expect(gone.block.series.size).toBe(0);
      const stays = await other.read(SHARD, `${CLUSTER}2`, MIDNIGHT_MS - DAY_MS, MIDNIGHT_MS);
      expect(valuesOf(stays.block)).toEqual(valuesOf(block));
      expect(await other.forget(SHARD, CLUSTER)).toBe(0);
    });

    test("counts everything there is", async () => {
      await write(portsOf(MIDNIGHT_MS, 90));
      const before = sum(await other.census(never));
      expect(before).toBeGreaterThan(0);

      await sealAll(store);

      const census = await other.census(never);
      expect(census.flatMap(({ faults }) => faults)).toEqual([]);
      expect(sum(census)).toBeGreaterThanOrEqual(before);
    });

    test("tells the days that there is something of", async () => {
      expect(await store.extent(SHARD, CLUSTER)).toEqual({ rows: 0, minuteDays: [], rollupDays: [] });
      await write(portsOf(MIDNIGHT_MS - 3 * DAY_MS, 90));
      await write(portsOf(MIDNIGHT_MS + HOUR_MS, 90));
      for (const sealed of [false, true]) {
        if (sealed) await sealAll(store);
        const { rows, minuteDays } = await other.extent(SHARD, CLUSTER);
        expect(minuteDays).toEqual([MIDNIGHT_MS - 3 * DAY_MS, MIDNIGHT_MS]);
        expect(rows).toBeGreaterThan(1);
        expect(await other.extent(SHARD, `${CLUSTER}2`)).toMatchObject({ rows: 0 });
      }
    });

    test("keeps roll-ups beyond the samples", async () => {
      await write(portsOf(MIDNIGHT_MS - 60 * DAY_MS, 1440));
      await sealAll(store);

      await store.expire({ ...keptFrom(MIDNIGHT_MS - 200 * DAY_MS), minutesMs: MIDNIGHT_MS });

      const span = { fromMs: MIDNIGHT_MS - 60 * DAY_MS, toMs: MIDNIGHT_MS - 59 * DAY_MS };
      expect((await other.read(SHARD, CLUSTER, span.fromMs, span.toMs)).block.series.size).toBe(0);
    });
  });
}

/** Ports of three backends from then on: decimals, gaps, a second frontend, an allocation that changes. */
function portsOf(startMs: number, minutes: number): SampleBlock {
  const block = createBlock(startMs, startMs + minutes * MINUTE_MS);
  for (const [index, backendIp] of ["a", "b", "c"].entries()) {
    const frontends = index === 0 ? ["20.1.2.3", "20.1.2.4"] : ["20.1.2.3"];
    for (const frontendIp of frontends) {
      const labels = { frontendIp, backendIp, protocol: "tcp" } as const;
      const used = ensureSeries(block, "usedPorts", labels).values;
      const allocated = ensureSeries(block, "allocatedPorts", labels).values;
      for (let i = 0; i < minutes; i += 1) {
        if ((i + index) % 41 === 0) continue;
        used[i] = (i % 97) + (i % 3 === 0 ? index / 60 : 0);
        allocated[i] = i % 700 < 500 ? 1024 : 512;
      }
    }
  }
  return block;
}

/** Values of all tables. */
function sum(tables: readonly TableCensus[]): number {
  return tables.reduce((all, { values }) => all + (values ?? 0), 0);
}
