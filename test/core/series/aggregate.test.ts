import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  deriveAllMinutes,
  deriveMinutes,
  HISTORY_METRICS,
  type HistoryMetric,
  type HistoryScope,
} from "#core/series/aggregate-minutes.ts";
import { AGGREGATIONS, alignGrid, chooseStep, StepAccumulator } from "#core/series/aggregate-steps.ts";
import {
  createBlock,
  ensureSeries,
  type MetricName,
  type SampleBlock,
  type SeriesLabels,
} from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";

type Stored = readonly [MetricName, SeriesLabels, readonly (number | null)[]];

const A = { backendIp: "10.0.0.4", protocol: "tcp" } as const;
const B = { backendIp: "10.0.0.5", protocol: "tcp" } as const;

function block(...stored: readonly Stored[]): SampleBlock {
  const minutes = stored[0]?.[2].length ?? 0;
  const result = createBlock(0, minutes * MINUTE_MS);
  for (const [metric, labels, values] of stored) {
    ensureSeries(result, metric, labels).values.set(values.map((value) => value ?? Number.NaN));
  }
  return result;
}

function derive(from: SampleBlock, metric: HistoryMetric, by: HistoryScope) {
  return deriveMinutes(from, metric, by).map(({ labels, values }) => ({
    labels,
    values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
  }));
}

