import { advanceLife, type Life, type LifeStep } from "../alert/advance-life.ts";
import type { AlertPolicy } from "../alert/alert-state.ts";
import type { NotificationPolicy } from "../alert/notification-decision.ts";
import type { Check, CheckResult } from "../checks/check.ts";
import { buildFacts } from "../checks/facts.ts";
import type { CheckLimits } from "../checks/limits.ts";
import { recentFailures } from "../checks/node-standing.ts";
import { NO_ALLOCATION } from "../collection/allocation-memory.ts";
import { rememberAllocation } from "../collection/remember-allocation.ts";
import { NO_DENIALS } from "../denials/denial-memory.ts";
import type { Cluster } from "../egress/topology.ts";
import type { SampleBlock } from "../series/sample-block.ts";
import { NO_COURSES, type NodeCourses } from "../snat/node-courses.ts";
import { raisedNodes } from "../snat/raised-nodes.ts";
import { NO_SHAPES, type NodeShape, rememberShapes } from "../snat/shapes.ts";
import { MINUTE_MS } from "../time.ts";

/** What a replay is judged by: the same as live operation. */
export interface ReplayPolicy extends AlertPolicy, NotificationPolicy {
  readonly limits: CheckLimits;
}

/** One judged minute: what was before it, and what it came to. */
export interface ReplayStep {
  readonly before: Life;
  readonly after: LifeStep;
}

/** The checks and the alert life of one cluster, as live operation has them, without silences and maintenance. */
export class ReplayLife {
  readonly #checks: readonly Check[];
  readonly #policy: ReplayPolicy;
  #life: Life = { alerts: [], incident: null };
  #allocation = NO_ALLOCATION;
  #shapes: readonly NodeShape[];
  #courses: NodeCourses = NO_COURSES;

  /**
   * @param checks those that the recording can feed, in the order of the registry
   * @param shapes what is known of the nodes' days before the first minute
   */
  constructor(checks: readonly Check[], policy: ReplayPolicy, shapes = NO_SHAPES) {
    this.#checks = checks;
    this.#policy = policy;
    this.#shapes = shapes;
  }

  /** Judges one minute; they come in the order of time. @param samples of the last minutes, none after this one */
  judge(cluster: Cluster, samples: SampleBlock, minuteMs: number): ReplayStep {
    const { limits } = this.#policy;
    this.#allocation = rememberAllocation(this.#allocation, cluster, samples, minuteMs);
    const facts = buildFacts(
      {
        minuteMs,
        cluster,
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
      },
      this.#courses,
    );
    this.#courses = facts.courses;
    const results = new Map<string, CheckResult>();
    for (const check of this.#checks) results.set(check.id, check.judge(facts, results));
    this.#shapes = rememberShapes(this.#shapes, facts, (backendIp) => recentFailures(facts, backendIp) > 0);
    const minute = {
      minuteMs,
      results: [...results.values()],
      silences: [],
      maintenance: null,
      toldAtMs: minuteMs + MINUTE_MS + limits.collectLagMs,
    };
    const before = this.#life;
    const after = advanceLife(before, minute, cluster.ref, this.#policy);
    this.#life = { alerts: after.alerts, incident: after.incident };
    return { before, after };
  }
}
