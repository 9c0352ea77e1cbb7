// Detectors against worlds whose truth is known: `npm run bench:detect -- [--seeds 7,11,13] [--world both] [--fleet-gen DIR]`.
// Tune on other seeds than those that are reported.

import { parseArgs } from "node:util";
import { fleetWorld, loadFleetGen, type WorldSize } from "./detect/fleet-world.ts";
import { flowsWorld } from "./detect/flows/flows-world.ts";
import { ours } from "./detect/ours.ts";
import { RULES } from "./detect/rules.ts";
import { type Score, score } from "./detect/score.ts";
import type { WorldCluster } from "./detect/world.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "7,11,13" },
    clusters: { type: "string", default: "40" },
    nodes: { type: "string", default: "10" },
    days: { type: "string", default: "7" },
    world: { type: "string", default: "both" },
    rules: { type: "string", default: "yes" },
    "fleet-gen": { type: "string", default: process.env["SNATWATCH_FLEET_GEN"] ?? "../shared/fleet-gen" },
  },
});

const seeds = values.seeds.split(",").map(Number);
const size = { clusters: Number(values.clusters), nodes: Number(values.nodes), days: Number(values.days) };
const detectors = { ...(values.rules === "yes" ? RULES : {}), ours: ours() };

async function worlds(): Promise<Record<string, (size: WorldSize) => Iterable<WorldCluster>>> {
  if (values.world === "flows") return { flows: flowsWorld };
  const gen = await loadFleetGen(values["fleet-gen"]);
  const fleet = (of: WorldSize) => fleetWorld(gen, of);
  return values.world === "fleet" ? { fleet } : { fleet, flows: flowsWorld };
}

const percent = (ratio: number) => `${(100 * ratio).toFixed(1)} %`;
const median = (list: readonly number[]) =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

function rowOf(seed: string, scores: readonly Score[]) {
  const of = (read: (score: Score) => number) => median(scores.map(read));
  const first = scores[0];
  return {
    seed,
    detector: first?.detector,
    level: first?.level,
    recall: percent(of((each) => each.recall)),
    "slow, 5 min early": percent(of((each) => each.slowEarly)),
    precision: percent(of((each) => each.precision)),
    "false/node-day": of((each) => each.falsePerNodeDay).toFixed(4),
    "spans/event": of((each) => each.spans).toFixed(2),
    events: of((each) => each.events),
    slow: of((each) => each.slowEvents),
  };
}

for (const [name, world] of Object.entries(await worlds())) {
  const bySeed = seeds.map((seed) => score(world({ seed, ...size }), detectors));
  const rows = bySeed.flatMap((scores, index) => scores.map((each) => rowOf(String(seeds[index]), [each])));
  const medians = (bySeed[0] ?? []).map((_, at) =>
    rowOf(
      "median",
      bySeed.flatMap((scores) => scores[at] ?? []),
    ),
  );
  process.stdout.write(`\n${name}, ${size.clusters} clusters x ${size.nodes} nodes x ${size.days} days\n`);
  // Rules of the field know one level.
  console.table(
    [...rows, ...(seeds.length > 1 ? medians : [])].filter(
      ({ detector, level }) => detector === "ours" || level === "critical",
    ),
  );
}