describe("minutes derived from stored samples", () => {
  const twoFrontends = block(
    ["usedPorts", { ...A, frontendIp: "1.1.1.1" }, [1024, 0, null, 10]],
    ["usedPorts", { ...A, frontendIp: "1.1.1.2" }, [0, 512, null, 10]],
    ["allocatedPorts", { ...A, frontendIp: "1.1.1.1" }, [1024, 1024, 1024, null]],
    ["allocatedPorts", { ...A, frontendIp: "1.1.1.2" }, [1024, 1024, 1024, null]],
    ["usedPorts", { ...B, frontendIp: "1.1.1.1" }, [100, 1536, null, null]],
    ["allocatedPorts", { ...B, frontendIp: "1.1.1.1" }, [2048, 2048, 0, null]],
  );

  test("ports of a node are summed over its frontends", () => {
    expect(derive(twoFrontends, "usedPorts", "node")).toEqual([
      { labels: A, values: [1024, 512, null, 20] },
      { labels: B, values: [100, 1536, null, null] },
    ]);
  });

  test("a node's ratio is the sum used over the sum allocated, where both are there", () => {
    expect(derive(twoFrontends, "usedRatio", "node")).toEqual([
      { labels: A, values: [0.5, 0.25, null, null] },
      { labels: B, values: [100 / 2048, 0.75, null, null] },
    ]);
  });

  test("a cluster's ratio is that of its fullest node in each minute", () => {
    expect(derive(twoFrontends, "usedRatio", "cluster")).toEqual([
      { labels: { protocol: "tcp" }, values: [0.5, 0.75, null, null] },
    ]);
  });

  test("a cluster's ports are the sum over its nodes, for each protocol", () => {
    const mixed = block(
      ["usedPorts", A, [1, 2]],
      ["usedPorts", B, [10, null]],
      ["usedPorts", { ...B, protocol: "udp" }, [100, 100]],
    );
    expect(derive(mixed, "usedPorts", "cluster")).toEqual([
      { labels: { protocol: "tcp" }, values: [11, 2] },
      { labels: { protocol: "udp" }, values: [100, 100] },
    ]);
  });

  test("a minute in which a frontend has only one of its two numbers has no sum", () => {
    const cut = block(
      ["usedPorts", { ...A, frontendIp: "1.1.1.1" }, [10, 10, 10]],
      ["usedPorts", { ...A, frontendIp: "1.1.1.2" }, [10, null, 10]],
      ["allocatedPorts", { ...A, frontendIp: "1.1.1.1" }, [100, 100, 100]],
      ["allocatedPorts", { ...A, frontendIp: "1.1.1.2" }, [100, 100, null]],
    );
    expect(derive(cut, "usedPorts", "node")[0]?.values).toEqual([20, null, 20]);
    expect(derive(cut, "allocatedPorts", "node")[0]?.values).toEqual([200, 200, null]);
    expect(derive(cut, "usedRatio", "node")[0]?.values).toEqual([0.1, null, null]);
  });

  test("a frontend that comes later does not blank the time before it", () => {
    const later = block(
      ["usedPorts", { ...A, frontendIp: "1.1.1.1" }, [10, 10]],
      ["usedPorts", { ...A, frontendIp: "1.1.1.2" }, [null, 5]],
      ["allocatedPorts", { ...A, frontendIp: "1.1.1.1" }, [100, 100]],
      ["allocatedPorts", { ...A, frontendIp: "1.1.1.2" }, [null, 100]],
    );
    expect(derive(later, "usedPorts", "node")[0]?.values).toEqual([10, 15]);
  });

  test("attempted connections are those that succeeded, failed or are pending", () => {
    const node = { backendIp: "10.0.0.4" };
    const some = block(
      ["succeededConnections", node, [5, 5, null, null]],
      ["failedConnections", node, [null, 2, 3, null]],
      ["pendingConnections", node, [1, null, null, 4]],
    );
    expect(derive(some, "failedConnections", "node")).toEqual([{ labels: node, values: [null, 2, 3, null] }]);
    expect(derive(some, "attemptedConnections", "node")).toEqual([{ labels: node, values: [6, 7, 3, null] }]);
  });

  test("attempted connections of a cluster are one series without labels", () => {
    const two = block(
      ["succeededConnections", { backendIp: "10.0.0.4" }, [5]],
      ["failedConnections", { backendIp: "10.0.0.5" }, [2]],
    );
    expect(derive(two, "attemptedConnections", "cluster")).toEqual([{ labels: {}, values: [7] }]);
  });

  test("sums of decimals are the same to the last bit whichever series the block saw first", () => {
    const frontends: Stored[] = [0.1, 0.2, 0.3].map((value, i) => [
      "usedPorts",
      { ...A, frontendIp: `1.1.1.${i}` },
      [value],
    ]);
    const nodes: Stored[] = [0.1, 0.2, 0.3].map((value, i) => [
      "failedConnections",
      { backendIp: `10.0.0.${i}` },
      [value],
    ]);
    for (const stored of [[...frontends, ...nodes], [...nodes, ...frontends].reverse()]) {
      expect(derive(block(...stored), "usedPorts", "node")[0]?.values).toEqual([0.1 + 0.2 + 0.3]);
      expect(derive(block(...stored), "failedConnections", "cluster")[0]?.values).toEqual([0.1 + 0.2 + 0.3]);
    }
  });

  test("and whatever other minutes the block has", () => {
    const first: Stored = ["usedPorts", { ...A, frontendIp: "1.1.1.2" }, [0.1, null]];
    const second: Stored = ["usedPorts", { ...B, frontendIp: "1.1.1.1" }, [0.2, null]];
    const third: Stored = ["usedPorts", { ...B, backendIp: "10.0.0.6", frontendIp: "1.1.1.1" }, [0.3, null]];
    const later: Stored = ["usedPorts", { ...A, frontendIp: "1.1.1.1" }, [null, 1]];
    for (const stored of [
      [first, second, third],
      [first, second, third, later],
    ]) {
      expect(derive(block(...stored), "usedPorts", "cluster")[0]?.values[0]).toBe(0.1 + 0.2 + 0.3);
    }
  });

  test("all metrics in all scopes at once are what each of them is", () => {
    for (const { metric, by, series } of deriveAllMinutes(twoFrontends)) {
      expect(series).toEqual(deriveMinutes(twoFrontends, metric, by));
    }
    expect(deriveAllMinutes(twoFrontends)).toHaveLength(2 * HISTORY_METRICS.length);
  });

  test("the block is left as it was", () => {
    const before = structuredClone(twoFrontends);
    for (const metric of ["usedRatio", "usedPorts"] as const) deriveMinutes(twoFrontends, metric, "cluster");
    expect(twoFrontends).toEqual(before);
  });
});

