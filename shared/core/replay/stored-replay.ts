import { allocationDrift } from "../checks/allocation-drift.ts";
import type { Check } from "../checks/check.ts";
import { dataFreshness } from "../checks/data-freshness.ts";
import { firewallSnat } from "../checks/firewall-snat.ts";
import { loadBalancerDatapath } from "../checks/load-balancer-datapath.ts";
import { natConnections } from "../checks/nat-connections.ts";
import { natDatapath } from "../checks/nat-datapath.ts";
import { snatFailures } from "../checks/snat-failures.ts";
import { snatForecast } from "../checks/snat-forecast.ts";
import { snatPorts } from "../checks/snat-ports.ts";
import { snatSkew } from "../checks/snat-skew.ts";
import type { Cluster } from "../egress/topology.ts";
import { blockEndMs, type SampleBlock } from "../series/sample-block.ts";
import { type NodeShape, shapesBefore } from "../snat/shapes.ts";
import { MINUTE_MS } from "../time.ts";
import { PastCluster } from "./past-cluster.ts";
import { ReplayLife, type ReplayPolicy } from "./replay-life.ts";
import { StoredSamples } from "./stored-samples.ts";
import { type AlertSpan, type IncidentSpan, ToldSpans } from "./told-spans.ts";

/** The checks that stored samples can feed, in the order of the registry. The others need logs, or the topology of the time. */
const CHECKS: readonly Check[] = [
  snatPorts,
  snatFailures,
  snatForecast,
  snatSkew,
  allocationDrift,
  natConnections,
  natDatapath,
  firewallSnat,
  loadBalancerDatapath,
  dataFreshness,
];

export const REPLAYED_CHECKS: readonly string[] = CHECKS.map(({ id }) => id);

/** What a replay raised. */
export interface Replayed {
  readonly alerts: readonly AlertSpan[];
  readonly incidents: readonly IncidentSpan[];
  /** The first judged minute; `null`: there was no sample. */
  readonly judgedFromMs: number | null;
  readonly judgedMinutes: number;
}

/** One real cluster over its stored history: takes its samples block by block and keeps what fired and what was told. */
export class StoredReplay {
  readonly #cluster: PastCluster;
  readonly #life: ReplayLife;
  readonly #told = new ToldSpans();
  #judgedFromMs: number | null = null;
  #nextMs: number;

  /**
   * @param cluster as the last discovery saw it
   * @param shapes the days of its nodes as live operation remembers them; those after `fromMs` do not count
   * @param fromMs the first minute to judge, where there are samples by then
   */
  constructor(cluster: Cluster, policy: ReplayPolicy, shapes: readonly NodeShape[], fromMs: number) {
    this.#cluster = new PastCluster(cluster);
    this.#life = new ReplayLife(CHECKS, policy, shapesBefore(shapes, fromMs));
    this.#nextMs = fromMs;
  }

  /** Judges the minutes up to the end of a block, which begins `KEPT_MINUTES` before the first of them. */
  judge(block: SampleBlock): void {
    const samples = new StoredSamples(block);
    const endMs = blockEndMs(block);
    const hear = this.#cluster.hear.bind(this.#cluster);
    for (; this.#nextMs < endMs; this.#nextMs += MINUTE_MS) {
      samples.moveTo(this.#nextMs, hear);
      // Before the first sample nobody watched: that is no gap.
      if (this.#judgedFromMs === null && samples.view.series.size === 0) continue;
      this.#judgedFromMs ??= this.#nextMs;
      const cluster = this.#cluster.at(this.#nextMs);
      this.#told.add(this.#life.judge(cluster, samples.view, this.#nextMs).after);
    }
  }

  end(): Replayed {
    const judgedFromMs = this.#judgedFromMs;
    return {
      alerts: this.#told.alerts,
      incidents: this.#told.incidents,
      judgedFromMs,
      judgedMinutes: judgedFromMs === null ? 0 : (this.#nextMs - judgedFromMs) / MINUTE_MS,
    };
  }
}
