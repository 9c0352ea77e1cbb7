import { expect, test } from "vitest";
import { collectFleet, collectQueuedShard } from "#app/collect-fleet.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { bench, entry } from "./collect-support.ts";

async function seeded(shards: number) {
  const kit = bench();
  const entries = Array.from({ length: shards }, (_, index) =>
    entry(`aks-${index}`, { shard: `sub-westeurope-${index}` }),
  );
  await kit.deps.inventory.save(entries, [], {
    finishedAtMs: kit.clock.ms,
    subscriptionIds: [],
    failures: [],
  });
  const events: { event: string; fields: unknown }[] = [];
  const logger = {
    ...kit.deps.logger,
    info: (event: string, fields?: unknown) => events.push({ event, fields }),
  };
  return { ...kit, deps: { ...kit.deps, logger }, events };
}

test("one shard is collected here, and the log says so", async () => {
  const kit = await seeded(1);
  const report = await collectFleet(kit.deps, kit.signal);
  expect(report).toMatchObject({ mode: "inline", collected: [expect.objectContaining({ clusters: 1 })] });
  expect(kit.events).toContainEqual({ event: "collect.fleet", fields: { mode: "inline", shards: 1 } });
  expect(kit.queue.shards).toEqual([]);
});

test("more go over the queue, one message each, and each message collects its shard", async () => {
  const kit = await seeded(3);
  const report = await collectFleet(kit.deps, kit.signal);
  expect(report).toMatchObject({ mode: "queue", shards: 3 });
  expect(kit.events).toContainEqual({ event: "collect.fleet", fields: { mode: "queue", shards: 3 } });
  expect(kit.queue.shards.toSorted()).toEqual(["sub-westeurope-0", "sub-westeurope-1", "sub-westeurope-2"]);
  for (const shard of kit.queue.shards) await collectQueuedShard(kit.deps, shard, kit.signal);
  expect((await kit.states.summaries()).map((summary) => summary.status)).toEqual([
    "healthy",
    "healthy",
    "healthy",
  ]);
});

test("a shard that fails does not stop the others", async () => {
  const kit = await seeded(3);
  const failing = {
    ...kit.deps,
    inlineShards: 9,
    metrics: {
      read: (request: Parameters<typeof kit.metrics.read>[0]) =>
        request.targets[0]?.clusterKey.endsWith("aks-1")
          ? Promise.reject(new Error("boom"))
          : kit.metrics.read(request),
      readDevices: kit.metrics.readDevices.bind(kit.metrics),
    },
  };
  expect(await collectFleet(failing, kit.signal)).toMatchObject({ failed: 1, collected: [{}, {}] });
});

test("a run in which nothing worked is a failed run", async () => {
  const kit = await seeded(1);
  const broken = () => Promise.reject(new Error("boom"));
  const failing = { ...kit.deps, metrics: { read: broken, readDevices: broken } };
  await expect(collectFleet(failing, kit.signal)).rejects.toThrow("boom");
});

test("a discovery that is missing or overdue is made up for first", async () => {
  const kit = await seeded(1);
  let discoveries = 0;
  const deps = {
    ...kit.deps,
    discover: async () => {
      discoveries += 1;
    },
  };
  await collectFleet(deps, kit.signal);
  expect(discoveries).toBe(0);
  kit.clock.ms += HOUR_MS;
  await collectFleet(deps, kit.signal);
  expect(discoveries).toBe(1);
});

test("a discovery that failed in part for a passing reason is repeated soon; a refusal is not", async () => {
  const kit = await seeded(1);
  let discoveries = 0;
  const deps = {
    ...kit.deps,
    discover: async () => {
      discoveries += 1;
    },
  };
  const failedFor = async (reason: "throttled" | "forbidden") => {
    discoveries = 0;
    const failures = [{ subscriptionId: "s", reason, message: reason }];
    await kit.deps.inventory.save([], [], { finishedAtMs: kit.clock.ms, subscriptionIds: [], failures });
    kit.clock.ms += 2 * MINUTE_MS;
    await collectFleet(deps, kit.signal);
    expect(discoveries).toBe(0);
    kit.clock.ms += 2 * MINUTE_MS;
    await collectFleet(deps, kit.signal);
    return discoveries;
  };
  expect(await failedFor("throttled")).toBe(1);
  expect(await failedFor("forbidden")).toBe(0);
});