describe("steps", () => {
  test.for([
    ["max", [3, 9, null]],
    ["min", [1, 9, null]],
    ["sum", [4, 9, null]],
    ["avg", [2, 9, null]],
  ] as const)("%s is made of the minutes that are there", ([aggregation, expected]) => {
    const steps = new StepAccumulator({ startMs: 0, stepMs: 3 * MINUTE_MS, steps: 3 }, aggregation);
    steps.add(Float64Array.of(1, Number.NaN, 3, Number.NaN, 9), 0);
    expect(steps.toValues()).toEqual(expected);
  });

  test("minutes before and after the grid do not count", () => {
    const steps = new StepAccumulator({ startMs: 2 * MINUTE_MS, stepMs: MINUTE_MS, steps: 1 }, "sum");
    steps.add(Float64Array.of(1, 2, 4, 8), 0);
    expect(steps.toValues()).toEqual([4]);
  });

  test("the same minutes give the same steps however they are cut into blocks", () => {
    const minute = fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 9, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(minute, { minLength: 1, maxLength: 150 }),
        fc.array(fc.nat(150), { maxLength: 4 }),
        fc.constantFrom(...AGGREGATIONS),
        fc.constantFrom(5 * MINUTE_MS, HOUR_MS),
        (values, cuts, aggregation, stepMs) => {
          const grid = { startMs: 0, stepMs, steps: 4 };
          const whole = new StepAccumulator(grid, aggregation);
          whole.add(Float64Array.from(values), 0);
          const parts = new StepAccumulator(grid, aggregation);
          const edges = [0, ...cuts.sort((a, b) => a - b), values.length];
          for (const [i, from] of edges.entries()) {
            parts.add(Float64Array.from(values.slice(from, edges[i + 1])), from * MINUTE_MS);
          }
          expect(parts.toValues()).toEqual(whole.toValues());
        },
      ),
    );
  });

  test("an hour is the sum of its five minutes, whether minutes or whole steps are added", () => {
    const grid = { startMs: 0, stepMs: HOUR_MS, steps: 2 };
    const minutes = new StepAccumulator(grid, "avg");
    minutes.add(new Float64Array(60).fill(0.1), 0);
    const fives = Array.from({ length: 12 }, () => 0.1 + 0.1 + 0.1 + 0.1 + 0.1);
    const hour = fives.reduce((sum, value) => sum + value) / 60;
    expect(minutes.toValues()).toEqual([hour, null]);
    const steps = new StepAccumulator(grid, "avg");
    expect(steps.addSteps(Float64Array.of(7, hour, Number.NaN, 9), -HOUR_MS)).toBe(true);
    expect(steps.addSteps(Float64Array.of(Number.NaN), HOUR_MS)).toBe(false);
    expect(steps.toValues()).toEqual([hour, null]);
  });

  test("a grid starts at a whole step and holds the last minute", () => {
    expect(alignGrid(HOUR_MS + 7 * MINUTE_MS, 2 * HOUR_MS + 1, HOUR_MS)).toEqual({
      startMs: HOUR_MS,
      stepMs: HOUR_MS,
      steps: 2,
    });
    expect(alignGrid(0, HOUR_MS, HOUR_MS).steps).toBe(1);
  });

  test.for([
    ["a day", DAY_MS, "1m"],
    ["five days", 5 * DAY_MS, "5m"],
    ["two months", 60 * DAY_MS, "1h"],
    ["a year", 365 * DAY_MS, "1d"],
    ["a century", 36_500 * DAY_MS, "1d"],
  ] as const)("auto cuts %s finely, into at most 1,500 steps where that can be", ([, spanMs, step]) => {
    expect(chooseStep(0, spanMs, 1_500)).toBe(step);
  });
});
