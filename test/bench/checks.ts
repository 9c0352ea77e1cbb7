// What it costs to judge one cluster: `npx node test/bench/checks.ts [--nodes 100]`. Absolute times are this machine's; compare the
// checks of one run.

import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import type { CheckResult } from "#core/checks/check.ts";
import { buildFacts } from "#core/checks/facts.ts";
import { CHECKS, runChecks } from "#core/checks/registry.ts";
import { balancer, cluster, facts, type NodeFigures, nodeLines, outboundRule } from "../support/builders.ts";

const { values } = parseArgs({ options: { nodes: { type: "string", default: "100" } } });
const nodes = Number(values.nodes);
if (!Number.isInteger(nodes) || nodes < 1) throw new Error("--nodes: expected a whole number from 1 on");

const ROUNDS = 400;
const WARM_UP = 200;

/** Every fleet as somebody has it: at ease, busy, and full. */
const FLEETS: Readonly<Record<string, (index: number) => NodeFigures>> = {
  "at ease": (index) => ({ tcp: Array.from({ length: 16 }, (_, at) => 90 + ((index * 7 + at * 3) % 20)) }),
  "one in ten rising": (index) => ({
    tcp: Array.from({ length: 16 }, (_, at) => (index % 10 === 0 ? 400 + 20 * at : 120)),
  }),
  "all full, connections failing": () => ({ tcp: 1_024, failed: 60 }),
};

const rows: Record<string, string | number>[] = [];
for (const [title, figures] of Object.entries(FLEETS)) {
  const input = facts({
    cluster: cluster({ nodes, loadBalancer: balancer(nodes, { outboundRules: [outboundRule(1_024)] }) }),
    lines: nodeLines(Array.from({ length: nodes }, (_, index) => figures(index))),
  });
  // Built anew each time, as in a cycle: checks remember what they worked out for the facts they saw last.
  const fresh = () => buildFacts(input);
  const times = new Map(CHECKS.map(({ id }): [string, number[]] => [id, []]));
  const whole: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const earlier = new Map<string, CheckResult>();
    const seen = fresh();
    for (const check of CHECKS) {
      const start = performance.now();
      earlier.set(check.id, check.judge(seen, earlier));
      if (round >= WARM_UP) times.get(check.id)?.push(performance.now() - start);
    }
    const start = performance.now();
    runChecks(fresh());
    if (round >= WARM_UP) whole.push(performance.now() - start);
  }
  const slowest = [...times].map(([id, list]) => ({ id, us: median(list) })).toSorted((a, b) => b.us - a.us);
  rows.push({
    fleet: `${nodes} nodes, ${title}`,
    "facts and all 21 checks, us": median(whole),
    "slowest checks, us": slowest
      .slice(0, 4)
      .map(({ id, us }) => `${id} ${us}`)
      .join(", "),
  });
}
console.table(rows);

/** Microseconds. */
function median(times: readonly number[]): number {
  return Math.round((times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN) * 1_000);
}
