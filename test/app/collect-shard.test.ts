import { describe, expect, test } from "vitest";
import { collectShard } from "#app/collect-shard.ts";
import type { ClusterState } from "#core/collection/cluster-state.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import { T0 } from "../support/builders.ts";
import { MemoryClusterStateStore } from "../support/memory/cluster-state-store.ts";
import { MemoryEventStore } from "../support/memory/event-store.ts";
import type { Usage } from "../support/scripted-metrics.ts";
import { bench, entry, SHARD } from "./collect-support.ts";

const warm: Usage = (minuteMs) => (minuteMs >= T0 && minuteMs < T0 + 10 * MINUTE_MS ? 800 : 100);

/** Collects once a minute from T0 on. */
async function run(kit: ReturnType<typeof bench>, minutes: number, entries = [entry()]) {
  for (let minute = 0; minute < minutes; minute += 1) {
    await collectShard(kit.deps, SHARD, entries, kit.signal);
    kit.clock.ms += MINUTE_MS;
  }
}

async function stateOf(kit: ReturnType<typeof bench>, name = "aks-payments"): Promise<ClusterState> {
  const state = await kit.states.load(SHARD, entry(name).cluster.ref.key);
  if (state === undefined) throw new Error(`no state of ${name}`);
  return state;
}

test("nearing the limit is told once, and so is its end", async () => {
  const kit = bench(warm);
  await run(kit, 25);
  expect(kit.handed.map((message) => `${(message.atMs - T0) / MINUTE_MS} ${message.kind}`)).toEqual([
    "2 opened",
    "15 resolved",
  ]);
});

test("a silence that is stored holds from the next run on, and its end is told", async () => {
  const kit = bench(warm);
  const { id } = await kit.silences.add({
    cluster: "aks-*",
    startsAtMs: T0,
    untilMs: T0 + DAY_MS,
    comment: "",
    createdBy: "",
    createdAtMs: T0,
    endedAtMs: null,
  });
  await run(kit, 5);
  expect(kit.handed).toEqual([]);
  expect((await stateOf(kit)).alerts).toMatchObject([{ phase: "firing", silencedBy: id }]);

  await kit.silences.end(id, kit.clock.ms);
  await run(kit, 20);
  expect(kit.handed.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
    "opened silence-ended",
    "resolved all-resolved",
  ]);
});

test("the watermark is the end of what was read, and a cycle reads three minutes, every fifth ten", async () => {
  const kit = bench();
  await run(kit, 12);
  expect((await stateOf(kit)).throughMs).toBe(T0 + 11 * MINUTE_MS);
  const widths = kit.metrics.requests.map((request) => (request.toMs - request.fromMs) / MINUTE_MS);
  expect(widths[0]).toBe(15);
  expect(widths.slice(1).toSorted((a, b) => a - b)).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 3, 10, 10]);
});

describe("one cluster that cannot be read", () => {
  const broken = entry("aks-broken");
  const problem = {
    source: "snatPorts",
    reason: "throttled" as const,
    message: "429 of westeurope, again in 30 s",
  };

  test("reads unknown with the reason; the others are judged as usual; its watermark stays", async () => {
    const kit = bench();
    await run(kit, 3, [entry(), broken]);
    const before = await stateOf(kit, "aks-broken");
    kit.metrics.problems.set(broken.cluster.ref.key, problem);
    await run(kit, 1, [entry(), broken]);

    expect((await stateOf(kit)).verdict?.status).toBe("healthy");
    const after = await stateOf(kit, "aks-broken");
    expect(after.verdict).toMatchObject({ status: "unknown", headline: problem.message });
    expect(after.throughMs).toBe(before.throughMs);
  });

  test("catches up when it can be read again, with no minute lost", async () => {
    const kit = bench();
    await run(kit, 3, [broken]);
    kit.metrics.problems.set(broken.cluster.ref.key, problem);
    await run(kit, 20, [broken]);
    kit.metrics.problems.clear();
    await run(kit, 1, [broken]);

    const { block } = await kit.deps.series.read(
      SHARD,
      broken.cluster.ref.key,
      T0 - 5 * MINUTE_MS,
      T0 + 20 * MINUTE_MS,
    );
    const used = [...block.series.values()].filter((series) => series.metric === "usedPorts");
    expect(used).toHaveLength(3);
    for (const { values } of used) expect([...values].some(Number.isNaN)).toBe(false);
  });
});

