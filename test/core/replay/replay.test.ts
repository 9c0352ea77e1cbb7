import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReplayChange } from "#core/replay/change.ts";
import { Replay } from "#core/replay/replay.ts";
import type { ReplayRow } from "#core/replay/row.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { LIMITS, T0 } from "../../support/builders.ts";

const POLICY = {
  limits: LIMITS,
  forMs: 2 * MINUTE_MS,
  keepFiringForMs: 5 * MINUTE_MS,
  resolvedRetentionMs: 24 * HOUR_MS,
  repeatIntervalMs: 4 * HOUR_MS,
};

function row(minute: number, changes: Partial<ReplayRow> = {}): ReplayRow {
  return {
    minuteMs: T0 + minute * MINUTE_MS,
    cluster: "shop",
    node: "n1",
    frontendIp: "20.0.0.1",
    protocol: "tcp",
    usedPorts: 100,
    allocatedPorts: 1_024,
    failedConnections: 0,
    attemptedConnections: 200,
    ...changes,
  };
}

function replay(rows: Iterable<ReplayRow>, policy = POLICY): ReplayChange[] {
  const told: ReplayChange[] = [];
  const made = new Replay(policy, (change) => told.push(change));
  for (const each of rows) expect(made.add(each)).toBeUndefined();
  made.end();
  return told;
}

const minutes = (count: number) => Array.from({ length: count }, (_, minute) => minute);

/** `minute state severity` of one check. */
function linesOf(changes: readonly ReplayChange[], check: string): string[] {
  return changes
    .filter((change) => change.check === check)
    .map(({ minuteMs, state, severity }) => `${(minuteMs - T0) / MINUTE_MS} ${state} ${severity}`);
}

const used = (at: (minute: number) => number, count: number, changes: Partial<ReplayRow> = {}) =>
  minutes(count).map((minute) => row(minute, { usedPorts: at(minute), ...changes }));

describe("the life of an alert", () => {
  test("a step to 80 % is a warning after six minutes, as a burst would be over, and over five minutes after it", () => {
    const told = replay(used((minute) => (minute >= 20 && minute < 30 ? 820 : 100), 50));
    expect(linesOf(told, "snat-ports")).toEqual([
      "20 pending warning",
      "26 firing warning",
      "35 resolved warning",
    ]);
    expect(told[0]).toMatchObject({ cluster: "shop", subject: { node: "n1", protocol: "tcp" } });
    expect(told[0]?.message).toContain("node n1 uses 820 of 1,024 SNAT ports");
  });

  test("a level that goes on rising escalates", () => {
    const told = replay(used((minute) => (minute < 20 ? 100 : minute < 40 ? 820 : 960), 60));
    expect(linesOf(told, "snat-ports").slice(0, 3)).toEqual([
      "20 pending warning",
      "26 firing warning",
      "45 escalated critical",
    ]);
  });

  test("ports used up while connections fail are told at once", () => {
    const full = (minute: number) => minute >= 20;
    const rows = minutes(40).map((minute) =>
      row(minute, full(minute) ? { usedPorts: 1_024, failedConnections: 40, attemptedConnections: 240 } : {}),
    );
    expect(linesOf(replay(rows), "snat-ports")).toEqual(["20 pending critical", "20 firing critical"]);
    const patient = { ...POLICY, limits: { ...LIMITS, given: ["alertFor" as const] } };
    expect(linesOf(replay(rows, patient), "snat-ports")).toEqual([
      "20 pending critical",
      "22 firing critical",
    ]);
  });

  test("a spike of a minute and one failed connection are no alarm", () => {
    const rows = minutes(60).map((minute) =>
      row(minute, minute === 30 ? { usedPorts: 950, failedConnections: 1 } : {}),
    );
    expect(replay(rows).filter(({ state }) => state === "firing")).toEqual([]);
  });
});

describe("limits that a user gave hold to the letter", () => {
  const given = { ...POLICY, limits: { ...LIMITS, failRatio: 0.8, given: ["failRatio" as const] } };
  test.for([
    [818, []],
    [820, ["0 pending critical", "2 firing critical"]],
  ] as const)("%d of 1,024", ([ports, lines]) => {
    const told = linesOf(
      replay(
        used(() => ports, 10),
        given,
      ),
      "snat-ports",
    );
    expect(told.filter((line) => line.includes("critical"))).toEqual(lines);
  });
});

describe("what is missing", () => {
  test("minutes without a row neither raise nor resolve; after ten minutes that is told itself", () => {
    const rows = used(() => 820, 100).filter((_, minute) => minute < 20 || minute >= 60);
    const told = replay(rows);
    expect(linesOf(told, "snat-ports")).toEqual(["0 pending warning", "2 firing warning"]);
    expect(linesOf(told, "data-freshness")[1]).toMatch(/^3\d firing warning$/);
    expect(linesOf(told, "data-freshness")).toHaveLength(3);
  });

  test("a node that went away while others speak is over", () => {
    const rows = minutes(120).flatMap((minute) => [
      row(minute, { node: "n2" }),
      ...(minute < 20 ? [row(minute, { usedPorts: 820 })] : []),
    ]);
    expect(linesOf(replay(rows), "snat-ports").at(-1)).toMatch(/resolved/);
  });

  test("one sample a day is nothing critical, whatever it says", () => {
    const rows = minutes(30).map((day) => row(day * 1_440, { usedPorts: 500 + day * 17 }));
    expect(replay(rows).filter(({ severity }) => severity === "critical")).toEqual([]);
  });
});

