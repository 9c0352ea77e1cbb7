import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIREWALL_QUERIES } from "#adapters/metrics/firewall-queries.ts";
import { METRIC_QUERIES } from "#adapters/metrics/metric-queries.ts";
import type { MetricQuery } from "#adapters/metrics/metric-query.ts";
import { NAT_GATEWAY_QUERIES } from "#adapters/metrics/nat-gateway-queries.ts";
import { NODE_QUERIES } from "#adapters/metrics/node-queries.ts";
import { planBatches } from "#adapters/metrics/plan.ts";
import { FROM_MS, target } from "./support.ts";

const sizes = fc.record({
  nodes: fc.integer({ min: 0, max: 1_000 }),
  frontends: fc.integer({ min: 0, max: 16 }),
  probedPorts: fc.integer({ min: 0, max: 20 }),
});
const fleets = fc.array(fc.record({ size: sizes, alone: fc.boolean() }), { maxLength: 120 });
const queries = fc.constantFrom<MetricQuery>(
  ...METRIC_QUERIES,
  ...NAT_GATEWAY_QUERIES,
  ...FIREWALL_QUERIES,
  ...NODE_QUERIES,
);

function plan(query: MetricQuery, fleet: readonly { size: object; alone: boolean }[], minutes: number) {
  const items = fleet.map(({ size, alone }, at) => ({ target: target(`c${at}`, size), alone }));
  return { items, batches: planBatches(query, items, FROM_MS, FROM_MS + minutes * 60_000) };
}

describe("a plan, whatever the fleet", () => {
  test("asks for every minute of every resource once", () => {
    fc.assert(
      fc.property(queries, fleets, fc.integer({ min: 1, max: 3_000 }), (query, fleet, minutes) => {
        const { items, batches } = plan(query, fleet, minutes);
        const asked = new Map<unknown, number>();
        for (const batch of batches) {
          for (const item of batch.items) {
            const spanned = (batch.toMs - batch.fromMs) / 60_000;
            asked.set(item, (asked.get(item) ?? 0) + spanned);
          }
        }
        for (const item of items)
          expect(asked.get(item)).toBe(query.concerns(item.target) ? minutes : undefined);
      }),
      { numRuns: 60 },
    );
  });

  test("keeps the limits: 50 resources, half of the series Azure refuses, spoilers alone, top with slack", () => {
    fc.assert(
      fc.property(queries, fleets, fc.integer({ min: 1, max: 3_000 }), (query, fleet, minutes) => {
        for (const { items, top } of plan(query, fleet, minutes).batches) {
          expect(items.length).toBeLessThanOrEqual(50);
          expect(top * query.metrics.length * items.length).toBeLessThanOrEqual(250_000);
          if (items.length > 1) expect(items.every(({ alone }) => !alone)).toBe(true);
          for (const item of items) expect(top).toBeGreaterThan(query.expectedSeries(item.target));
        }
      }),
      { numRuns: 60 },
    );
  });
});

test.for([
  ["50 clusters of 10 nodes, 4 minutes", 50, 10, 4, 1],
  ["50 clusters of 10 nodes, 13 minutes", 50, 10, 13, 1],
  ["51 clusters of 10 nodes, 4 minutes", 51, 10, 4, 2],
  ["50 clusters of 100 nodes, 4 minutes", 50, 100, 4, 3],
  ["1 cluster of 1,000 nodes, 13 minutes", 1, 1_000, 13, 2],
  ["1 cluster of 10 nodes, a day", 1, 10, 1_440, 1],
  ["10 clusters of 10 nodes, a day", 10, 10, 1_440, 10],
] as const)("port requests for %s", ([, clusters, nodes, minutes, expected]) => {
  const fleet = Array.from({ length: clusters }, () => ({ size: { nodes, frontends: 1 }, alone: false }));
  const [ports] = METRIC_QUERIES;
  if (ports === undefined) throw new Error("no query");
  expect(plan(ports, fleet, minutes).batches).toHaveLength(expected);
});