test("after an outage of three days the verdict is of now, and the rest is left for the import, oldest first", async () => {
  const kit = bench();
  await run(kit, 2);
  kit.clock.ms += 3 * DAY_MS;
  await run(kit, 1);
  const state = await stateOf(kit);
  expect(state.verdict?.minuteMs).toBe(T0 + 3 * DAY_MS + MINUTE_MS);
  expect(state.backfill).toEqual([
    { fromMs: T0 + MINUTE_MS, toMs: T0 + 3 * DAY_MS + 2 * MINUTE_MS - 60 * MINUTE_MS, kind: "catchUp" },
  ]);
});

describe("dying in the middle", () => {
  test("a process that dies after the decision loses no message, and tells none twice with another number", async () => {
    const kit = bench(warm);
    const dying = {
      ...kit.deps,
      handOff: async () => {
        throw new Error("killed");
      },
    };
    for (let minute = 0; minute < 3; minute += 1) {
      await collectShard(dying, SHARD, [entry()], kit.signal).catch(() => undefined);
      kit.clock.ms += MINUTE_MS;
    }
    expect(kit.handed).toEqual([]);
    await run(kit, 2);
    expect(
      new Set(kit.handed.map((message) => `${message.incidentId} ${message.sequence} ${message.kind}`)).size,
    ).toBe(1);
    expect(kit.handed[0]).toMatchObject({ kind: "opened", sequence: 1 });
  });

  test("a process that dies before its state is saved is as if it had not run", async () => {
    const kit = bench(warm);
    const steady = bench(warm);
    await run(steady, 6);
    await run(kit, 2);
    const states = {
      loadShard: (shard: string) => kit.states.loadShard(shard),
      save: async () => {
        throw new Error("killed");
      },
    };
    const dying = { ...kit.deps, states: Object.assign(new MemoryClusterStateStore(), states) };
    await expect(collectShard(dying, SHARD, [entry()], kit.signal)).rejects.toThrow("killed");
    kit.clock.ms += MINUTE_MS;
    await run(kit, 3);
    const { alerts, incident } = await stateOf(kit);
    expect({ alerts, incident }).toEqual({
      alerts: (await stateOf(steady)).alerts,
      incident: (await stateOf(steady)).incident,
    });
  });

  test("a collector that loses a race hands over what the winner decided and died with, and goes on from there", async () => {
    const kit = bench(warm);
    await run(kit, 3);
    const dying = {
      ...kit.deps,
      handOff: async () => {
        throw new Error("killed");
      },
    };
    let races = 0;
    const states = {
      loadShard: (shard: string) => kit.states.loadShard(shard),
      save: async (...changes: Parameters<MemoryClusterStateStore["save"]>) => {
        races += 1;
        if (races === 1) await collectShard(dying, SHARD, [entry()], kit.signal).catch(() => undefined);
        return kit.states.save(...changes);
      },
    };
    const loser = { ...kit.deps, states: Object.assign(new MemoryClusterStateStore(), states) };
    await collectShard(loser, SHARD, [entry()], kit.signal);
    expect(races).toBe(2);
    expect(kit.handed.map((message) => message.kind)).toEqual(["opened"]);
  });

  test("two collectors at once: one state, one message", async () => {
    const kit = bench(warm);
    await run(kit, 3);
    await Promise.all([
      collectShard(kit.deps, SHARD, [entry()], kit.signal),
      collectShard(kit.deps, SHARD, [entry()], kit.signal),
    ]);
    expect(kit.handed.map((message) => message.sequence)).toEqual([1]);
  });
});

