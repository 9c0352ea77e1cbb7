import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DENIAL_SPAN_MS, type Denial } from "#core/denials/denial.ts";
import { type DenialMemory, NO_DENIALS } from "#core/denials/denial-memory.ts";
import { MOST_REMEMBERED, mergeDenials } from "#core/denials/merge-denials.ts";
import { DAY_MS, HOUR_MS } from "#core/time.ts";
import { denial, T0 } from "../../support/builders.ts";

const span = (index: number) => T0 + index * DENIAL_SPAN_MS;

/** Counts of `example.com` by the spans they are in. */
function reads(counts: Readonly<Record<number, number>>): Denial[] {
  return Object.entries(counts).map(([index, count]) => denial({ spanMs: span(Number(index)), count }));
}

test("the first read says since when logs are known", () => {
  const memory = mergeDenials(NO_DENIALS, [], span(0), span(3));
  expect(memory).toEqual({ sinceMs: span(0), throughMs: span(3), denials: [], others: 0 });
});

test("a span that is read again has its new count, others keep theirs", () => {
  const first = mergeDenials(NO_DENIALS, reads({ 0: 5, 1: 2 }), span(0), span(2));
  const second = mergeDenials(first, reads({ 1: 7, 2: 1 }), span(1), span(3));
  expect(second).toMatchObject({ sinceMs: span(0), throughMs: span(3) });
  expect(second.denials[0]?.recent).toEqual([
    [span(0), 5],
    [span(1), 7],
    [span(2), 1],
  ]);
});

test("a denial that a second read no longer has is gone", () => {
  const first = mergeDenials(NO_DENIALS, reads({ 0: 5 }), span(0), span(1));
  expect(mergeDenials(first, [], span(0), span(2)).denials).toEqual([]);
});

test("spans older than an hour are summed by hour, and forgotten after a day", () => {
  const first = mergeDenials(NO_DENIALS, reads({ 0: 5, 1: 2, 12: 1 }), span(0), span(13));
  const second = mergeDenials(first, reads({ 13: 4 }), span(13), span(14));
  expect(second.denials[0]).toMatchObject({
    recent: [
      [span(12), 1],
      [span(13), 4],
    ],
    day: [[T0, 7]],
  });
  const later = mergeDenials(second, reads({ 300: 1 }), span(14), span(301));
  expect(later.denials[0]).toMatchObject({ day: [[T0 + HOUR_MS, 5]], recent: [[span(300), 1]] });
  expect(mergeDenials(second, [], span(14), span(14) + 2 * DAY_MS).denials).toEqual([]);
});

test("a day that is read again whole replaces its hours; a part of an hour does not", () => {
  const first = mergeDenials(NO_DENIALS, reads({ 0: 5, 1: 2, 30: 1 }), span(0), span(31));
  expect(mergeDenials(first, reads({ 0: 1, 30: 1 }), span(0), span(31)).denials[0]?.day).toEqual([[T0, 1]]);
  expect(mergeDenials(first, reads({ 1: 9, 30: 1 }), span(1), span(31)).denials[0]?.day).toEqual([[T0, 7]]);
});

test("after a gap of the logs, `new` counts from its end", () => {
  const first = mergeDenials(NO_DENIALS, [], span(0), span(1));
  expect(mergeDenials(first, [], span(1), span(2)).sinceMs).toBe(span(0));
  expect(mergeDenials(first, [], span(5), span(6)).sinceMs).toBe(span(5));
});

test("sources are put together, and counted where they are too many to list", () => {
  const many = (from: number) => Array.from({ length: 8 }, (_, index) => `10.0.0.${from + index}`);
  const first = mergeDenials(NO_DENIALS, [denial({ sources: many(0) })], span(0), span(1));
  const second = mergeDenials(first, [denial({ spanMs: span(1), sources: many(8) })], span(1), span(2));
  expect(second.denials[0]?.sources).toHaveLength(10);
  expect(second.denials[0]?.sourceCount).toBe(16);
});

