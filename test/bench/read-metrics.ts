// What reading one batch answer costs: `npx node test/bench/read-metrics.ts`.
// Absolute times are this machine's; compare the columns of one run.

import { performance } from "node:perf_hooks";
import { createHttpHeaders, type HttpClient } from "@azure/core-rest-pipeline";
import { MetricsClient } from "@azure/monitor-query";
import { readBatch, resourceKey } from "#adapters/metrics/answer-parts.ts";
import { DimensionReader } from "#adapters/metrics/dimensions.ts";
import { METRIC_QUERIES } from "#adapters/metrics/metric-queries.ts";
import type { Batch } from "#adapters/metrics/plan.ts";
import { pointsOf, Reading } from "#adapters/metrics/reading.ts";
import { KeptNames } from "#adapters/metrics/series-names.ts";
import { portsAnswer } from "../adapters/metrics/answers.ts";

const FROM_MS = Date.parse("2026-11-21T10:00:00Z");
const CLUSTERS = 50;
const NODES = 25;
const ROUNDS = 25;

/**
 * Median times of several works, in ms. They take turns, so that a busy machine is as hard on one as on the other.
 */
async function medians(works: readonly (() => unknown)[]): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, work] of works.entries()) {
      const start = performance.now();
      await work();
      times[at]?.push(performance.now() - start);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN);
}

/** What the source does with an answer. */
function normalise(body: Buffer, ids: readonly string[], toMs: number, names: KeptNames): number {
  const [query] = METRIC_QUERIES;
  if (query === undefined) throw new Error("no query");
  const items = ids.map((resourceId) => {
    const target = { clusterKey: resourceId, resourceId, nodes: NODES, frontends: 1, probedPorts: 0 };
    return new Reading(target, false, FROM_MS, toMs, names.of(resourceId));
  });
  const batch: Batch<Reading> = { query, items, fromMs: FROM_MS, toMs, top: 1_000 };
  const byKey = new Map(items.map((item) => [resourceKey(item.target.resourceId), item]));
  const points = pointsOf(batch);
  const reader = new DimensionReader();
  readBatch(body, (key, part) => byKey.get(key)?.absorb(part, batch, points, reader));
  return items.reduce((sum, { block }) => sum + block.series.size, 0);
}

function clientFor(text: string): MetricsClient {
  const httpClient: HttpClient = {
    sendRequest: (request) =>
      Promise.resolve({
        request,
        status: 200,
        headers: createHttpHeaders({ "content-type": "application/json" }),
        bodyAsText: text,
      }),
  };
  const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }) };
  return new MetricsClient("https://westeurope.metrics.monitor.azure.com", credential, { httpClient });
}

const ids = Array.from(
  { length: CLUSTERS },
  (_, at) =>
    `/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/MC_${at}/providers/Microsoft.Network/loadBalancers/kubernetes`,
);
const rows: Record<string, string | number>[] = [];
for (const points of [2, 4, 13]) {
  const toMs = FROM_MS + points * 60_000;
  const text = JSON.stringify(portsAnswer({ ids, nodes: NODES, fromMs: FROM_MS, points }));
  const client = clientFor(text);
  const body = Buffer.from(text);
  const names = new KeptNames();
  const series = normalise(body, ids, toMs, names);
  const [parse = Number.NaN, ours = Number.NaN, theirs = Number.NaN] = await medians([
    () => JSON.parse(text),
    () => normalise(body, ids, toMs, names),
    () =>
      client.queryResources(
        [...ids],
        ["UsedSnatPorts", "AllocatedSnatPorts"],
        "Microsoft.Network/loadBalancers",
      ),
  ]);
  rows.push({
    series,
    points,
    "text MB": (text.length / 1e6).toFixed(1),
    "JSON.parse ms": parse.toFixed(1),
    "ours ms": ours.toFixed(1),
    "client ms": theirs.toFixed(1),
    "ours / parse": (ours / parse).toFixed(2),
    "client / ours": (theirs / ours).toFixed(1),
  });
}
console.table(rows);
