import { describe, expect, test } from "vitest";
import { MINUTE_MS } from "#core/time.ts";
import type { Status } from "#core/verdict/verdict.ts";
import { entry, get, NOW_MS, openApi, state, verdict, type World } from "./fakes.ts";

function fleet(...statuses: readonly Status[]): World {
  return {
    entries: statuses.map((status) => entry(`c-${status}`)),
    states: statuses.map((status) => state(`c-${status}`, { verdict: verdict(status) })),
  };
}

test("tells status, counts and clusters worst first", async () => {
  const deliveries = { countedAtMs: NOW_MS - MINUTE_MS, dead: 0 };
  const world = { ...fleet("healthy", "warning", "critical", "unknown"), deliveries };
  const { json, status } = await get(openApi(world), "health");
  expect(status).toBe(503);
  expect(json).toEqual({
    status: "critical",
    evaluatedAt: "2026-11-21T10:00:10Z",
    monitor: {
      status: "healthy",
      lagSeconds: 210,
      backfillMinutes: 0,
      importProgress: 1,
      throttledClusters: 0,
      deadDeliveries: 0,
      deliveriesCountedAt: "2026-11-21T09:59:30Z",
      discovery: { finishedAt: "2026-11-21T09:55:30Z", failures: [] },
    },
    counts: { healthy: 1, warning: 1, critical: 1, unknown: 1 },
    clusters: ["critical", "unknown", "warning", "healthy"].map((word) => ({
      id: entry(`c-${word}`).cluster.ref.id,
      name: `c-${word}`,
      status: word,
      headline: `it is ${word}`,
    })),
  });
});

test.for([
  ["critical", "critical", 503],
  ["unknown", "critical", 200],
  ["warning", "critical", 200],
  ["critical", "warning", 503],
  ["unknown", "warning", 503],
  ["warning", "warning", 503],
  ["healthy", "warning", 200],
  ["critical", "never", 200],
] as const)("a fleet that is %s with failOn=%s answers %i", async ([status, failOn, expected]) => {
  expect((await get(openApi(fleet(status)), "health", `failOn=${failOn}`)).status).toBe(expected);
});

test("a cluster without a verdict is unknown, and not forgotten", async () => {
  const { json } = await get(
    openApi({ entries: [entry("new", { firstSeenMs: NOW_MS - MINUTE_MS })] }),
    "health",
  );
  expect(json).toMatchObject({
    status: "unknown",
    evaluatedAt: null,
    monitor: { status: "starting", lagSeconds: null },
    counts: { unknown: 1 },
    clusters: [{ name: "new", status: "unknown", headline: "not evaluated yet" }],
  });
});

test("a cluster that is gone is left out", async () => {
  const world = fleet("healthy", "critical");
  const entries = [entry("c-healthy"), entry("c-critical", { goneSinceMs: NOW_MS - 1 })];
  expect((await get(openApi({ ...world, entries }), "health")).json).toMatchObject({
    status: "healthy",
    counts: { critical: 0 },
  });
});

describe("an old verdict", () => {
  const old = NOW_MS - 31 * MINUTE_MS;
  const world = (status: Status): World => ({
    entries: [entry("fresh"), entry("old")],
    states: [state("fresh"), state("old", { verdict: verdict(status, { evaluatedAtMs: old }) })],
  });

  test("is unknown, not healthy", async () => {
    expect((await get(openApi(world("healthy")), "health")).json).toMatchObject({
      status: "unknown",
      clusters: [
        { name: "old", headline: "not evaluated since 2026-11-21T09:29:30Z; then: it is healthy" },
        { name: "fresh", status: "healthy" },
      ],
    });
  });

  test("stays critical where it was", async () => {
    expect((await get(openApi(world("critical")), "health")).json).toMatchObject({ status: "critical" });
  });
});

