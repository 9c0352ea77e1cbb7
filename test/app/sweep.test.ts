import { expect, test } from "vitest";
import { sweep } from "#app/sweep.ts";
import { MemoryLogger, MemoryOutbox, MemoryQueue, row, START, TestClock } from "./support-delivery.ts";

const MINUTE = 60_000;

function setUp() {
  const clock = new TestClock();
  return { outbox: new MemoryOutbox(), queue: new MemoryQueue(clock), clock, logger: new MemoryLogger() };
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
  expect(world.logger.lines).toEqual(['sweep {"open":4,"requeued":2}']);
});

test("says nothing where there is nothing", async () => {
  const world = setUp();
  await sweep(world);
  expect(world.logger.lines).toEqual([]);
});
