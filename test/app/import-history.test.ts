import { expect, test } from "vitest";
import { collectShard } from "#app/collect-shard.ts";
import { importHistory } from "#app/import-history.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { ClusterStateStore } from "#ports/cluster-state-store.ts";
import { T0 } from "../support/builders.ts";
import { bench, entry, SHARD } from "./collect-support.ts";

async function started(importMs: number) {
  const kit = bench((minuteMs) => (minuteMs === T0 - 5 * HOUR_MS ? 640 : 100));
  const deps = { ...kit.deps, importMs, retentionMs: 14 * DAY_MS };
  await deps.inventory.save([entry()], [], { finishedAtMs: kit.clock.ms, subscriptionIds: [], failures: [] });
  await collectShard(deps, SHARD, [entry()], kit.signal);
  const state = () => kit.states.load(SHARD, entry().cluster.ref.key);
  return { ...kit, deps, state };
}

test("on first sight the past is imported, newest first, until nothing is left", async () => {
  const kit = await started(2 * DAY_MS);
  while ((await importHistory(kit.deps, kit.signal)) > 0);
  expect((await kit.state())?.backfill).toEqual([]);
  const spans = kit.metrics.requests.slice(1);
  expect(spans.map((span) => span.fromMs)).toEqual(
    spans.map((span) => span.fromMs).toSorted((a, b) => b - a),
  );

  const { block } = await kit.deps.series.read(SHARD, entry().cluster.ref.key, T0 - 2 * DAY_MS, T0);
  const [first] = [...block.series.values()];
  expect([...(first?.values ?? [])].filter(Number.isNaN)).toEqual([]);
  expect(first?.values).toHaveLength(2 * 24 * 60);
});

test("the imported day's peak is known to the checks", async () => {
  const kit = await started(DAY_MS);
  while ((await importHistory(kit.deps, kit.signal)) > 0);
  expect(Math.max(...((await kit.state())?.peaks ?? []).map((peak) => peak.usedPorts))).toBe(640);
});

test("nothing past our retention is asked for", async () => {
  const kit = await started(20 * DAY_MS);
  while ((await importHistory({ ...kit.deps, retentionMs: DAY_MS }, kit.signal)) > 0);
  expect(Math.min(...kit.metrics.requests.map((request) => request.fromMs))).toBeGreaterThanOrEqual(
    kit.clock.ms - DAY_MS,
  );
  expect((await kit.state())?.backfill).toEqual([]);
});

test("a refusal stops the import for now and leaves it where it was", async () => {
  const kit = await started(DAY_MS);
  const before = (await kit.state())?.backfill;
  kit.metrics.problems.set(entry().cluster.ref.key, {
    source: "snatPorts",
    reason: "throttled",
    message: "429",
  });
  expect(await importHistory(kit.deps, kit.signal)).toBe(1);
  expect((await kit.state())?.backfill).toEqual(before);
});

test("clusters that cannot be read hold up nobody, however many they are", async () => {
  const kit = bench();
  const names = Array.from({ length: 40 }, (_, at) => `c${at}`);
  const entries = names.map((name) => entry(name));
  const deps = { ...kit.deps, importMs: DAY_MS, retentionMs: 14 * DAY_MS };
  await deps.inventory.save(entries, [], { finishedAtMs: kit.clock.ms, subscriptionIds: [], failures: [] });
  await collectShard(deps, SHARD, entries, kit.signal);
  // Ten of the failing have the same next piece and are the largest group; each of the others has its own.
  const healthy = entries.at(-1)?.cluster.ref.key ?? "";
  for (const [at, { cluster }] of entries.entries()) {
    const { key } = cluster.ref;
    if (key !== healthy)
      kit.metrics.problems.set(key, { source: "snatPorts", reason: "forbidden", message: "403" });
    const known = (await kit.states.loadShard(SHARD)).get(key);
    if (known === undefined || at < 10) continue;
    const backfill = known.value.backfill.map((range) => ({ ...range, toMs: range.toMs - at * MINUTE_MS }));
    await kit.states.save(SHARD, [{ state: { ...known.value, backfill }, tag: known.tag }]);
  }

  const backfillOf = async (key: string) => (await kit.states.load(SHARD, key))?.backfill;
  const before = await backfillOf(entries[0]?.cluster.ref.key ?? "");
  for (let run = 0; run < names.length; run += 1) {
    await importHistory(deps, kit.signal);
    kit.clock.ms += MINUTE_MS;
  }
  expect(await backfillOf(healthy)).toEqual([]);
  expect(await backfillOf(entries[0]?.cluster.ref.key ?? "")).toEqual(before);
});

test("a process that dies between the samples and their watermark reads that part again, and loses nothing", async () => {
  const kit = await started(3 * DAY_MS);
  const { states: real } = kit.deps;
  let deaths = 0;
  let saves = 0;
  const states: ClusterStateStore = {
    loadShard: (shard) => real.loadShard(shard),
    load: (shard, key) => real.load(shard, key),
    summaries: () => real.summaries(),
    remove: (shard, key) => real.remove(shard, key),
    save: async (shard, changes) => {
      saves += 1;
      if (saves % 2 === 0) return await real.save(shard, changes);
      deaths += 1;
      throw new Error("killed");
    },
  };
  for (let open = true; open; ) {
    const steps = importHistory({ ...kit.deps, states }, kit.signal);
    open =
      (await steps.catch((error: Error) => (error.message === "killed" ? 1 : Promise.reject(error)))) > 0;
  }

  expect(deaths).toBeGreaterThan(5);
  expect((await kit.state())?.backfill).toEqual([]);
  const { block } = await kit.deps.series.read(SHARD, entry().cluster.ref.key, T0 - 3 * DAY_MS, T0);
  for (const { values } of block.series.values()) expect([...values].filter(Number.isNaN)).toEqual([]);
  expect(block.series.size).toBeGreaterThan(0);
});

test("a live collection between the steps loses nothing of either", async () => {
  const kit = await started(DAY_MS);
  const read = kit.metrics.read.bind(kit.metrics);
  let meanwhile = true;
  const metrics = {
    read: async (request: Parameters<typeof read>[0]) => {
      if (meanwhile) {
        meanwhile = false;
        kit.clock.ms += MINUTE_MS;
        await collectShard(kit.deps, SHARD, [entry()], kit.signal);
      }
      return read(request);
    },
    readDevices: kit.metrics.readDevices.bind(kit.metrics),
  };
  while ((await importHistory({ ...kit.deps, metrics }, kit.signal)) > 0);
  const state = await kit.state();
  expect(state?.backfill).toEqual([]);
  expect(state?.throughMs).toBe(T0 + MINUTE_MS);
});