test("where there is no room, what AKS needs and the most frequent stay, the rest is counted", () => {
  const noise = Array.from({ length: MOST_REMEMBERED + 20 }, (_, index) =>
    denial({ destination: `h${index}.example.com`, count: 10 + index }),
  );
  const rare = denial({ destination: "mcr.microsoft.com", count: 1 });
  const memory = mergeDenials(NO_DENIALS, [...noise, rare], span(0), span(1));
  const names = memory.denials.map(({ destination }) => destination);
  expect(names).toHaveLength(MOST_REMEMBERED);
  expect(names).toContain("mcr.microsoft.com");
  expect(names[0]).toBe(`h${MOST_REMEMBERED + 19}.example.com`);
  expect(names).not.toContain("h20.example.com");
  // h0 to h20 went: 10 + 11 + ... + 30.
  expect(memory.others).toBe(420);
});

describe("properties", () => {
  const anyDenial = fc
    .record({
      index: fc.integer({ min: 0, max: 400 }),
      destination: fc.constantFrom("a.example.com", "b.example.com", "mcr.microsoft.com"),
      count: fc.integer({ min: 1, max: 50 }),
      rule: fc.constantFrom(null, "p/g/c/r"),
      reason: fc.constantFrom(null, "x"),
      sources: fc.uniqueArray(fc.constantFrom("10.0.0.4", "10.0.0.5", "10.0.0.6")),
    })
    .map(({ index, ...rest }) => denial({ spanMs: span(index), ...rest }));
  const anyRead = fc
    .record({
      from: fc.integer({ min: 0, max: 400 }),
      length: fc.integer({ min: 1, max: 100 }),
      denials: fc.array(anyDenial, { maxLength: 30 }),
    })
    .map(({ from, length, denials }) => ({
      fromMs: span(from),
      toMs: span(from + length),
      denials: denials.filter(({ spanMs }) => spanMs >= span(from) && spanMs < span(from + length)),
    }));
  type Read = typeof anyRead extends fc.Arbitrary<infer R> ? R : never;
  const merge = (memory: DenialMemory, { denials, fromMs, toMs }: Read) =>
    mergeDenials(memory, denials, fromMs, toMs);

  test("reading the same spans twice changes nothing", () => {
    fc.assert(
      fc.property(fc.array(anyRead, { maxLength: 5 }), anyRead, (before, read) => {
        const once = merge(before.reduce(merge, NO_DENIALS), read);
        expect(merge(once, read)).toEqual(once);
      }),
    );
  });

  test("... also where there is no room", () => {
    const crowd = fc.array(
      fc.record({ name: fc.integer({ min: 0, max: 300 }), count: fc.integer({ min: 1, max: 5 }) }),
      { minLength: 250, maxLength: 300 },
    );
    fc.assert(
      fc.property(crowd, crowd, (first, second) => {
        const named = (index: number) => (each: { name: number; count: number }) =>
          denial({ spanMs: span(index), destination: `h${each.name}.example.com`, count: each.count });
        const known = mergeDenials(NO_DENIALS, first.map(named(0)), span(0), span(1));
        const once = mergeDenials(known, second.map(named(1)), span(1), span(2));
        expect(mergeDenials(once, second.map(named(1)), span(1), span(2))).toEqual(once);
      }),
      { numRuns: 30 },
    );
  });

  test("read in order, in pieces of any size, the counts are those of one read", () => {
    fc.assert(
      fc.property(
        fc.array(anyDenial, { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 20 }),
        (denials, pieces) => {
          const whole = mergeDenials(NO_DENIALS, denials, span(0), span(401));
          let memory = NO_DENIALS;
          let from = 0;
          for (const length of [...pieces, 401]) {
            const to = Math.min(401, from + length);
            if (to === from) break;
            const piece = denials.filter(({ spanMs }) => spanMs >= span(from) && spanMs < span(to));
            memory = mergeDenials(memory, piece, span(from), span(to));
            from = to;
          }
          const countsOf = ({ denials: kept }: DenialMemory) =>
            kept.map(({ destination, rule, recent, day }) => ({ destination, rule, recent, day }));
          expect(countsOf(memory)).toEqual(countsOf(whole));
        },
      ),
    );
  });
});