describe("the monitor", () => {
  const monitorOf = async (world: World) => {
    const { json, status } = await get(openApi(world), "health", "failOn=never");
    return { json, status };
  };

  test("is stale, and answers 503 whatever failOn says, once nothing was evaluated for ten minutes", async () => {
    const evaluated = (ms: number): World => ({
      entries: [entry("a")],
      states: [state("a", { verdict: verdict("healthy", { evaluatedAtMs: NOW_MS - ms }) })],
    });
    expect((await monitorOf(evaluated(10 * MINUTE_MS))).status).toBe(200);
    const stale = await monitorOf(evaluated(10 * MINUTE_MS + 1));
    expect(stale.status).toBe(503);
    expect(stale.json).toMatchObject({ status: "healthy", monitor: { status: "stale" } });
  });

  test("is stale when its newest minute is ten minutes older than the lag by design", async () => {
    const through = (ms: number): World => ({
      entries: [entry("a")],
      states: [state("a", { throughMs: NOW_MS - ms })],
    });
    expect((await monitorOf(through(13 * MINUTE_MS))).json).toMatchObject({
      monitor: { status: "healthy", lagSeconds: 780 },
    });
    expect((await monitorOf(through(13 * MINUTE_MS + 1))).status).toBe(503);
  });

  test("is stale when clusters have waited ten minutes for their first evaluation", async () => {
    expect((await monitorOf({ entries: [entry("a")] })).json).toMatchObject({ monitor: { status: "stale" } });
  });

  test("without clusters is judged by its last discovery", async () => {
    const discovered = (ms: number): World => ({
      discovery: { finishedAtMs: NOW_MS - ms, subscriptionIds: [], failures: [] },
    });
    expect((await monitorOf(discovered(45 * MINUTE_MS))).json).toMatchObject({
      status: "unknown",
      monitor: { status: "healthy" },
    });
    expect((await monitorOf(discovered(46 * MINUTE_MS))).json).toMatchObject({
      monitor: { status: "stale" },
    });
  });

  test("is starting before the first discovery, but not for ever", async () => {
    let nowMs = NOW_MS;
    const opened = openApi({ discovery: null, clock: { nowMs: () => nowMs } });
    expect((await get(opened, "health")).json).toMatchObject({
      monitor: { status: "starting", discovery: null },
    });
    nowMs += 46 * MINUTE_MS;
    expect((await get(opened, "health")).json).toMatchObject({ monitor: { status: "stale" } });
  });

  test.for([
    ["nobody was told nothing", { countedAtMs: NOW_MS, dead: 0 }, "healthy", 0],
    ["a message was given up", { countedAtMs: NOW_MS, dead: 1 }, "degraded", 1],
    ["the count is as old as it may be", { countedAtMs: NOW_MS - 10 * MINUTE_MS, dead: 0 }, "healthy", 0],
    ["the count is too old", { countedAtMs: NOW_MS - 10 * MINUTE_MS - 1, dead: 0 }, "degraded", 0],
    ["nothing was counted yet", undefined, "healthy", null],
  ] as const)("is judged by its deliveries: %s", async ([, deliveries, status, deadDeliveries]) => {
    const world: World = { ...fleet("healthy"), ...(deliveries && { deliveries }) };
    expect(await monitorOf(world)).toMatchObject({
      status: 200,
      json: { monitor: { status, deadDeliveries } },
    });
  });

  test("tells what discovery could not read, and how much of the past is missing", async () => {
    const failures = [{ subscriptionId: "s", reason: "forbidden", message: "403" }] as const;
    const world: World = {
      entries: [entry("a"), entry("b")],
      states: ["a", "b"].map((name) =>
        state(name, {
          backfill: [{ fromMs: 0, toMs: 90 * MINUTE_MS, kind: "import" }],
          problems: name === "a" ? [{ source: "snatPorts", reason: "throttled", message: "429" }] : [],
        }),
      ),
      discovery: { finishedAtMs: NOW_MS, subscriptionIds: [], failures },
    };
    expect((await monitorOf(world)).json).toMatchObject({
      monitor: { backfillMinutes: 180, throttledClusters: 1, discovery: { failures } },
    });
  });
});

const IMPORT_MINUTES = 30 * 24 * 60;

test.for([
  ["nothing is read", [IMPORT_MINUTES, IMPORT_MINUTES], 0],
  ["one is nearly done", [1, IMPORT_MINUTES], expect.closeTo(0.5, 4)],
  ["one is done, and stays in it", [0, IMPORT_MINUTES], 0.5],
  ["the other goes on", [0, IMPORT_MINUTES / 2], 0.75],
  ["nothing is left", [0, 0], 1],
  ["an outage was longer than the import", [0, 3 * IMPORT_MINUTES], 0.5],
] as const)("the import's progress is that of the whole fleet: %s", async ([, left, importProgress]) => {
  const states = left.map((minutes, at) =>
    state(`c${at}`, { backfill: [{ fromMs: 0, toMs: minutes * MINUTE_MS, kind: "import" }] }),
  );
  const entries = left.map((_, at) => entry(`c${at}`));
  expect((await get(openApi({ entries, states }), "health")).json).toMatchObject({
    monitor: { importProgress },
  });
});

describe("health without a key", () => {
  const world = { ...fleet("critical"), settings: { healthAccess: "anonymous" } } as const;

  test("tells status and counts, no names", async () => {
    const { json, status } = await get(openApi(world), "health");
    expect(status).toBe(503);
    expect(json).toEqual({
      status: "critical",
      evaluatedAt: "2026-11-21T10:00:10Z",
      monitor: {
        status: "healthy",
        lagSeconds: 210,
        backfillMinutes: 0,
        importProgress: 1,
        deadDeliveries: null,
        deliveriesCountedAt: null,
        throttledClusters: 0,
      },
      counts: { healthy: 0, warning: 0, critical: 1, unknown: 0 },
      clusters: [],
    });
  });

  test("tells all to a caller that the platform has identified", async () => {
    const settings = { healthAccess: "anonymous", auth: "entra" } as const;
    const headers = { "x-ms-client-principal": "e30=" };
    const { json } = await get(openApi({ ...world, settings }), "health", "", { headers });
    expect(json).toMatchObject({ clusters: [{ name: "c-critical" }] });
  });
});