describe("the time line", () => {
  const linesOf = (kit: ReturnType<typeof bench>) =>
    kit.events
      .all(entry().cluster.ref.key)
      .map(({ atMs, kind, severity }) => `${(atMs - T0) / MINUTE_MS} ${kind} ${severity}`);
  const STORY = ["-10 verdict ok", "0 verdict warning", "2 alert warning", "15 verdict ok", "15 alert ok"];

  test("has what the minutes decided; minutes without news write nothing", async () => {
    const kit = bench(warm);
    let writes = 0;
    const write = kit.events.write.bind(kit.events);
    kit.events.write = (events) => {
      writes += 1;
      return write(events);
    };
    await run(kit, 25);
    expect(linesOf(kit)).toEqual(STORY);
    // Each change is written with its minute and, for all that the next run knows, once more.
    expect(writes).toBe(2 * new Set(STORY.map((line) => line.split(" ")[0])).size);
  });

  test.for(["the state is saved", "the messages are handed over", "the events are written"])(
    "a process that dies before %s, every other minute, loses no event and has none twice",
    async (step) => {
      const kit = bench(warm);
      const killed = () => Promise.reject(new Error("killed"));
      const dying = {
        ...kit.deps,
        ...(step === "the messages are handed over" && { handOff: killed }),
        ...(step === "the events are written" && {
          events: Object.assign(new MemoryEventStore(), { write: killed }),
        }),
        ...(step === "the state is saved" && {
          states: Object.assign(new MemoryClusterStateStore(), {
            loadShard: (shard: string) => kit.states.loadShard(shard),
            save: killed,
          }),
        }),
      };
      for (let minute = 0; minute < 12; minute += 1) {
        await collectShard(dying, SHARD, [entry()], kit.signal).catch(() => undefined);
        kit.clock.ms += MINUTE_MS;
        await run(kit, 1);
      }
      // On first sight ten minutes are judged, from the first run that is saved.
      const [first, ...lines] = linesOf(kit);
      expect(first).toMatch(/^-\d+ verdict ok$/);
      expect(lines).toEqual(STORY.slice(1));
    },
  );

  test("a store of events that fails holds up no alarm, and loses no event", async () => {
    const kit = bench(warm);
    const logged: string[] = [];
    const away = {
      ...kit,
      deps: {
        ...kit.deps,
        events: Object.assign(new MemoryEventStore(), { write: () => Promise.reject(new Error("away")) }),
        logger: { ...kit.deps.logger, error: (event: string) => void logged.push(event) },
      },
    };
    await run(away, 16);
    expect(kit.handed.map(({ kind }) => kind)).toEqual(["opened"]);
    expect(logged).toContain("events.unwritten");
    expect(linesOf(kit)).toEqual([]);

    await run(away, 1, [entry("aks-payments", { goneSinceMs: kit.clock.ms })]);
    expect(kit.handed.map(({ kind }) => kind)).toEqual(["opened", "resolved"]);
    await run(kit, 2, [entry("aks-payments", { goneSinceMs: kit.clock.ms })]);
    expect(linesOf(kit)).toEqual([...STORY.slice(0, 3), "19 alert ok"]);
    expect((await stateOf(kit)).events).toEqual([]);
  });

  test("two collectors at once: each event once", async () => {
    const kit = bench(warm);
    for (let minute = 0; minute < 25; minute += 1) {
      await Promise.all([1, 2].map(() => collectShard(kit.deps, SHARD, [entry()], kit.signal)));
      kit.clock.ms += MINUTE_MS;
    }
    expect(linesOf(kit)).toEqual(STORY);
  });

  test("a collector that wins a race and dies: the one that lost passes on what the winner saved", async () => {
    const kit = bench(warm);
    const killed = () => Promise.reject(new Error("killed"));
    const dying = {
      ...kit.deps,
      handOff: killed,
      events: Object.assign(new MemoryEventStore(), { write: killed }),
    };
    for (let minute = 0; minute < 25; minute += 1) {
      const states = Object.assign(new MemoryClusterStateStore(), {
        loadShard: kit.states.loadShard.bind(kit.states),
        save: async (...args: Parameters<typeof kit.states.save>) => {
          states.save = kit.states.save.bind(kit.states);
          await collectShard(dying, SHARD, [entry()], kit.signal).catch(() => undefined);
          return kit.states.save(...args);
        },
      });
      await collectShard({ ...kit.deps, states }, SHARD, [entry()], kit.signal);
      kit.clock.ms += MINUTE_MS;
    }
    expect(linesOf(kit)).toEqual(STORY);
    expect(kit.handed.map(({ kind }) => kind)).toEqual(["opened", "resolved"]);
  });

  test("a cluster that is deleted: what fires is over", async () => {
    const kit = bench(() => 800);
    await run(kit, 4);
    await run(kit, 3, [entry("aks-payments", { goneSinceMs: kit.clock.ms })]);
    expect(linesOf(kit)).toEqual(["-10 verdict warning", "-8 alert warning", "7 alert ok"]);
    expect((await stateOf(kit)).events).toEqual([]);
  });
});

