import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answered, askTurn, failed, HORIZON_MS, wakeUps } from "#core/notify/pacing.ts";
import { earliestMs, type Gate, NEW_GATE, type RateLimit, rateLimitsOf } from "#core/notify/rate-limits.ts";

const NOW = 1_795_255_500_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SLACK = rateLimitsOf("slack");

test.for([
  ["a channel that was never used is free", [], SLACK, NOW],
  ["Slack takes one a second", [NOW - 400], SLACK, NOW + 600],
  [
    "a full window opens when its oldest leaves",
    [NOW - 900, NOW - 10, NOW - 5, NOW],
    rateLimitsOf("teams"),
    NOW + 100,
  ],
  ["a window that is not full is open", [NOW - 900, NOW - 10, NOW - 5], rateLimitsOf("teams"), NOW],
  ["the receiver of the user's own has no limit", [NOW, NOW, NOW], rateLimitsOf("webhook"), NOW],
  [
    "the longer windows of Teams count too",
    Array.from({ length: 100 }, (_, index) => NOW - (100 - index) * 30 * SECOND),
    rateLimitsOf("teams"),
    NOW + 10 * MINUTE,
  ],
] as const satisfies readonly (readonly [string, readonly number[], readonly RateLimit[], number])[])(
  "%s",
  ([, sentAtMs, limits, expected]) =>
    expect(earliestMs({ ...NEW_GATE, sentAtMs }, limits, NOW)).toBe(expected),
);

const limit = fc.record({
  count: fc.integer({ min: 1, max: 20 }),
  windowMs: fc.integer({ min: 1, max: MINUTE }),
});

test("no window ever holds more than its limit, whenever senders ask", () => {
  fc.assert(
    fc.property(
      fc.array(limit, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(5 * SECOND), { minLength: 1, maxLength: 200 }),
      (limits, pauses) => {
        let gate: Gate = NEW_GATE;
        let now = NOW;
        const sent: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const turn = askTurn(gate, limits, now);
          if (turn.kind !== "park") gate = turn.gate;
          if (turn.kind === "go") sent.push(turn.gate.sentAtMs.at(-1) ?? 0);
          if (turn.kind === "wait") expect(turn.untilMs).toBeGreaterThan(now);
        }
        // A message counts for its place, half a second before it went at the most.
        for (const { count, windowMs } of limits) {
          for (const end of sent) {
            expect(sent.filter((at) => at > end - windowMs && at <= end).length).toBeLessThanOrEqual(count);
          }
        }
      },
    ),
  );
});

test("one that is a little late keeps the rate, one that is later does not catch up", () => {
  const sentAt = (late: number) => {
    const turn = askTurn({ ...NEW_GATE, sentAtMs: [NOW] }, SLACK, NOW + SECOND + late);
    return turn.kind === "go" ? (turn.gate.sentAtMs[0] ?? 0) - NOW - SECOND : undefined;
  };
  expect([0, 300, 500, 700, 1_000, 1_001, 9_000].map(sentAt)).toEqual([0, 0, 0, 200, 500, 1_001, 9_000]);
});

test("those who cannot go now are told times one after another, and beyond the horizon none", () => {
  let gate: Gate = { ...NEW_GATE, sentAtMs: [NOW] };
  const told: number[] = [];
  for (;;) {
    const turn = askTurn(gate, SLACK, NOW);
    if (turn.kind !== "wait") {
      expect(turn.kind).toBe("park");
      break;
    }
    told.push(turn.untilMs);
    gate = turn.gate;
  }
  expect(told.slice(0, 2)).toEqual([NOW + SECOND, NOW + SECOND + 167]);
  expect(told.at(-1)).toBeGreaterThan(NOW + HORIZON_MS - 167);
  expect(told.at(-1)).toBeLessThanOrEqual(NOW + HORIZON_MS);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
});

test("senders of a channel without limits have nothing to write", () => {
  expect(askTurn(NEW_GATE, [], NOW)).toEqual({ kind: "go", gate: NEW_GATE });
});

describe("a receiver that fails", () => {
  const attempt = (retryAtMs: number | null = null, startedAtMs = NOW) => ({ startedAtMs, retryAtMs });

  test("is left alone for a pause that grows, a minute at most", () => {
    let gate: Gate = NEW_GATE;
    const pauses = Array.from({ length: 9 }, (_, index) => {
      const now = NOW + index * MINUTE;
      gate = failed({ ...gate, closedUntilMs: 0 }, attempt(null, now), now, 0.999);
      return Math.round((gate.closedUntilMs - now) / SECOND);
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test("gets all the time it asks for", () => {
    const gate = failed(NEW_GATE, attempt(NOW + 3 * 60 * MINUTE), NOW, 0);
    expect(askTurn(gate, [], NOW + 3 * 60 * MINUTE - 1)).toMatchObject({ kind: "wait" });
    expect(askTurn(gate, [], NOW + MINUTE)).toEqual({ kind: "park" });
    expect(askTurn(gate, [], NOW + 3 * 60 * MINUTE)).toMatchObject({ kind: "go" });
  });

  test("a later, shorter wish does not shorten the first", () => {
    const gate = failed(NEW_GATE, attempt(NOW + 10 * MINUTE), NOW, 0);
    expect(failed(gate, attempt(NOW + SECOND), NOW, 0).closedUntilMs).toBe(NOW + 10 * MINUTE);
  });

  test("those that were under way together count as one failure", () => {
    const first = failed(NEW_GATE, attempt(null, NOW - 5), NOW, 0.5);
    expect(failed(first, attempt(null, NOW - 4), NOW + 1, 0.5).failures).toBe(1);
    expect(failed(first, attempt(null, NOW + 2), NOW + 3, 0.5).failures).toBe(2);
  });

  test("is asked by one sender at a time once it failed twice, and by all when it answers", () => {
    let gate = failed(NEW_GATE, attempt(), NOW, 0);
    gate = failed(gate, attempt(null, NOW + 1), NOW + 2, 0);
    const probe = askTurn(gate, [], NOW + MINUTE);
    expect(probe.kind).toBe("go");
    if (probe.kind !== "go") return;
    expect(askTurn(probe.gate, [], NOW + MINUTE + 1)).toMatchObject({
      kind: "wait",
      untilMs: NOW + MINUTE + 10 * SECOND,
    });
    expect(askTurn(answered(probe.gate), [], NOW + MINUTE + 1)).toMatchObject({ kind: "go" });
    expect(answered(NEW_GATE)).toBe(NEW_GATE);
  });
});

test("wake-ups are as many as have a place before the horizon", () => {
  expect(wakeUps({ ...NEW_GATE, sentAtMs: [NOW] }, SLACK, NOW, 1_000)).toHaveLength(354);
  expect(wakeUps(NEW_GATE, [], NOW, 1_000)).toHaveLength(1_000);
  expect(wakeUps(NEW_GATE, SLACK, NOW, 3)).toEqual([NOW, NOW + 167, NOW + 334]);
  expect(wakeUps({ ...NEW_GATE, closedUntilMs: NOW + HORIZON_MS + 1 }, [], NOW, 10)).toEqual([]);
});
