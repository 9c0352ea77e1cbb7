import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HISTORY_METRICS, HISTORY_SCOPES } from "#core/series/aggregate-minutes.ts";
import { AGGREGATIONS, alignGrid, type StepGrid } from "#core/series/aggregate-steps.ts";
import type { Chunk } from "#core/series/chunk/chunk.ts";
import { type RollupFamily, rollupFamily } from "#core/series/rollup/families.ts";
import { rollupWanted } from "#core/series/rollup/read-chunk.ts";
import { coarsen, type Rollup, rollUp } from "#core/series/rollup/rollup.ts";
import { rollupChunks } from "#core/series/rollup/write-chunks.ts";
import {
  blockEndMs,
  createBlock,
  ensureSeries,
  type MetricName,
  type SampleBlock,
  type SeriesLabels,
  sliceBlock,
} from "#core/series/sample-block.ts";
import { type CollectedSeries, StepCollector, type StepRequest } from "#core/series/step-collector.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { DAY_START_MS, randomDays } from "./random-days.ts";

const STEPS_MS = [5 * MINUTE_MS, HOUR_MS, DAY_MS] as const;
const NODE = { frontendIp: "1.1.1.1", backendIp: "10.0.0.4", protocol: "tcp" } as const;

type Chunks = ReadonlyMap<RollupFamily, Chunk>;

