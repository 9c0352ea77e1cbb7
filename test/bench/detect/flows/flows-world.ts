import type { WorldSize } from "../fleet-world.ts";
import type { WorldCluster } from "../world.ts";
import { type ClusterTraffic, makeNode } from "./node.ts";
import { Random } from "./random.ts";

const DAY = 1_440;

/** A Monday, 00:00 UTC. */
const START_MINUTE = 29_348_640;

/**
 * A world of flows: ports are what flows hold, not a curve. Leaks with and without keep-alive, growth, batch jobs on the hour,
 * retry storms, releases, nodes that go and come back under the same name, smaller allocations after a scale-out, several
 * addresses, UDP, averages with decimals, missing minutes; and what only looks like trouble: plateaus, daily peaks, spikes, single
 * failed connections.
 */
export function* flowsWorld({ seed, clusters, nodes, days }: WorldSize): Generator<WorldCluster> {
  for (let index = 0; index < clusters; index += 1) {
    const random = new Random(seed, index, 77);
    const traffic = trafficOf(random, days);
    const usual = 0.12 + 0.5 * random.unit() ** 2;
    const made = Array.from({ length: nodes }, (_, node) =>
      makeNode(new Random(seed, index, node), `n${node}`, traffic, usual * random.between(0.6, 1.35)),
    );
    yield { name: `f${index}`, startMinute: START_MINUTE, minutes: traffic.minutes, nodes: made };
  }
}

function trafficOf(random: Random, days: number): ClusterTraffic {
  const minutes = days * DAY;
  const phase = random.unit();
  const height = random.between(0.15, 0.5);
  const weekend = random.between(0.5, 1);
  // A sharp peak at one hour of every day, in some clusters.
  const peakAt = random.chance(0.3) ? random.between(0, DAY) : Number.NaN;
  const peak = random.between(0.3, 0.9);
  const frontends = Math.max(1, Math.round(random.between(0.2, 3.4)));
  const lent = (random.chance(0.7) ? 1_024 : 4_096) * (random.chance(0.5) ? 1 : frontends);
  const load = new Float64Array(minutes);
  const allocated = new Float64Array(minutes).fill(lent);
  const dark = new Uint8Array(minutes);
  for (let at = 0; at < minutes; at += 1) {
    const day = Math.sin(2 * Math.PI * (at / DAY + phase));
    const away = Math.abs(((((at - peakAt + 1.5 * DAY) % DAY) + DAY) % DAY) - DAY / 2);
    const sharp = Number.isNaN(peakAt) ? 0 : peak * Math.exp(-((away / 40) ** 2));
    load[at] = (1 + height * day + sharp) * (at % (7 * DAY) >= 5 * DAY ? weekend : 1);
  }
  for (let i = random.poisson(0.12 * days); i > 0; i -= 1) {
    const from = Math.floor(random.between(0, minutes));
    allocated.fill(lent / 2, from, Math.min(minutes, from + Math.floor(random.between(120, 1_500))));
  }
  for (let i = random.poisson(0.2 * days); i > 0; i -= 1) {
    const from = Math.floor(random.between(0, minutes));
    dark.fill(1, from, Math.min(minutes, from + Math.floor(random.between(2, 20))));
  }
  const ips = Array.from({ length: frontends }, (_, index) => `20.0.0.${index + 1}`);
  return { minutes, days, load, allocated, frontends: ips, dark };
}
