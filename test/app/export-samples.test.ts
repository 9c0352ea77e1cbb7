import { expect, test } from "vitest";
import { exportExtent, exportSamples } from "#app/export-samples.ts";
import type { SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import { MONDAY_MS, usedPorts, usedPortsOf } from "../contract/samples.ts";
import { MemorySeriesStore } from "../support/memory/series-store.ts";

const MIDNIGHT_MS = MONDAY_MS - 10 * 60 * MINUTE_MS;
const CLUSTER = { shards: ["s1", "s2"], clusterKey: "/c" };

async function filled() {
  const store = new MemorySeriesStore();
  const write = (shard: string, block: SampleBlock) =>
    store.append(shard, [{ clusterKey: "/c", block }], block.startMs);
  await write("s1", usedPorts(MIDNIGHT_MS - 2 * MINUTE_MS, { a: [1, 2, 3] }));
  await write("s1", usedPorts(MIDNIGHT_MS + 3 * DAY_MS, { a: [4] }));
  await write("s2", usedPorts(MIDNIGHT_MS + MINUTE_MS, { a: [5], b: [6] }));
  return store;
}

test("goes from day to day, and takes what lies in several shards for one", async () => {
  const store = await filled();
  const { minuteDays } = await exportExtent(store, CLUSTER);
  expect(minuteDays).toEqual([MIDNIGHT_MS - DAY_MS, MIDNIGHT_MS, MIDNIGHT_MS + 3 * DAY_MS]);

  const spans: [number, number][] = [];
  const texts: string[] = [];
  const request = { ...CLUSTER, fromMs: MIDNIGHT_MS - MINUTE_MS, toMs: MIDNIGHT_MS + 2 * DAY_MS };
  const write = (block: SampleBlock) => {
    spans.push([block.startMs, block.minutes]);
    return usedPortsOf(block, "a").flatMap((value) => (value === null ? [] : [String(value)]));
  };
  for await (const { text } of exportSamples(store, request, minuteDays, write)) texts.push(text);

  expect(spans).toEqual([
    [MIDNIGHT_MS - MINUTE_MS, 1],
    [MIDNIGHT_MS, 1440],
  ]);
  expect(texts).toEqual(["2", "3", "5"]);
});

test("names what cannot be read, and goes on", async () => {
  const store = await filled();
  const faulty = {
    extent: store.extent.bind(store),
    read: async (...args: Parameters<typeof store.read>) => {
      const { block } = await store.read(...args);
      return { block, faults: args[0] === "s2" ? ["row x: checksum"] : [] };
    },
  };
  const request = { ...CLUSTER, fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + DAY_MS };
  const parts = [];
  for await (const part of exportSamples(faulty, request, [MIDNIGHT_MS], () => ["line"])) parts.push(part);
  expect(parts).toEqual([
    { text: "", faults: ["row x: checksum"] },
    { text: "line", faults: [] },
  ]);
});
