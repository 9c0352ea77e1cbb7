import { allocationDrift } from "../checks/allocation-drift.ts";
import type { Check } from "../checks/check.ts";
import { dataFreshness } from "../checks/data-freshness.ts";
import { snatFailures } from "../checks/snat-failures.ts";
import { snatForecast } from "../checks/snat-forecast.ts";
import { snatPorts } from "../checks/snat-ports.ts";
import { snatSkew } from "../checks/snat-skew.ts";
import type { Cluster } from "../egress/topology.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";
import { changesOf, type ReplayChange } from "./change.ts";
import { KEPT_MINUTES } from "./kept.ts";
import { recordedCluster } from "./recorded-cluster.ts";
import { RecordedSamples } from "./recorded-samples.ts";
import { ReplayLife, type ReplayPolicy } from "./replay-life.ts";
import type { ReplayRow } from "./row.ts";

/** The checks that port figures can feed, in the order of the registry. The others need the topology, logs or devices. */
const CHECKS: readonly Check[] = [
  snatPorts,
  snatFailures,
  snatForecast,
  snatSkew,
  allocationDrift,
  dataFreshness,
];

/** Of a longer gap no more minutes are judged: nothing changes any more in them. */
const MOST_EMPTY_MINUTES = DAY_MS / MINUTE_MS;

/** One cluster of a recording: takes its rows in the order of time and tells what each minute changed. */
export class ReplayedCluster {
  readonly #name: string;
  readonly #samples: RecordedSamples;
  #cluster: Cluster;
  #nodes = 0;
  /** The minute whose rows are coming. */
  #minuteMs: number;
  readonly #life: ReplayLife;

  constructor(first: ReplayRow, policy: ReplayPolicy) {
    this.#name = first.cluster;
    this.#life = new ReplayLife(CHECKS, policy);
    this.#minuteMs = first.minuteMs;
    this.#samples = new RecordedSamples(first.minuteMs);
    this.#cluster = recordedCluster(first.cluster, [], first.minuteMs);
  }

  /** @returns what the minutes before this row's changed: they are complete now */
  add(row: ReplayRow): ReplayChange[] {
    const changes = row.minuteMs === this.#minuteMs ? [] : this.#moveTo(row.minuteMs);
    this.#samples.add(row);
    return changes;
  }

  /** After the last row. */
  end(): ReplayChange[] {
    return this.#judge();
  }

  #moveTo(minuteMs: number): ReplayChange[] {
    const changes = this.#judge();
    // A minute without a row is a minute in which nobody can tell.
    const empty = Math.min((minuteMs - this.#minuteMs) / MINUTE_MS - 1, MOST_EMPTY_MINUTES);
    for (let i = 0; i < empty; i += 1) {
      this.#enter(this.#minuteMs + MINUTE_MS);
      changes.push(...this.#judge());
    }
    this.#enter(minuteMs);
    return changes;
  }

  #enter(minuteMs: number): void {
    if (this.#samples.moveTo(minuteMs)) this.#nodes = -1;
    this.#minuteMs = minuteMs;
  }

  #judge(): ReplayChange[] {
    const minuteMs = this.#minuteMs;
    const nodes = this.#samples.nodes;
    if (nodes.length !== this.#nodes) {
      this.#nodes = nodes.length;
      this.#cluster = recordedCluster(this.#name, nodes, minuteMs - KEPT_MINUTES * MINUTE_MS);
    }
    const { before, after } = this.#life.judge(this.#cluster, this.#samples.block, minuteMs);
    return changesOf(before.alerts, after.alerts, this.#name, minuteMs);
  }
}