describe("a roll-up answers as the minutes do", () => {
  test("to the last bit, for every metric, scope, aggregation and step", () => {
    fc.assert(
      fc.property(randomDays, fc.nat(), (days, seed) => {
        const rollup = rollUp(days);
        for (const stepMs of STEPS_MS) {
          const chunks = chunksOf(stepMs === rollup.stepMs ? rollup : coarsen(rollup, stepMs));
          const grid = someGrid(days, stepMs, seed);
          for (const request of requests(grid)) {
            const fromRollup = askRollup(request, chunks);
            expect(fromRollup, describeRequest(request)).toEqual(askMinutes(request, [days]));
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test("and so they do however the minutes are cut into blocks, and whatever a block saw first", () => {
    fc.assert(
      fc.property(randomDays, fc.array(fc.nat(2 * 1440), { maxLength: 5 }), (days, cuts) => {
        const pieces = cutBlock(days, cuts).map(reverseSeries);
        for (const stepMs of STEPS_MS) {
          const grid = { startMs: days.startMs, stepMs, steps: (days.minutes * MINUTE_MS) / stepMs };
          for (const request of requests(grid)) {
            expect(askMinutes(request, pieces), describeRequest(request)).toEqual(
              askMinutes(request, [days]),
            );
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  test("and so does a day of the one beside a day of the other", () => {
    fc.assert(
      fc.property(randomDays, randomDays, (first, second) => {
        const [today] = cutBlock(first, [1440]);
        const [other] = cutBlock(second, [1440]);
        if (today === undefined || other === undefined) throw new Error("a block has a first day");
        const tomorrow = { ...other, startMs: today.startMs + DAY_MS };
        const chunks = chunksOf(coarsen(rollUp(today), HOUR_MS));
        const grid = { startMs: today.startMs + 3 * HOUR_MS, stepMs: HOUR_MS, steps: 40 };
        for (const request of requests(grid)) {
          const mixed = new StepCollector(request);
          addRollup(mixed, request, chunks);
          mixed.addMinutes(tomorrow);
          expect(mixed.finish(), describeRequest(request)).toEqual(askMinutes(request, [today, tomorrow]));
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe("a roll-up", () => {
  test("has the maximum ratio, which is not the ratio of the maxima", () => {
    const day = dayOf(
      ["usedPorts", NODE, { 3: 100, 7: 90, 8: 50 }],
      ["allocatedPorts", NODE, { 3: 1000, 7: 100, 8: 100 }],
    );
    const ask = (metric: "usedRatio" | "usedPorts" | "allocatedPorts", stepMs: number) =>
      askRollup(
        { metric, by: "node", aggregation: "max", grid: gridOf(day, stepMs) },
        chunksOf(atStep(day, stepMs)),
      )[0]?.values[0];
    expect(ask("usedRatio", HOUR_MS)).toBe(0.9);
    expect(ask("usedPorts", HOUR_MS)).toBe(100);
    expect(ask("allocatedPorts", HOUR_MS)).toBe(1000);
    expect(ask("usedRatio", DAY_MS)).toBe(0.9);
    expect(ask("usedRatio", 5 * MINUTE_MS)).toBe(0.1);
  });

  test("keeps minimum, maximum, sum and count of the minutes that are there", () => {
    const day = dayOf(["failedConnections", NODE, { 0: 3, 4: 5, 61: 0, 1439: 7 }]);
    const five = rollUp(day).series.find(({ by }) => by === "node");
    expect([five?.min[0], five?.max[0], five?.sum[0], five?.count[0]]).toEqual([3, 5, 8, 2]);
    expect([five?.min[1], five?.max[1], five?.sum[1], five?.count[1]]).toEqual([NaN, NaN, NaN, 0]);
    const hours = coarsen(rollUp(day), HOUR_MS).series.find(({ by }) => by === "node");
    expect([hours?.min[1], hours?.max[1], hours?.sum[1], hours?.count[1]]).toEqual([0, 0, 0, 1]);
    const whole = coarsen(rollUp(day), DAY_MS).series.find(({ by }) => by === "node");
    expect([whole?.min[0], whole?.max[0], whole?.sum[0], whole?.count[0]]).toEqual([0, 7, 15, 4]);
  });

  test("sums a day of decimals hour by hour", () => {
    const day = createBlock(DAY_START_MS, DAY_START_MS + DAY_MS);
    ensureSeries(day, "failedConnections", NODE).values.fill(0.1);
    const fiveMinutes = 0.1 + 0.1 + 0.1 + 0.1 + 0.1;
    const hour = sumOf(12, fiveMinutes);
    expect(atStep(day, DAY_MS).series[0]?.sum[0]).toBe(sumOf(24, hour));
    expect(sumOf(24, hour)).not.toBe(sumOf(1440, 0.1));
  });

  test("of a day is of 24 hours also where clocks were changed", () => {
    // 25 October 2026: Europe goes back by an hour.
    const day = createBlock(DAY_START_MS + DAY_MS, DAY_START_MS + 2 * DAY_MS);
    ensureSeries(day, "failedConnections", NODE).values.fill(1);
    expect(atStep(day, DAY_MS)).toMatchObject({ startMs: DAY_START_MS + DAY_MS, steps: 1 });
    expect(atStep(day, DAY_MS).series[0]?.sum).toEqual(Float64Array.of(1440));
    expect(atStep(day, HOUR_MS).series[0]?.sum).toEqual(new Float64Array(24).fill(60));
  });

  test("of an empty day has no series and no chunk", () => {
    const empty = rollUp(dayOf());
    expect(empty).toMatchObject({ steps: 288, series: [] });
    expect(rollupChunks(empty)).toEqual([]);
    const blank = rollUp(dayOf(["usedPorts", NODE, {}], ["firewallHealth", { resourceId: "fw" }, {}]));
    expect(blank.series).toEqual([]);
    expect(rollupChunks(coarsen(blank, DAY_MS))).toEqual([]);
  });

  test("is refused of a block that is not whole days, and of steps that do not fit", () => {
    expect(() => rollUp(createBlock(DAY_START_MS, DAY_START_MS + HOUR_MS))).toThrow(RangeError);
    expect(() => rollUp(createBlock(DAY_START_MS + HOUR_MS, DAY_START_MS + DAY_MS + HOUR_MS))).toThrow(
      RangeError,
    );
    const rollup = rollUp(dayOf());
    expect(() => coarsen(rollup, rollup.stepMs)).toThrow(RangeError);
    expect(() => coarsen(rollup, 2 * HOUR_MS)).toThrow(RangeError);
    expect(() => coarsen(coarsen(rollup, DAY_MS), HOUR_MS)).toThrow(RangeError);
  });

  test("does not answer in steps of another length", () => {
    const day = dayOf(["usedPorts", NODE, { 0: 1 }]);
    const request = {
      metric: "usedPorts",
      by: "node",
      aggregation: "max",
      grid: gridOf(day, HOUR_MS),
    } as const;
    expect(() => askRollup(request, chunksOf(rollUp(day)))).toThrow(RangeError);
  });
});

describe("chunks of a roll-up", () => {
  test("hold of a steady node what does not follow from the rest", () => {
    const day = createBlock(DAY_START_MS, DAY_START_MS + DAY_MS);
    const used = ensureSeries(day, "usedPorts", NODE).values;
    for (let i = 0; i < used.length; i += 1) used[i] = i % 100;
    ensureSeries(day, "allocatedPorts", NODE).values.fill(1024);
    ensureSeries(day, "failedConnections", NODE).values.fill(0);
    const chunks = chunksOf(atStep(day, HOUR_MS));
    expect([...chunks.keys()]).toEqual(["ports", "connections"]);
    const names = (family: RollupFamily, by: string) =>
      (chunks.get(family)?.series ?? [])
        .filter(({ name }) => name[1] === by)
        .map(({ name }) => name.join("|"));
    expect(names("ports", "node")).toEqual([
      "usedPorts|node|10.0.0.4|tcp||max",
      "usedPorts|node|10.0.0.4|tcp||min",
      "usedPorts|node|10.0.0.4|tcp||sum",
      "allocatedPorts|node|10.0.0.4|tcp||max",
    ]);
    expect(names("connections", "node")).toEqual([
      "failedConnections|node|10.0.0.4|||max",
      "attemptedConnections|node|10.0.0.4|||max",
    ]);
  });

  test("tell a node without allocation from one whose ratio is as its ports", () => {
    const day = dayOf(
      ["usedPorts", NODE, { 0: 5, 1: 6 }],
      ["usedPorts", { ...NODE, backendIp: "10.0.0.5" }, { 0: 5, 1: 6 }],
      ["allocatedPorts", { ...NODE, backendIp: "10.0.0.5" }, { 0: 10, 1: 10 }],
    );
    const request = {
      metric: "usedRatio",
      by: "node",
      aggregation: "max",
      grid: gridOf(day, DAY_MS),
    } as const;
    expect(askRollup(request, chunksOf(atStep(day, DAY_MS)))).toEqual([
      {
        key: "10.0.0.5|tcp|",
        labels: { backendIp: "10.0.0.5", protocol: "tcp" },
        values: [0.6],
      },
    ]);
  });
});

/** The answer from what a decoder gives that decodes only what is wanted. */
function askRollup(request: StepRequest, chunks: Chunks): CollectedSeries[] {
  const collector = new StepCollector(request);
  addRollup(collector, request, chunks);
  return collector.finish();
}

function addRollup(collector: StepCollector, { metric, by, aggregation }: StepRequest, chunks: Chunks): void {
  const chunk = chunks.get(rollupFamily(metric));
  if (chunk === undefined) return;
  const wanted = rollupWanted(metric, by, aggregation);
  collector.addRollup({ ...chunk, series: chunk.series.filter(({ name }) => wanted(name)) });
}

function askMinutes(request: StepRequest, blocks: readonly SampleBlock[]): CollectedSeries[] {
  const collector = new StepCollector(request);
  for (const block of blocks) collector.addMinutes(block);
  return collector.finish();
}

function requests(grid: StepGrid): StepRequest[] {
  return HISTORY_METRICS.flatMap((metric) =>
    HISTORY_SCOPES.flatMap((by) => AGGREGATIONS.map((aggregation) => ({ metric, by, aggregation, grid }))),
  );
}

function describeRequest({ metric, by, aggregation, grid }: StepRequest): string {
  return `${aggregation} of ${metric} by ${by} in steps of ${grid.stepMs} ms`;
}

function chunksOf(rollup: Rollup): Chunks {
  return new Map(rollupChunks(rollup).map(({ family, chunk }) => [family, chunk]));
}

function atStep(day: SampleBlock, stepMs: number): Rollup {
  const rollup = rollUp(day);
  return stepMs === rollup.stepMs ? rollup : coarsen(rollup, stepMs);
}

function gridOf(block: SampleBlock, stepMs: number): StepGrid {
  return alignGrid(block.startMs, blockEndMs(block), stepMs);
}

/** A grid that starts and ends somewhere in the block, or a little outside. */
function someGrid(block: SampleBlock, stepMs: number, seed: number): StepGrid {
  const fromMs = block.startMs + ((seed % 20) - 3) * HOUR_MS;
  return alignGrid(fromMs, fromMs + ((seed >> 5) % 40) * HOUR_MS + MINUTE_MS, stepMs);
}

/** The block in pieces, in time order. */
function cutBlock(block: SampleBlock, cuts: readonly number[]): SampleBlock[] {
  const inside = cuts.map((minute) => Math.min(minute, block.minutes));
  const edges = [0, ...inside.sort((a, b) => a - b), block.minutes];
  return edges.slice(1).map((to, i) => {
    const from = edges[i] ?? 0;
    return sliceBlock(block, block.startMs + from * MINUTE_MS, block.startMs + to * MINUTE_MS);
  });
}

function reverseSeries(block: SampleBlock): SampleBlock {
  return { ...block, series: new Map([...block.series].reverse()) };
}

type Stored = readonly [MetricName, SeriesLabels, Readonly<Record<number, number>>];

function dayOf(...stored: readonly Stored[]): SampleBlock {
  const day = createBlock(DAY_START_MS, DAY_START_MS + DAY_MS);
  for (const [metric, labels, minutes] of stored) {
    const { values } = ensureSeries(day, metric, labels);
    for (const [minute, value] of Object.entries(minutes)) values[Number(minute)] = value;
  }
  return day;
}

function sumOf(times: number, value: number): number {
  return Array.from({ length: times - 1 }, () => value).reduce((sum, each) => sum + each, value);
}
