import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTables } from "#adapters/tables/open-tables.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { DaysRequest, SeriesStore } from "#ports/series-store.ts";
import { historyOf, keptFrom, MONDAY_MS, manyBackends, usedPorts, valuesOf } from "../../contract/samples.ts";
import { type Azurite, startAzurite, uniquePrefix } from "../../support/azurite.ts";
import { busyService } from "./busy-service.ts";
import { shortPages } from "./short-pages.ts";

// The service as it is on a bad day: too busy at any request, or with pages that hold next to nothing.

const SHARD = "s1-westeurope-1";
const MIDNIGHT_MS = MONDAY_MS - 10 * HOUR_MS;
const FROM_MS = MIDNIGHT_MS - 2 * DAY_MS;
const TO_MS = MIDNIGHT_MS + 5 * HOUR_MS;
const NOW_MS = TO_MS + 30 * MINUTE_MS;
const LONG_AFTER_MS = MIDNIGHT_MS + 40 * DAY_MS;
/** Requests that are too many for any call. */
const FOR_LONG = 1_000_000;
/**
 * Each fault has a store of its own to be filled, so a run tries every third request, beginning anywhere in the first three: all of them
 * would take a minute on two cores, and runs together try all. SNATWATCH_TEST_SEED repeats a run.
 */
const STRIDE = 3;
const SEED = Number(process.env["SNATWATCH_TEST_SEED"] ?? Date.now());
const [FIRST_FAULT = 1] = fc.sample(fc.integer({ min: 1, max: STRIDE }), { seed: SEED, numRuns: 1 });
const never = new AbortController().signal;
const HOURLY: DaysRequest = {
  metric: "usedPorts",
  by: "node",
  aggregation: "max",
  stepMs: HOUR_MS,
  fromMs: FROM_MS,
  toMs: TO_MS,
};

let azurite: Azurite | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

let prefix: string;
beforeEach(() => {
  prefix = uniquePrefix();
});

function open(client?: ReturnType<typeof busyService>["client"]): SeriesStore {
  const connection = { connectionString: azurite?.connectionString ?? "" };
  return openTables({ connection, prefix, cache: false, ...(client && { client }) }).series;
}

/** Two days, one of them sealed, with late minutes over it; and a day that is under way. */
async function fill(store: SeriesStore): Promise<void> {
  const write = (fromMs: number, minutes: number, value: number) =>
    store.append(SHARD, [{ clusterKey: "/c", block: manyBackends(fromMs, minutes, 3, value) }], fromMs);
  await write(FROM_MS, 1440, 10);
  await store.seal(FROM_MS + DAY_MS + 3 * HOUR_MS, never);
  await write(FROM_MS + 7 * HOUR_MS, 5, 700);
  await write(FROM_MS + DAY_MS + HOUR_MS, 180, 20);
  await write(MIDNIGHT_MS, 300, 30);
}

async function everything(store: SeriesStore) {
  const { block, faults } = await store.read(SHARD, "/c", FROM_MS, TO_MS);
  return { values: valuesOf(block), faults, hourly: await historyOf(store, SHARD, "/c", HOURLY) };
}

describe("a service that gives an empty page before each, and one entity a page", () => {
  test("is read to the end by everything that reads", async () => {
    const plain = open();
    await fill(plain);
    const { client, pages } = shortPages();
    const thrifty = open(client);
    expect(await everything(thrifty)).toEqual(await everything(plain));
    expect(await thrifty.extent(SHARD, "/c")).toEqual(await plain.extent(SHARD, "/c"));
    expect(await thrifty.census(never)).toEqual(await plain.census(never));
    expect(pages()).toBeGreaterThan(50);

    const before = await everything(plain);
    expect(await thrifty.seal(NOW_MS, never)).toMatchObject({ hours: 4, days: 2, overtaken: 0, faults: [] });
    expect(await everything(thrifty)).toEqual(before);
    expect(await everything(plain)).toEqual(before);
    expect(await plain.seal(NOW_MS, never)).toMatchObject({ hours: 0, days: 0 });

    const { rows } = await plain.extent(SHARD, "/c");
    expect(await thrifty.forget(SHARD, "/c")).toBe(rows);
    expect((await plain.extent(SHARD, "/c")).rows).toBe(0);
  });

  test("is cleared of all that is past its retention", async () => {
    const plain = open();
    await fill(plain);
    await plain.seal(LONG_AFTER_MS, never);
    await open(shortPages().client).expire(keptFrom(LONG_AFTER_MS + 60 * DAY_MS));
    expect((await plain.extent(SHARD, "/c")).rows).toBe(0);
  });
});

/** What a call fails with, `undefined` where it does not. */
async function tried(call: Promise<unknown>): Promise<AdapterError | undefined> {
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error === undefined || error instanceof AdapterError) return error;
  throw error;
}

