import { expect, test } from "vitest";
import { alignGrid, HISTORY_STEPS } from "#core/series/aggregate-steps.ts";
import { addPast } from "#core/snat/past-shapes.ts";
import { addHours, NO_SHAPES } from "#core/snat/shapes.ts";
import { HOUR_MS } from "#core/time.ts";
import { backendIp, T0 } from "../../support/builders.ts";

const node = { backendIp: backendIp(0), protocol: "tcp" } as const;

/** Three hours of one node: means of five minutes (the others are low), and failed connections an hour. */
function past(means: Readonly<Record<number, number | null>>, failed: readonly (number | null)[] = []) {
  const toMs = T0 + 3 * HOUR_MS;
  const values = Array.from({ length: 36 }, (_, step) => means[step] ?? (step in means ? null : 0.3));
  return {
    ratios: {
      grid: alignGrid(T0, toMs, HISTORY_STEPS["5m"]),
      series: [{ key: "ratio", labels: node, values }],
    },
    failures: {
      grid: alignGrid(T0, toMs, HOUR_MS),
      series: [{ key: "failed", labels: { backendIp: node.backendIp }, values: [...failed] }],
    },
  };
}

const days = (use: ReturnType<typeof past>) => addPast(NO_SHAPES, use)[0]?.days[0]?.[1];

test.for([
  [
    "an hour has the highest of its means",
    past({ 0: 0.7, 5: 0.85, 11: 0.8, 12: 0.66 }),
    "..........I6............",
  ],
  [
    "any failed connection of the hour counts",
    past({ 3: 0.9, 15: 0.8 }, [0, 1, null]),
    "..........N!............",
  ],
  ["what was not high is not kept, failed or not", past({ 3: 0.59 }, [4, 4, 4]), undefined],
  ["a use far above what is lent is no figure", past({ 3: 7, 4: 0.62 }), "..........2............."],
  ["nothing is known of what is missing", past({ 3: null }), undefined],
] as const)("%s", ([, use, hours]) => {
  expect(days(use)).toBe(hours);
});

test("what was known stays, and the same again changes nothing", () => {
  const known = addHours(NO_SHAPES, node, [{ atMs: T0, level: 0.9, failed: false }]);
  const both = addPast(known, past({ 3: 0.8, 15: 0.7 }));
  expect(both[0]?.days[0]?.[1]).toBe("..........N:............");
  expect(addPast(both, past({ 3: 0.8, 15: 0.7 }))).toBe(both);
});
