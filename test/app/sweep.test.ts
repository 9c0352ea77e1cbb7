import { expect, test } from "vitest";
import { sweep } from "#app/sweep.ts";
import { NEW_GATE, type RateLimit } from "#core/notify/rate-limits.ts";
import { MemoryLogger, MemoryOutbox, MemoryQueue, row, START, TestClock } from "./support-delivery.ts";

const MINUTE = 60_000;

function setUp() {
  const clock = new TestClock();
  return {
    outbox: new MemoryOutbox(),
    queue: new MemoryQueue(clock),
    clock,
    logger: new MemoryLogger(),
    limitsOf: (channel: string): readonly RateLimit[] =>
      channel === "slow" ? [{ count: 1, windowMs: 1_000 }] : [],
  };
}

test("finds what the queue lost and what a dead worker held", async () => {
  const world = setUp();
  await world.outbox.put([
    row(1),
    row(2),
    row(1, { channel: "dev", state: "sending", leaseUntilMs: START }),
    row(1, { channel: "later", nextAttemptAtMs: START + 5 * MINUTE }),
    row(1, { channel: "done", state: "delivered" }),
  ]);
  expect(await sweep(world)).toBe(0);

  world.clock.advance(MINUTE);
  expect(await sweep(world)).toBe(2);
  expect(world.queue.take().map(({ channel, sequence }) => `${channel} ${sequence}`)).toEqual([
    "ops 1",
    "dev 1",
  ]);
  expect(world.logger.lines).toEqual(['sweep {"requeued":2}']);
});

test("says nothing where there is nothing", async () => {
  const world = setUp();
  await sweep(world);
  expect(world.logger.lines).toEqual([]);
});

test("brings no more of a channel than it takes until the next sweep, the oldest first", async () => {
  const world = setUp();
  await world.outbox.put(
    Array.from({ length: 500 }, (_, index) =>
      row(1, { channel: "slow", incidentId: `i${index}`, createdAtMs: START - index }),
    ),
  );
  world.clock.advance(MINUTE);

  // Six wake-ups for each of the sixty places: one that comes late leaves no place empty.
  expect(await sweep(world)).toBe(360);
  const first = world.queue.take();
  expect(first.map(({ incidentId }) => incidentId)).toEqual(["i499"]);
  expect(world.queue.waiting().slice(0, 3)).toEqual(["1 @ 167", "1 @ 334", "1 @ 501"]);
  expect(await sweep(world)).toBe(0);
});

test("leaves a channel alone that is closed for longer than a minute", async () => {
  const world = setUp();
  await world.outbox.put([row(1), row(1, { channel: "dev" })]);
  world.clock.advance(MINUTE);
  const closedUntilMs = world.clock.nowMs() + MINUTE + 1;
  await world.outbox.saveGate("ops", { ...NEW_GATE, closedUntilMs }, undefined);

  expect(await sweep(world)).toBe(1);
  expect(world.queue.take()).toMatchObject([{ channel: "dev" }]);

  world.clock.advance(1);
  expect(await sweep(world)).toBe(2);
  expect(world.queue.waiting()).toEqual([`1 @ ${MINUTE}`, "1 @ 0"]);
});
