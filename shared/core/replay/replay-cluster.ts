import { advanceLife, type Life } from "../alert/advance-life.ts";
import type { AlertPolicy } from "../alert/alert-state.ts";
import type { NotificationPolicy } from "../alert/notification-decision.ts";
import { allocationDrift } from "../checks/allocation-drift.ts";
import type { Check, CheckResult } from "../checks/check.ts";
import { dataFreshness } from "../checks/data-freshness.ts";
import { buildFacts } from "../checks/facts.ts";
import type { CheckLimits } from "../checks/limits.ts";
import { recentFailures } from "../checks/node-standing.ts";
import { snatFailures } from "../checks/snat-failures.ts";
import { snatForecast } from "../checks/snat-forecast.ts";
import { snatPorts } from "../checks/snat-ports.ts";
import { snatSkew } from "../checks/snat-skew.ts";
import { NO_ALLOCATION } from "../collection/allocation-memory.ts";
import { rememberAllocation } from "../collection/remember-allocation.ts";
import { NO_DENIALS } from "../denials/denial-memory.ts";
import type { Cluster } from "../egress/topology.ts";
import { raisedNodes } from "../snat/raised-nodes.ts";
import { NO_SHAPES, rememberShapes } from "../snat/shapes.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";
import { changesOf, type ReplayChange } from "./change.ts";
import { recordedCluster } from "./recorded-cluster.ts";
import { KEPT_MINUTES, RecordedSamples } from "./recorded-samples.ts";
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

/** What a replay is judged by: the same as live operation. */
export interface ReplayPolicy extends AlertPolicy, NotificationPolicy {
  readonly limits: CheckLimits;
}

/** One cluster of a recording: takes its rows in the order of time and tells what each minute changed. */
export class ReplayedCluster {
  readonly #name: string;
  readonly #policy: ReplayPolicy;
  readonly #samples: RecordedSamples;
  #cluster: Cluster;
  #nodes = 0;
  /** The minute whose rows are coming. */
  #minuteMs: number;
  #life: Life = { alerts: [], incident: null };
  #allocation = NO_ALLOCATION;
  #shapes = NO_SHAPES;

  constructor(first: ReplayRow, policy: ReplayPolicy) {
    this.#name = first.cluster;
    this.#policy = policy;
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
    const { limits } = this.#policy;
    const samples = this.#samples.block;
    this.#allocation = rememberAllocation(this.#allocation, this.#cluster, samples, minuteMs);
    const facts = buildFacts({
      minuteMs,
      cluster: this.#cluster,
      samples,
      problems: [],
      peaks: [],
      dailyPeaks: [],
      allocation: this.#allocation,
      denials: NO_DENIALS,
      nodeLoad: null,
      limits,
      raised: raisedNodes(this.#life.alerts),
      shapes: this.#shapes,
    });
    const results = new Map<string, CheckResult>();
    for (const check of CHECKS) results.set(check.id, check.judge(facts, results));
    this.#shapes = rememberShapes(this.#shapes, facts, (backendIp) => recentFailures(facts, backendIp) > 0);
    const minute = {
      minuteMs,
      results: [...results.values()],
      silences: [],
      maintenance: null,
      toldAtMs: minuteMs + MINUTE_MS + limits.collectLagMs,
    };
    const before = this.#life.alerts;
    const step = advanceLife(this.#life, minute, this.#cluster.ref, this.#policy);
    this.#life = { alerts: step.alerts, incident: step.incident };
    return changesOf(before, step.alerts, this.#name, minuteMs);
  }
}
