import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BackfillRange, ClusterState } from "#core/collection/cluster-state.ts";
import { newClusterState } from "#core/collection/cluster-state.ts";
import { backfillMinutes, nextBackfill, planRead } from "#core/collection/plan-read.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import { T0 } from "../../support/builders.ts";

const state = (changes: Partial<ClusterState>): ClusterState => ({ ...newClusterState("k"), ...changes });
const minutes = (plan: { fromMs: number; toMs: number }) => (plan.toMs - plan.fromMs) / MINUTE_MS;

/** A minute that is no multiple of five: no wide read is due with spread 0. */
const TO = T0 + MINUTE_MS;

describe("planRead", () => {
  test("first sight reads the window of the checks and leaves the import for later", () => {
    const plan = planRead(state({}), TO, 0, DAY_MS);
    expect(minutes(plan)).toBe(15);
    expect(plan.backfill).toEqual([{ fromMs: TO - DAY_MS, toMs: plan.fromMs, kind: "import" }]);
  });

  test("without an import nothing is left for later", () => {
    expect(planRead(state({}), TO, 0, 0).backfill).toEqual([]);
  });

  test.for([
    ["the usual cycle", 1, 3],
    ["three minutes behind", 3, 3],
    ["a few minutes behind", 4, 10],
    ["half an hour behind", 30, 60],
    ["an hour behind", 60, 60],
  ] as const)("%s reads %i -> %i minutes", ([, behind, width]) => {
    const plan = planRead(state({ throughMs: TO - behind * MINUTE_MS }), TO, 0, DAY_MS);
    expect(minutes(plan)).toBe(width);
    expect(plan.backfill).toEqual([]);
  });

  test("every fifth minute is read wide, and each shard has its own fifth", () => {
    const widths = Array.from({ length: 5 }, (_, spread) =>
      minutes(planRead(state({ throughMs: TO - MINUTE_MS }), TO, spread, 0)),
    );
    expect(widths.toSorted()).toEqual([10, 3, 3, 3, 3].toSorted());
  });

  test("an outage longer than an hour: the newest hour now, the rest oldest first, what was open stays open", () => {
    const open: BackfillRange = { fromMs: T0 - 9 * DAY_MS, toMs: T0 - 8 * DAY_MS, kind: "import" };
    const throughMs = TO - 3 * DAY_MS;
    const plan = planRead(state({ throughMs, backfill: [open] }), TO, 0, DAY_MS);
    expect(minutes(plan)).toBe(60);
    expect(plan.backfill).toEqual([{ fromMs: throughMs, toMs: plan.fromMs, kind: "catchUp" }, open]);
  });

  test("no minute is ever left out: what is read now and later covers all since the watermark", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 4 }), (behind, spread) => {
        const throughMs = TO - behind * MINUTE_MS;
        const plan = planRead(state({ throughMs }), TO, spread, 0);
        const later = plan.backfill.reduce((from, range) => Math.min(from, range.fromMs), plan.fromMs);
        expect(later).toBeLessThanOrEqual(throughMs);
        for (const range of plan.backfill) expect(range.toMs).toBeGreaterThanOrEqual(plan.fromMs);
      }),
    );
  });
});

describe("nextBackfill", () => {
  const catchUp: BackfillRange = { fromMs: T0, toMs: T0 + 100 * MINUTE_MS, kind: "catchUp" };
  const past: BackfillRange = { fromMs: T0 - DAY_MS, toMs: T0, kind: "import" };

  test("an outage goes before the import, from its oldest end", () => {
    expect(nextBackfill([past, catchUp], 30, 0)).toMatchObject({ fromMs: T0, toMs: T0 + 30 * MINUTE_MS });
  });

  test("the import goes from its newest end", () => {
    expect(nextBackfill([past], 30, 0)).toMatchObject({ fromMs: T0 - 30 * MINUTE_MS, toMs: T0 });
  });

  test("what is past retention is not asked for", () => {
    expect(nextBackfill([past], 30, T0)).toBeNull();
    expect(nextBackfill([past], 300, T0 - 10 * MINUTE_MS)).toMatchObject({
      fromMs: T0 - 10 * MINUTE_MS,
      remaining: [],
    });
  });

  test("step by step everything is read exactly once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (step) => {
        let open: readonly BackfillRange[] = [past, catchUp];
        const total = backfillMinutes(open);
        let read = 0;
        for (let next = nextBackfill(open, step, 0); next !== null; next = nextBackfill(open, step, 0)) {
          read += minutes(next);
          open = next.remaining;
          expect(read + backfillMinutes(open)).toBe(total);
        }
        expect(read).toBe(total);
      }),
    );
  });
});
