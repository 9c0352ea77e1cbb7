import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backOffMs } from "#core/notify/back-off.ts";
import {
  type AttemptOutcome,
  afterAttempt,
  type Delivery,
  GIVE_UP_AFTER_MS,
  isOpen,
  LEASE_MS,
  standing,
  superseded,
  taken,
} from "#core/notify/delivery-state.ts";
import { heads, type QueuedDelivery } from "#core/notify/unattended.ts";

const NOW = 1_000_000_000;
const DAY = 24 * 3_600_000;

function delivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    state: "pending",
    createdAtMs: NOW,
    attempts: 0,
    nextAttemptAtMs: NOW,
    leaseUntilMs: null,
    settledAtMs: null,
    lastError: null,
    ...changes,
  };
}

test.for([
  ["is due at its instant", {}, { kind: "due" }],
  ["waits before it", { nextAttemptAtMs: NOW + 1 }, { kind: "wait", untilMs: NOW + 1 }],
  [
    "waits for the sender that has it",
    { state: "sending", leaseUntilMs: NOW + 1 },
    { kind: "wait", untilMs: NOW + 1 },
  ],
  ["is due when the sender's lease ends", { state: "sending", leaseUntilMs: NOW }, { kind: "due" }],
  ["is due where a lease was never written", { state: "sending" }, { kind: "due" }],
  ["is settled once delivered", { state: "delivered" }, { kind: "settled" }],
  ["is settled once dead", { state: "dead" }, { kind: "settled" }],
  ["gets its attempt however late it is", { createdAtMs: NOW - 2 * DAY }, { kind: "due" }],
  [
    "is lost when its sender never came back and its day is over",
    { state: "sending", leaseUntilMs: NOW, createdAtMs: NOW - DAY },
    { kind: "lost" },
  ],
] as const)("a delivery %s", ([, changes, expected]) =>
  expect(standing(delivery(changes), NOW)).toEqual(expected),
);

test("taking it counts the attempt and holds it for the lease", () => {
  expect(taken(delivery({ attempts: 2 }), NOW)).toEqual(
    delivery({ state: "sending", attempts: 3, leaseUntilMs: NOW + LEASE_MS }),
  );
});

describe("after an attempt", () => {
  const sent = delivery({ state: "sending", attempts: 1, leaseUntilMs: NOW + LEASE_MS });
  const failure = (retryAtMs: number | null): AttemptOutcome => ({ kind: "retry", reason: "why", retryAtMs });

  test.for([
    ["it is delivered", { kind: "delivered" }, { state: "delivered", settledAtMs: NOW }],
    ["it is dead", { kind: "dead", reason: "why" }, { state: "dead", settledAtMs: NOW, lastError: "why" }],
    [
      "it comes back within the back-off",
      failure(null),
      { state: "pending", nextAttemptAtMs: NOW + 500, lastError: "why" },
    ],
    [
      "it stays away as long as the receiver asks",
      failure(NOW + 90_000),
      { state: "pending", nextAttemptAtMs: NOW + 90_500, lastError: "why" },
    ],
    [
      "a wish for the past is none",
      failure(NOW - 90_000),
      { state: "pending", nextAttemptAtMs: NOW + 500, lastError: "why" },
    ],
    [
      "it comes back in the last instant of its day",
      failure(NOW + GIVE_UP_AFTER_MS - 501),
      { state: "pending", nextAttemptAtMs: NOW + GIVE_UP_AFTER_MS - 1, lastError: "why" },
    ],
    [
      "it is dead where the next attempt would be at the end of its day",
      failure(NOW + GIVE_UP_AFTER_MS - 500),
      { state: "dead", settledAtMs: NOW, lastError: "gave up after 24 hours; why" },
    ],
    [
      "it is dead where the next attempt would be after its day",
      failure(NOW + GIVE_UP_AFTER_MS),
      { state: "dead", settledAtMs: NOW, lastError: "gave up after 24 hours; why" },
    ],
  ] as const)("%s", ([, outcome, changes]) => {
    const expected = { ...sent, leaseUntilMs: null, ...changes };
    expect(afterAttempt(sent, outcome, NOW, 0.5)).toEqual(expected);
  });
});

test.for([
  ["starts within a second", 1, 0.5, 500],
  ["doubles", 2, 0.5, 1_000],
  ["doubles again", 3, 0.5, 2_000],
  ["ends at a quarter of an hour", 11, 0.5, 450_000],
  ["stays there", 5_000, 0.5, 450_000],
  ["takes no attempt for the first", 0, 0.5, 500],
  ["may be nothing", 8, 0, 0],
] as const)("back-off %s", ([, attempts, random, ms]) => expect(backOffMs(attempts, random)).toBe(ms));

const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("a failed delivery is never tried sooner than asked, nor after its day", () => {
  fc.assert(
    fc.property(
      fc.nat(2 * DAY),
      fc.option(fc.nat(3 * DAY)),
      fc.nat(500),
      unit,
      (age, waitMs, attempts, random) => {
        const row = delivery({ state: "sending", createdAtMs: NOW - age, attempts, leaseUntilMs: NOW });
        const retryAtMs = waitMs === null ? null : NOW + waitMs;
        const next = afterAttempt(row, { kind: "retry", reason: "why", retryAtMs }, NOW, random);
        if (isOpen(next)) {
          expect(next.nextAttemptAtMs).toBeGreaterThanOrEqual(retryAtMs ?? NOW);
          expect(next.nextAttemptAtMs).toBeLessThan(row.createdAtMs + DAY);
          expect(next.leaseUntilMs).toBeNull();
        } else {
          expect(next).toMatchObject({ state: "dead", settledAtMs: NOW });
        }
      },
    ),
  );
});

test("a delivery that always fails comes to an end, however lucky its jitter", () => {
  fc.assert(
    fc.property(fc.nat(998), (thousandths) => {
      let row = delivery();
      for (let attempt = 0; isOpen(row) && attempt < 100_000; attempt += 1) {
        const now = row.nextAttemptAtMs + 1_000;
        const outcome = { kind: "retry", reason: "why", retryAtMs: null } as const;
        row = afterAttempt(taken(row, now), outcome, now, (thousandths + 1) / 1_000);
      }
      expect(row.state).toBe("dead");
    }),
    { numRuns: 20 },
  );
});

describe("of those that wait, the head", () => {
  const queued = (sequence: number, changes: Partial<QueuedDelivery> = {}): QueuedDelivery => ({
    channel: "ops",
    incidentId: "i",
    sequence,
    ...changes,
  });

  test.for([
    ["is the first of its line alone", [queued(3), queued(2)], [2]],
    ["is the first of each channel", [queued(1), queued(2, { channel: "dev" })], [1, 2]],
    ["is the first of each incident", [queued(1), queued(2, { incidentId: "j" })], [1, 2]],
    ["keeps its place", [queued(7), queued(9, { incidentId: "j" }), queued(8)], [7, 9]],
  ] as const)("%s", ([, rows, sequences]) => {
    expect(heads(rows).map(({ sequence }) => sequence)).toEqual(sequences);
  });
});

test("what a later message replaces is settled as such", () => {
  const given = delivery({ attempts: 2, lastError: "why", leaseUntilMs: NOW });
  const next = superseded(given, NOW + 1);
  expect(next).toEqual({ ...given, state: "superseded", leaseUntilMs: null, settledAtMs: NOW + 1 });
  expect(isOpen(next)).toBe(false);
});