test("property: figures that cannot be, now and then, neither throw nor are an alarm", () => {
  const odd = fc.record({
    minute: fc.integer({ min: 16, max: 179 }),
    usedPorts: fc.constantFrom(Number.NaN, -5, 1_024, 5_000, 1e9),
    allocatedPorts: fc.constantFrom(1_024, Number.NaN, 0, -1_024, 1e6),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(odd, { selector: ({ minute }) => Math.floor(minute / 2), maxLength: 20 }),
      (odds) => {
        const byMinute = new Map(odds.map(({ minute, ...figures }) => [minute, figures]));
        const rows = minutes(180).map((minute) => row(minute, { usedPorts: 480, ...byMinute.get(minute) }));
        const firing = replay(rows).filter(({ state }) => state === "firing" || state === "escalated");
        expect(firing).toEqual([]);
      },
    ),
    {
      numRuns: 60,
      // An allocation that cannot be vouches for no use.
      examples: [
        [
          [
            { minute: 138, usedPorts: 1_024, allocatedPorts: 1_024 },
            { minute: 136, usedPorts: 5_000, allocatedPorts: 1e6 },
          ],
        ],
      ],
    },
  );
});

test("frontends of a node count together; a full first one is no alarm", () => {
  const rows = minutes(20).flatMap((minute) => [
    row(minute, { usedPorts: 1_024 }),
    row(minute, {
      usedPorts: 10,
      frontendIp: "20.0.0.2",
      failedConnections: Number.NaN,
      attemptedConnections: Number.NaN,
    }),
  ]);
  expect(replay(rows).filter(({ check }) => check === "snat-ports")).toEqual([]);
});

test.for([
  ["time", row(3), row(2), "in the order of time"],
  ["cluster", row(3, { cluster: "other" }), row(4), "together"],
] as const)("a row out of place is refused: %s", ([column, before, after, words]) => {
  const made = new Replay(POLICY, () => {});
  expect(made.add(row(1))).toBeUndefined();
  expect(made.add(before)).toBeUndefined();
  const misplaced = made.add(after);
  expect(misplaced?.column).toBe(column);
  expect(misplaced?.expected).toContain(words);
});

describe("a usual daily peak", () => {
  const DAY = 1_440;
  /** 94 % for an hour at noon of every day. */
  const daily = (minute: number) => (minute % DAY >= 720 && minute % DAY < 780 ? 960 : 200);
  const critical = (told: readonly ReplayChange[], day: number) =>
    told.filter(
      ({ check, severity, state, minuteMs }) =>
        check === "snat-ports" &&
        severity === "critical" &&
        state !== "pending" &&
        minuteMs >= T0 + day * DAY * MINUTE_MS,
    );

  test("that never failed is a warning from the third day on; the same level at another hour is critical", () => {
    const told = replay(used(daily, 4 * DAY));
    expect(critical(told, 0)).not.toEqual([]);
    expect(critical(told, 2)).toEqual([]);
    expect(told.at(-1)?.message).toContain("usual peak at this hour is 94 %");
    const night = used(
      (minute) => (minute >= 3 * DAY + 100 && minute < 3 * DAY + 160 ? 960 : daily(minute)),
      4 * DAY,
    );
    expect(critical(replay(night), 3)).not.toEqual([]);
  });

  test("that fails is critical every day", () => {
    const rows = used(daily, 4 * DAY).map((each) =>
      each.usedPorts > 900 ? { ...each, failedConnections: 20, attemptedConnections: 220 } : each,
    );
    expect(critical(replay(rows), 3)).not.toEqual([]);
  });
});

test("property: whatever the figures are, nothing throws; without use near the allocation nothing is critical", () => {
  const odd = fc.constantFrom(Number.NaN, -1, -1e9, 0, 0.4, 1e12, Number.MAX_VALUE);
  const ports = fc.oneof(odd, fc.double({ min: 0, max: 500, noNaN: true }));
  const lent = fc.oneof(odd, fc.constant(1_024));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), ports, lent), { minLength: 1, maxLength: 60 }),
      (list) => {
        let minute = 0;
        const rows = list.map(([step, usedPorts, allocatedPorts]) => {
          minute += step;
          return row(minute, { usedPorts, allocatedPorts: allocatedPorts === 0.4 ? 0 : allocatedPorts });
        });
        const told = replay(rows);
        expect(told.filter(({ severity, state }) => severity === "critical" && state !== "pending")).toEqual(
          [],
        );
      },
    ),
    { numRuns: 200 },
  );
});

test("ports far above the allocation are no figure", () => {
  expect(replay(used(() => 5_000, 30)).filter(({ check }) => check === "snat-ports")).toEqual([]);
});
