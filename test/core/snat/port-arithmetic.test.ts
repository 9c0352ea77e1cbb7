import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PORT_BLOCK, PORTS_PER_FRONTEND_IP } from "#core/snat/limits.ts";
import {
  automaticPorts,
  frontendIpsFor,
  planAllocation,
  portBudget,
  portsPerNode,
  tierEdge,
} from "#core/snat/port-arithmetic.ts";
import { maximumNodesWithSurge, surgeNodes } from "#core/snat/surge.ts";
import { pool } from "../../support/builders.ts";

test.for([
  [1, 1_024],
  [50, 1_024],
  [51, 512],
  [100, 512],
  [101, 256],
  [200, 256],
  [201, 128],
  [400, 128],
  [401, 64],
  [800, 64],
  [801, 32],
  [1_000, 32],
])("%i nodes get %i ports each on a frontend IP, as Azure's table says", ([nodes, ports]) => {
  expect(automaticPorts(nodes ?? 0)).toBe(ports);
});

test("the edge of a tier is its largest pool; the last tier has none", () => {
  expect([1, 50, 51, 800, 801].map(tierEdge)).toEqual([50, 50, 100, 800, null]);
});

test("the AKS example: 4,000 ports on 7 addresses serve 112 nodes", () => {
  expect(Math.floor(portBudget(7) / 4_000)).toBe(112);
  expect(portsPerNode(7, 112)).toBe(4_000);
});

test("each load-balancing rule on a shared frontend takes 8 ports away", () => {
  expect(portBudget(1, 3)).toBe(64_000 - 24);
});

test("ports for each node are a multiple of 8 and never more than the budget", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 1_000 }), (ips, nodes) => {
      const ports = portsPerNode(ips, nodes);
      expect(ports % PORT_BLOCK).toBe(0);
      expect(ports * nodes).toBeLessThanOrEqual(ips * PORTS_PER_FRONTEND_IP);
    }),
  );
});

test("a plan fits its addresses, and the peak fits the plan wherever Azure's limits allow", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60_000 }),
      fc.integer({ min: 1, max: 1_000 }),
      fc.integer({ min: 1, max: 100 }),
      (peak, nodes, ips) => {
        const plan = planAllocation(peak, 0.6, nodes, ips);
        expect(plan.portsPerNode * nodes).toBeLessThanOrEqual(plan.outboundIps * PORTS_PER_FRONTEND_IP);
        expect(plan.outboundIps).toBeGreaterThanOrEqual(ips);
        if (plan.outboundIps < 100 && peak / 0.6 <= PORTS_PER_FRONTEND_IP) {
          expect(plan.portsPerNode).toBeGreaterThanOrEqual(peak);
        }
      },
    ),
  );
});

test.for([
  ["a share is rounded up", "33%", 10, 4],
  ["a count is itself", "5", 10, 5],
  ["nothing set: a tenth, at least one", null, 3, 1],
  ["nothing set: a tenth of a large pool", null, 56, 6],
] as const)("surge: %s", ([, maxSurge, size, nodes]) => {
  expect(surgeNodes(pool({ maxSurge }), size)).toBe(nodes);
});

test("the most nodes count the autoscaler's maximum, not today's count", () => {
  const pools = [
    pool({ count: 3, autoscaling: true, maxCount: 20, maxSurge: "1" }),
    pool({ count: 2, maxSurge: "50%" }),
  ];
  expect(maximumNodesWithSurge(pools)).toBe(20 + 1 + 2 + 1);
});

const outcomes = "../shared/recorded/ground-truth/port-allocation-outcomes.json";
describe.skipIf(!existsSync(outcomes))("outcomes decided by Azure itself", () => {
  interface Case {
    readonly id: string;
    readonly portsPerNode: number;
    readonly validatedNodes?: number;
    readonly outboundIPs: number | string;
    readonly outcome: string;
  }
  const cases: Case[] = existsSync(outcomes) ? JSON.parse(readFileSync(outcomes, "utf8")).cases : [];
  const decided = cases.filter(
    (each) => each.validatedNodes !== undefined && typeof each.outboundIPs === "number",
  );

  test.for(decided)("$id comes out as Azure decided", (each) => {
    const fits = each.portsPerNode * (each.validatedNodes ?? 0) <= portBudget(Number(each.outboundIPs));
    expect(fits).toBe(!each.outcome.startsWith("rejected"));
    expect(frontendIpsFor(each.portsPerNode, each.validatedNodes ?? 0) > Number(each.outboundIPs)).toBe(
      !fits,
    );
  });
});