describe.for([
  ["before it does anything", false],
  ["after it has done it", true],
] as const)("a service that is too busy %s", ([, afterwards]) => {
  const service = busyService();

  /**
   * With a fault at one of the first requests of a call, at the third after it, and so on, until the call has no such request any more.
   *
   * @returns the number of the last request that had a fault
   */
  async function atEachRequest(
    times: number,
    call: (failing: SeriesStore) => Promise<unknown>,
    look: (plain: SeriesStore, error: AdapterError | undefined, hits: number) => Promise<void>,
    prepare: (plain: SeriesStore) => Promise<unknown> = fill,
  ): Promise<number> {
    for (let at = FIRST_FAULT; ; at += STRIDE) {
      prefix = uniquePrefix();
      const plain = open();
      await prepare(plain);
      service.fail({ at, times, afterwards });
      const error = await tried(call(open(service.client)));
      const hits = service.hits();
      service.fail(undefined);
      await look(plain, error, hits).catch((cause: unknown) => {
        throw new Error(`with a fault at request ${at}, SNATWATCH_TEST_SEED=${SEED}`, { cause });
      });
      if (hits === 0) return at - STRIDE;
    }
  }

  test("once, while sealing: it is tried again, and nothing is lost", async () => {
    let wanted: unknown;
    const requests = await atEachRequest(
      1,
      (failing) => failing.seal(NOW_MS, never),
      async (plain, error) => {
        expect(error).toBeUndefined();
        wanted ??= await everything(plain);
        expect(await everything(plain)).toEqual(wanted);
        await plain.seal(NOW_MS, never);
        expect(await plain.seal(NOW_MS, never)).toMatchObject({ hours: 0, days: 0, overtaken: 0 });
        expect(await everything(plain)).toEqual(wanted);
      },
    );
    expect(requests).toBeGreaterThan(15);
  }, 120_000);

  test("for long, while sealing: it says so, and the next run mends it", async () => {
    prefix = uniquePrefix();
    await fill(open());
    const wanted = await everything(open());
    let whole: boolean | undefined;
    await atEachRequest(
      FOR_LONG,
      async (failing) => {
        whole = undefined;
        ({ whole } = await failing.seal(NOW_MS, never));
      },
      async (plain, error, hits) => {
        // What fails for one cluster keeps the others from nothing: it is told in the report.
        if (error !== undefined) expect(error.reason).toBe("throttled");
        expect(whole).toBe(error === undefined ? hits === 0 : undefined);
        expect(await everything(plain)).toEqual(wanted);
        await plain.seal(NOW_MS, never);
        expect(await plain.seal(NOW_MS, never)).toMatchObject({ hours: 0, days: 0, overtaken: 0 });
        expect(await everything(plain)).toEqual(wanted);
      },
    );
  }, 120_000);

  test.for([1, FOR_LONG])("%i times, while forgetting", { timeout: 120_000 }, async (times) => {
    await atEachRequest(
      times,
      (failing) => failing.forget(SHARD, "/c"),
      async (plain, error, hits) => {
        expect(error?.reason).toBe(hits > 1 ? "throttled" : undefined);
        await plain.forget(SHARD, "/c");
        expect((await plain.extent(SHARD, "/c")).rows).toBe(0);
        expect((await plain.extent(SHARD, "/c2")).rows).toBe(1);
      },
      async (plain) => {
        await fill(plain);
        const block = usedPorts(MIDNIGHT_MS, { a: [1] });
        await plain.append(SHARD, [{ clusterKey: "/c2", block }], MIDNIGHT_MS);
      },
    );
  });

  test.for([1, FOR_LONG])("%i times, while expiring", { timeout: 120_000 }, async (times) => {
    const beforeMs = LONG_AFTER_MS + 60 * DAY_MS;
    await atEachRequest(
      times,
      (failing) => failing.expire(keptFrom(beforeMs)),
      async (plain, error, hits) => {
        expect(error?.reason).toBe(hits > 1 ? "throttled" : undefined);
        await plain.expire(keptFrom(beforeMs));
        expect((await plain.extent(SHARD, "/c")).rows).toBe(0);
      },
      async (plain) => {
        await fill(plain);
        await plain.seal(LONG_AFTER_MS, never);
      },
    );
  });

  test.for([1, FOR_LONG])("%i times, while reading", { timeout: 120_000 }, async (times) => {
    await fill(open());
    const [wanted, census] = [await everything(open()), await open().census(never)];
    for (let at = 1, hits = 1; hits > 0; at += 1) {
      service.fail({ at, times, afterwards });
      const failing = open(service.client);
      let read: unknown;
      const error = await tried(
        (async () => {
          read = [await everything(failing), await failing.census(never)];
        })(),
      );
      hits = service.hits();
      expect(error?.reason).toBe(hits > 1 ? "throttled" : undefined);
      if (error === undefined) expect(read).toEqual([wanted, census]);
    }
    service.fail(undefined);
  });
});
