import { expect, test } from "vitest";
import { handOff } from "#app/deliver-hand-off.ts";
import type { IncidentMessage } from "#core/alert/incident.ts";
import type { Notifier } from "#ports/notifier.ts";
import { message } from "../core/notify/support-messages.ts";
import { MemoryOutbox, MemoryQueue, START, TestClock } from "./support-delivery.ts";

/** `all` hears everything, `pager` only what is critical. */
const notifier: Notifier = {
  channels: ["all", "pager"],
  wants: (channel, { severity }) => channel === "all" || severity === "critical",
  send: async () => ({ kind: "delivered" }),
};

function setUp() {
  const clock = new TestClock();
  return { outbox: new MemoryOutbox(), queue: new MemoryQueue(clock), notifier, clock };
}

const told = (sequence: number, severity: IncidentMessage["severity"], kind: IncidentMessage["kind"]) =>
  message({ sequence, severity, kind });

function deliveries({ outbox }: ReturnType<typeof setUp>): readonly string[] {
  return outbox.all().map(({ channel, sequence }) => `${channel} ${sequence}`);
}

test("every channel that wants a message gets a row, then a call", async () => {
  const world = setUp();
  expect(await handOff(world, [told(1, "critical", "opened")])).toBe(2);
  expect(world.outbox.all()).toMatchObject([
    {
      channel: "all",
      state: "pending",
      createdAtMs: START,
      nextAttemptAtMs: START,
      attempts: 0,
      leaseUntilMs: null,
    },
    { channel: "pager" },
  ]);
  expect(world.queue.take().map(({ channel }) => channel)).toEqual(["all", "pager"]);
});

test("a filter chooses what a channel begins to hear of", async () => {
  const world = setUp();
  await handOff(world, [told(1, "warning", "opened"), told(2, "critical", "escalated")]);
  expect(deliveries(world)).toEqual(["all 1", "all 2", "pager 2"]);
});

test("and never swallows the end of what it was told", async () => {
  const world = setUp();
  await handOff(world, [
    told(1, "critical", "opened"),
    told(2, "warning", "updated"),
    told(3, "warning", "resolved"),
  ]);
  expect(deliveries(world)).toContain("pager 3");
});

test("the end of what a channel was never told is not told either", async () => {
  const world = setUp();
  await handOff(world, [told(1, "warning", "opened"), told(2, "warning", "resolved")]);
  expect(deliveries(world)).toEqual(["all 1", "all 2"]);
});

test("a silence is news only to those who heard of the incident", async () => {
  const world = setUp();
  await handOff(world, [told(1, "warning", "opened"), told(2, "critical", "silenced")]);
  expect(deliveries(world)).toEqual(["all 1", "all 2"]);
});

test("a channel that missed one message in between hears the end", async () => {
  const world = setUp();
  await handOff(world, [told(1, "critical", "opened")]);
  await handOff(world, [told(3, "warning", "resolved")]);
  expect(deliveries(world)).toContain("pager 3");
});

test("handing off again changes no row", async () => {
  const world = setUp();
  await handOff(world, [told(1, "critical", "opened")]);
  const before = world.outbox.all();
  world.clock.advance(5_000);
  await handOff(world, [told(1, "critical", "opened")]);
  expect(world.outbox.all()).toEqual(before);
});

test("the row is there before the queue hears of it", async () => {
  const world = setUp();
  const seen: number[] = [];
  const queue = {
    collectShard: async () => {},
    deliver: async () => void seen.push(world.outbox.all().length),
  };
  await handOff({ ...world, queue }, [told(1, "critical", "opened")]);
  expect(seen).toEqual([2, 2]);
});
