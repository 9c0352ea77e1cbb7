import { expect, test } from "vitest";
import { collectFleet } from "#app/collect-fleet.ts";
import { heartbeat } from "#app/heartbeat.ts";
import { MINUTE_MS } from "#core/time.ts";
import type { BeatOutcome } from "#ports/heartbeat.ts";
import { LIMITS } from "../support/builders.ts";
import { bench, entry } from "./collect-support.ts";

/** A collected fleet of two shards, and a dead-man switch that counts. */
async function fleet(outcome: BeatOutcome = { kind: "heard" }) {
  const world = bench();
  const { deps, clock, signal } = world;
  await deps.inventory.save([entry("a"), entry("b", { shard: "other-1" })], [], {
    finishedAtMs: clock.nowMs(),
    subscriptionIds: [],
    failures: [],
  });
  await collectFleet({ ...deps, inlineShards: 9 }, signal);
  const lines: string[] = [];
  let beats = 0;
  const parts = {
    inventory: deps.inventory,
    states: deps.states,
    heartbeat: {
      async beat() {
        beats += 1;
        return outcome;
      },
    },
    clock,
    logger: {
      ...deps.logger,
      warn: (event: string, fields?: unknown) => void lines.push(`${event} ${JSON.stringify(fields)}`),
    },
    collectLagMs: LIMITS.collectLagMs,
  };
  return { ...world, parts, lines, beats: () => beats };
}

test("beats while every shard is collected", async () => {
  const { parts, beats, signal, clock } = await fleet();
  expect(await heartbeat(parts, signal)).toBe("heard");
  clock.ms += 3 * MINUTE_MS;
  expect(await heartbeat(parts, signal)).toBe("heard");
  expect(beats()).toBe(2);
});

test("goes silent when collection stops", async () => {
  const { parts, beats, signal, clock, lines } = await fleet();
  clock.ms += 4 * MINUTE_MS;
  expect(await heartbeat(parts, signal)).toBe("silent");
  expect(beats()).toBe(0);
  expect(lines[0]).toContain("is not being collected");
});

test("goes silent when one shard of the fleet is not collected", async () => {
  const { parts, deps, signal, clock } = await fleet();
  clock.ms += 4 * MINUTE_MS;
  const { inventory } = deps;
  const half = {
    list: async () => [entry("a")],
    lastDiscovery: () => inventory.lastDiscovery(),
    save: async () => {},
  };
  await collectFleet({ ...deps, inventory: half }, signal);
  expect(await heartbeat(parts, signal)).toBe("silent");
});

test("goes silent when runs end well and nothing can be read", async () => {
  const { parts, deps, signal, clock, lines, metrics } = await fleet();
  for (const { cluster } of [entry("a"), entry("b")]) {
    metrics.problems.set(cluster.ref.key, { source: "snatPorts", reason: "throttled", message: "429" });
  }
  for (let minute = 0; minute < 10; minute += 1) {
    clock.ms += MINUTE_MS;
    await collectFleet({ ...deps, inlineShards: 9 }, signal);
  }
  expect(await heartbeat(parts, signal)).toBe("silent");
  expect(lines.at(-1)).toContain("no cluster could be read");
});

test("has nothing good to tell of an empty fleet, and no switch means no work", async () => {
  const { parts, signal } = await fleet();
  const empty = bench().deps.inventory;
  expect(await heartbeat({ ...parts, inventory: empty }, signal)).toBe("silent");
  expect(await heartbeat({ ...parts, inventory: empty, heartbeat: null }, signal)).toBe("notConfigured");
});

test("a beat that is lost is logged with its reason alone", async () => {
  const { parts, signal, lines } = await fleet({ kind: "lost", reason: "timeout" });
  expect(await heartbeat(parts, signal)).toBe("lost");
  expect(lines).toEqual(['heartbeat.lost {"reason":"timeout"}']);
});
