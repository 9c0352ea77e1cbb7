import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTables } from "#adapters/tables/open-tables.ts";
import { HISTORY_METRICS } from "#core/series/aggregate-minutes.ts";
import { AGGREGATIONS } from "#core/series/aggregate-steps.ts";
import { blockEndMs, createBlock, ensureSeries, type SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { SeriesStore } from "#ports/series-store.ts";
import { historyOf, valuesOf } from "../../contract/samples.ts";
import { type Azurite, startAzurite, uniquePrefix } from "../../support/azurite.ts";
import { MemorySeriesStore } from "../../support/memory/series-store.ts";
import { type Mortal, mortal } from "./mortal.ts";

const SHARD = "s1-westeurope-1";
const CLUSTER = "/c1";
/** A Sunday and the two days after it: the end of a week and of a month lie within. */
const START_MS = Date.UTC(2026, 10, 29);
const SPAN_MINUTES = 3 * 1440;

let azurite: Azurite | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

/** The store in a process that may die, and what it should hold. */
class World {
  readonly model = new MemorySeriesStore();
  readonly #prefix = uniquePrefix();
  #life: Mortal = mortal();
  #store = this.#open();

  get store(): SeriesStore {
    return this.#store;
  }

  /** Does it until it is done: a process that was killed is started again, and does it again. */
  async insist(deaths: readonly Death[], work: (store: SeriesStore) => Promise<unknown>): Promise<void> {
    for (const { requests, afterwards } of deaths) {
      this.#life.dieAfter(requests, afterwards);
      const ended = await work(this.#store).then(
        () => "done",
        (error: unknown) => error,
      );
      // A fault that no death explains is one of ours.
      if (ended !== "done" && !this.#life.isDead) throw ended;
      this.#life = mortal();
      this.#store = this.#open();
    }
    await work(this.#store);
  }

  #open(): SeriesStore {
    const connection = { connectionString: azurite?.connectionString ?? "" };
    return openTables({ connection, prefix: this.#prefix, client: this.#life.client }).series;
  }
}

interface Death {
  readonly requests: number;
  readonly afterwards: boolean;
}

type Act =
  | { readonly kind: "write"; readonly block: SampleBlock; readonly deaths: readonly Death[] }
  | { readonly kind: "seal"; readonly nowMs: number; readonly deaths: readonly Death[] }
  | { readonly kind: "twice"; readonly nowMs: number; readonly block: SampleBlock }
  | { readonly kind: "read"; readonly fromMs: number; readonly toMs: number };

const minute = fc.integer({ min: 0, max: SPAN_MINUTES - 1 });
const deaths = fc.array(fc.record({ requests: fc.integer({ min: 1, max: 8 }), afterwards: fc.boolean() }), {
  maxLength: 2,
});
const nowMs = fc.integer({ min: 0, max: 100 }).map((hours) => START_MS + hours * HOUR_MS);
const block = fc
  .record({
    start: minute,
    // Mostly as a collection writes, sometimes as an import does.
    length: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 900 })),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    nodes: fc.integer({ min: 1, max: 3 }),
    gap: fc.integer({ min: 2, max: 30 }),
    decimals: fc.boolean(),
  })
  .map(makeBlock);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("write" as const), block, deaths }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("seal" as const), nowMs, deaths }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("twice" as const), nowMs, block }) },
  {
    weight: 2,
    arbitrary: fc.tuple(minute, minute).map(([a, b]) => ({
      kind: "read" as const,
      fromMs: START_MS + Math.min(a, b) * MINUTE_MS,
      toMs: START_MS + (Math.max(a, b) + 1) * MINUTE_MS,
    })),
  },
);

test("holds what was written, however writes, rewrites, sealing, deaths and reads come", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 14 }), async (acts) => {
      const world = new World();
      for (const each of acts) await perform(world, each);
      await expectSame(world, START_MS, START_MS + SPAN_MINUTES * MINUTE_MS);
      await world.store.seal(START_MS + 30 * DAY_MS, new AbortController().signal);
      await expectSame(world, START_MS, START_MS + SPAN_MINUTES * MINUTE_MS);
    }),
    { numRuns: 25 },
  );
}, 120_000);

async function perform(world: World, each: Act): Promise<void> {
  const never = new AbortController().signal;
  switch (each.kind) {
    case "write":
      await world.insist(each.deaths, (store) => append(store, each.block));
      await append(world.model, each.block);
      return;
    case "seal":
      await world.insist(each.deaths, (store) => store.seal(each.nowMs, never));
      return;
    case "twice":
      await Promise.all([
        world.store.seal(each.nowMs, never),
        append(world.store, each.block),
        world.store.seal(each.nowMs, never),
      ]);
      await append(world.model, each.block);
      return;
    case "read":
      await expectSame(world, each.fromMs, each.toMs);
  }
}

async function append(store: SeriesStore, written: SampleBlock): Promise<void> {
  await store.append(SHARD, [{ clusterKey: CLUSTER, block: written }], blockEndMs(written));
}

async function expectSame({ store, model }: World, fromMs: number, toMs: number): Promise<void> {
  const { block: stored, faults } = await store.read(SHARD, CLUSTER, fromMs, toMs);
  expect(faults).toEqual([]);
  expect(valuesOf(stored)).toEqual(valuesOf((await model.read(SHARD, CLUSTER, fromMs, toMs)).block));
  // One of each, another every time.
  const pick = fromMs / MINUTE_MS + toMs / HOUR_MS;
  const metric = HISTORY_METRICS[Math.floor(pick) % 5] ?? "usedRatio";
  const aggregation = AGGREGATIONS[Math.floor(pick) % AGGREGATIONS.length] ?? "max";
  for (const stepMs of [5 * MINUTE_MS, HOUR_MS, DAY_MS]) {
    for (const by of ["node", "cluster"] as const) {
      const span = { fromMs: Math.floor(fromMs / stepMs) * stepMs, toMs: Math.ceil(toMs / stepMs) * stepMs };
      const request = { metric, by, aggregation, stepMs, ...span };
      expect(await historyOf(store, SHARD, CLUSTER, request)).toEqual(
        await historyOf(model, SHARD, CLUSTER, request),
      );
    }
  }
}

function makeBlock(plan: {
  readonly start: number;
  readonly length: number;
  readonly seed: number;
  readonly nodes: number;
  readonly gap: number;
  readonly decimals: boolean;
}): SampleBlock {
  const startMs = START_MS + plan.start * MINUTE_MS;
  const minutes = Math.min(plan.length, SPAN_MINUTES - plan.start);
  const made = createBlock(startMs, startMs + minutes * MINUTE_MS);
  for (let node = 0; node < plan.nodes; node += 1) {
    const backendIp = `10.0.0.${node}`;
    const labels = { frontendIp: "20.1.2.3", backendIp, protocol: "tcp" } as const;
    const used = ensureSeries(made, "usedPorts", labels).values;
    const allocated = ensureSeries(made, "allocatedPorts", labels).values;
    const failed = ensureSeries(made, "failedConnections", { backendIp }).values;
    for (let i = 0; i < minutes; i += 1) {
      if ((i + node) % plan.gap === 0) continue;
      used[i] = ((plan.seed * (i + 7)) % 1024) / (plan.decimals ? 7 : 1);
      allocated[i] = plan.seed % 5 === 0 && i > 30 ? 512 : 1024;
      if (i % 3 === 0) failed[i] = plan.seed % 11;
    }
  }
  return made;
}
