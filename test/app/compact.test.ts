import { expect, test } from "vitest";
import { collectShard } from "#app/collect-shard.ts";
import { type CompactDeps, compact } from "#app/compact.ts";
import { importHistory } from "#app/import-history.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { DAY_MS } from "#core/time.ts";
import type { KeptFrom, SealReport } from "#ports/series-store.ts";
import { MemoryOutbox } from "../support/memory/outbox.ts";
import { MemorySeriesStore } from "../support/memory/series-store.ts";
import { bench, entry, SHARD } from "./collect-support.ts";

const RETENTION = {
  rawMs: 14 * DAY_MS,
  fivesMs: 93 * DAY_MS,
  hourlyMs: 400 * DAY_MS,
  outboxMs: 90 * DAY_MS,
  importMs: 20 * DAY_MS,
};

/** A cluster that has been seen, with a past to import; and what the compaction drops. */
async function started(importMs: number) {
  const kit = bench();
  const series = new MemorySeriesStore();
  const deps = { ...kit.deps, series, importMs, retentionMs: RETENTION.hourlyMs };
  const record = { finishedAtMs: kit.clock.ms, subscriptionIds: [], failures: [] };
  const find = (changes: Partial<InventoryEntry>) =>
    deps.inventory.save([entry("aks-payments", changes)], [], record);
  await find({ firstSeenMs: kit.clock.ms - DAY_MS });
  await collectShard(deps, SHARD, [entry()], kit.signal);
  const importAll = async () => {
    while ((await importHistory(deps, kit.signal)) > 0);
  };
  const warnings: unknown[] = [];
  /** @returns of how many days the minutes are kept; `null` where none were dropped */
  const compactWith = async (whileSealing: () => Promise<unknown>, report: Partial<SealReport> = {}) => {
    const kept: KeptFrom[] = [];
    const watched: CompactDeps["series"] = {
      seal: async () => {
        await whileSealing();
        return { ...(await series.seal()), ...report };
      },
      expire: async (from) => void kept.push(from),
    };
    const compactDeps: CompactDeps = {
      ...deps,
      series: watched,
      logger: { ...deps.logger, warn: (event, fields) => void warnings.push([event, fields]) },
      outbox: new MemoryOutbox(),
      retention: RETENTION,
    };
    await compact(compactDeps, kit.signal);
    const [from] = kept;
    return from === undefined ? null : (kit.clock.ms - from.minutesMs) / DAY_MS;
  };
  return { ...kit, find, importAll, compactWith, warnings };
}

const nothing = async () => {};

test("minutes go when they are past their retention", async () => {
  const kit = await started(0);
  expect(await kit.compactWith(nothing)).toBe(14);
});

test("minutes of any age stay while a past is imported", async () => {
  const kit = await started(20 * DAY_MS);
  expect(await kit.compactWith(nothing)).toBe(22);
  await kit.importAll();
  expect(await kit.compactWith(nothing)).toBe(14);
});

test("an import that ends while its days are being sealed keeps its minutes until the next time", async () => {
  const kit = await started(20 * DAY_MS);
  expect(await kit.compactWith(kit.importAll)).toBe(22);
  expect(await kit.compactWith(nothing)).toBe(14);
});

test("so does the import of a cluster that was found meanwhile, though it has ended", async () => {
  const kit = await started(0);
  const found = () => kit.find({ firstSeenMs: kit.clock.ms + 1 });
  expect(await kit.compactWith(found)).toBe(22);
  kit.clock.ms += 1_000;
  expect(await kit.compactWith(nothing)).toBe(14);
});

test("a cluster whose network cannot be read for a while holds its minutes, one that is gone does not", async () => {
  const kit = await started(20 * DAY_MS);
  const firstSeenMs = kit.clock.ms - DAY_MS;
  const { cluster } = entry();
  const problems = [{ source: "loadBalancers", reason: "forbidden", message: "403" }] as const;
  await kit.find({ firstSeenMs, cluster: { ...cluster, loadBalancer: null, problems } });
  expect(await kit.compactWith(nothing)).toBe(22);
  await kit.find({ firstSeenMs, goneSinceMs: kit.clock.ms });
  expect(await kit.compactWith(nothing)).toBe(14);
});

test.for([
  ["was ended before it was done", { whole: false }, "the sealing was ended before it was done"],
  ["was overtaken", { overtaken: 2 }, "2 hours and days changed while they were sealed"],
] as const)("no samples are dropped where the sealing %s", async ([, report, why]) => {
  const kit = await started(0);
  expect(await kit.compactWith(nothing, report)).toBeNull();
  expect(kit.warnings).toEqual([["compact.held", { why }]]);
  expect(await kit.compactWith(nothing)).toBe(14);
});
