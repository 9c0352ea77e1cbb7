import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTables } from "#adapters/tables/open-tables.ts";
import { collectShard } from "#app/collect-shard.ts";
import { importHistory } from "#app/import-history.ts";
import { type RebuildDeps, rebuildShapes } from "#app/rebuild-shapes.ts";
import { newClusterState } from "#core/collection/cluster-state.ts";
import { createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { SeriesStore } from "#ports/series-store.ts";
import { type Azurite, startAzurite, uniquePrefix } from "../support/azurite.ts";
import { backendIp, T0 } from "../support/builders.ts";
import { bench, entry, SHARD } from "./collect-support.ts";

const KEY = entry().cluster.ref.key;
const PAST_MS = 22 * DAY_MS;
/** Every day from ten to eleven, as T0 is. */
const isPeak = (minuteMs: number) => minuteMs % DAY_MS >= 10 * HOUR_MS && minuteMs % DAY_MS < 11 * HOUR_MS;

/** A cluster at first sight, in the hour of its daily peak, with a past that was not imported yet. */
async function firstSeen() {
  const kit = bench((minuteMs) => (isPeak(minuteMs) ? 945 : 300));
  const deps = { ...kit.deps, importMs: PAST_MS, retentionMs: 30 * DAY_MS };
  const record = { finishedAtMs: kit.clock.ms, subscriptionIds: [], failures: [] };
  await deps.inventory.save([entry()], [], record);
  kit.clock.ms += 10 * MINUTE_MS;
  const minute = async () => {
    await collectShard(deps, SHARD, [entry()], kit.signal);
    kit.clock.ms += MINUTE_MS;
    const { verdict } = (await kit.states.load(SHARD, KEY)) ?? {};
    return verdict?.checks.find(({ id }) => id === "snat-ports")?.outcome;
  };
  const importAll = async () => {
    while ((await importHistory(deps, kit.signal)) > 0);
  };
  const rebuild = (changes: Partial<RebuildDeps> = {}) => rebuildShapes({ ...deps, ...changes }, kit.signal);
  return { ...kit, minute, importAll, rebuild, state: () => kit.states.load(SHARD, KEY) };
}

test("a peak of every imported day is a warning on the first day", async () => {
  const kit = await firstSeen();
  expect(await kit.minute()).toBe("fail");
  await kit.importAll();
  expect(await kit.minute(), "the import alone says nothing of days").toBe("fail");

  expect(await kit.rebuild()).toBe(1);
  expect(await kit.minute()).toBe("warn");
});

test("a lost state has its peaks back from what is stored, whatever is imported again", async () => {
  const kit = await firstSeen();
  await kit.minute();
  await kit.importAll();
  await kit.states.remove(SHARD, KEY);
  expect(await kit.minute()).toBe("fail");

  expect(await kit.rebuild()).toBe(1);
  expect(await kit.minute()).toBe("warn");
  const days = (await kit.state())?.shapes[0]?.days ?? [];
  expect(days).toHaveLength(23);
  expect(new Set(days.map(([, hours]) => hours))).toEqual(new Set(["..........P............."]));
});

test("it is done once, and once more when the rest was imported", async () => {
  const kit = await firstSeen();
  await kit.minute();
  expect([await kit.rebuild(), await kit.rebuild()]).toEqual([1, 0]);
  expect((await kit.state())?.pastShapes).toEqual({ whole: false, foundMs: T0 });
  await kit.importAll();
  expect([await kit.rebuild(), await kit.rebuild()]).toEqual([1, 0]);
  expect((await kit.state())?.pastShapes).toEqual({ whole: true, foundMs: T0 });
});

test("a store that fails is told and asked again, and changes nothing", async () => {
  const kit = await firstSeen();
  await kit.minute();
  const before = await kit.state();
  const warnings: string[] = [];
  const series: Pick<SeriesStore, "readDays"> = {
    // biome-ignore lint/correctness/useYield: it fails before there is anything
    async *readDays() {
      throw new AdapterError("unavailable", "503");
    },
  };
  const logger = { ...kit.deps.logger, warn: (event: string) => void warnings.push(event) };
  expect(await kit.rebuild({ series, logger })).toBe(0);
  expect(warnings).toEqual(["shapes.unread"]);
  expect(await kit.state()).toEqual(before);
  expect(await kit.rebuild()).toBe(1);
});

test("a run that is ended leaves the rest to the next", async () => {
  const kit = await firstSeen();
  await kit.minute();
  expect(await rebuildShapes(kit.deps, AbortSignal.abort())).toBe(0);
  expect(await kit.rebuild()).toBe(1);
});

describe("on tables", () => {
  let azurite: Azurite | undefined;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite?.stop());

  test("days that are rolled up say the same as their minutes", async () => {
    const { deps, clock, signal } = bench();
    const tables = openTables({
      connection: { connectionString: azurite?.connectionString ?? "" },
      prefix: uniquePrefix(),
    });
    const record = { finishedAtMs: T0, subscriptionIds: [], failures: [] };
    await tables.inventory.save([entry()], [], record);
    await tables.clusterStates.save(SHARD, [
      { state: { ...newClusterState(KEY), throughMs: T0 }, tag: null },
    ]);
    for (let day = 15; day >= 0; day -= 1) {
      const block = weekly(T0 - day * DAY_MS);
      await tables.series.append(SHARD, [{ clusterKey: KEY, block }], T0);
    }
    await tables.series.seal(T0 + HOUR_MS, signal);
    await tables.series.expire({ minutesMs: T0 - 2 * DAY_MS, fivesMs: 0, rollupsMs: 0 });

    const { inventory, series, clusterStates: states } = tables;
    expect(await rebuildShapes({ inventory, series, states, clock, logger: deps.logger }, signal)).toBe(1);
    const { shapes } = (await states.load(SHARD, KEY)) ?? {};
    const today = Math.floor(T0 / DAY_MS);
    expect(shapes).toEqual([
      {
        backendIp: backendIp(0),
        protocol: "tcp",
        days: [
          [today - 14, "..........H............."],
          [today - 7, "..........!............."],
          [today, "..........H............."],
        ],
      },
    ]);
  });
});

/** An hour, the same on two addresses: 84 % together on Mondays, less than is kept on other days; a failure a week ago. */
function weekly(fromMs: number) {
  const block = createBlock(fromMs, fromMs + HOUR_MS);
  const monday = new Date(fromMs).getUTCDay() === 1;
  const labels = { backendIp: backendIp(0), protocol: "tcp" } as const;
  for (const [frontendIp, used] of [
    ["20.50.1.1", monday ? 1_000 : 500],
    ["20.50.1.2", monday ? 720 : 300],
  ] as const) {
    ensureSeries(block, "usedPorts", { ...labels, frontendIp }).values.fill(used);
    ensureSeries(block, "allocatedPorts", { ...labels, frontendIp }).values.fill(1_024);
  }
  const failed = ensureSeries(block, "failedConnections", { backendIp: backendIp(0) }).values;
  failed.fill(0);
  if (fromMs === T0 - 7 * DAY_MS) failed[30] = 2;
  return block;
}