test("a cluster that was deleted while an incident was open: the end is told, once", async () => {
  const kit = bench(() => 800);
  await run(kit, 4);
  expect((await stateOf(kit)).incident).not.toBeNull();
  await run(kit, 3, [entry("aks-payments", { goneSinceMs: kit.clock.ms })]);
  expect(kit.handed.map((message) => message.kind)).toEqual(["opened", "resolved"]);
  expect(kit.handed.at(-1)?.headline).toContain("no longer there");
});

test("a cluster that was deleted before its breach had held: the next one of its name waits as any other", async () => {
  const kit = bench(() => 800);
  const deps = { ...kit.deps, policy: { ...kit.deps.policy, forMs: 30 * MINUTE_MS } };
  const patient = { ...kit, deps };
  await run(patient, 4);
  expect((await stateOf(kit)).alerts[0]).toMatchObject({ phase: "pending" });

  const gone = [entry("aks-payments", { goneSinceMs: kit.clock.ms })];
  await run(patient, 1, gone);
  const ended = await stateOf(kit);
  expect(ended).toMatchObject({ alerts: [], incident: null, maintenance: null, standing: [], events: [] });
  await run(patient, 1, gone);
  expect(await stateOf(kit), "once").toEqual(ended);

  await run(patient, 2);
  const since = (await stateOf(kit)).alerts.map(({ activeAtMs }) => activeAtMs);
  expect(since).not.toEqual([]);
  expect(Math.min(...since)).toBeGreaterThan(ended.verdict?.minuteMs ?? Number.POSITIVE_INFINITY);
});

test("a cluster that was deleted while a silence covered its alert: its end is on the time line, nobody is told", async () => {
  const kit = bench(() => 800);
  const silence = {
    cluster: "aks-*",
    startsAtMs: T0 - DAY_MS,
    untilMs: T0 + DAY_MS,
    comment: "",
    createdBy: "",
  };
  await kit.silences.add({ ...silence, createdAtMs: T0, endedAtMs: null });
  await run(kit, 4);
  expect((await stateOf(kit)).alerts[0]).toMatchObject({ phase: "firing" });
  await run(kit, 2, [entry("aks-payments", { goneSinceMs: kit.clock.ms })]);
  expect((await stateOf(kit)).alerts).toEqual([]);
  expect(kit.handed).toEqual([]);
  expect(kit.events.all(entry().cluster.ref.key).at(-1)).toMatchObject({ alert: { state: "resolved" } });
});

test("a tag of the cluster moves its limit", async () => {
  const kit = bench(() => 700);
  const tagged = entry();
  await run(kit, 1, [{ ...tagged, cluster: { ...tagged.cluster, tags: { "Snatwatch-Warn-Ratio": "0.5" } } }]);
  expect((await stateOf(kit)).verdict?.status).toBe("warning");
});
