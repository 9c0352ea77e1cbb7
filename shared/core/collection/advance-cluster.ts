import { advanceLife, type Life, rewindLife } from "../alert/advance-life.ts";
import type { AlertPolicy } from "../alert/alert-state.ts";
import { buildMessage } from "../alert/build-message.ts";
import type { IncidentMessage } from "../alert/incident.ts";
import { observeMaintenance } from "../alert/maintenance.ts";
import type { NotificationPolicy } from "../alert/notification-decision.ts";
import type { Silence } from "../alert/silence.ts";
import { buildFacts } from "../checks/facts.ts";
import type { CheckLimits } from "../checks/limits.ts";
import { recentFailures } from "../checks/node-standing.ts";
import type { Denial } from "../denials/denial.ts";
import type { DenialMemory } from "../denials/denial-memory.ts";
import { mergeDenials } from "../denials/merge-denials.ts";
import type { Cluster } from "../egress/topology.ts";
import { alertEvents } from "../events/alert-events.ts";
import type { ClusterEvent } from "../events/event.ts";
import { firstStanding, noteVerdict, rewindStanding, type Standing } from "../events/verdict-events.ts";
import type { SourceProblem } from "../failure.ts";
import type { NodeLoadReading } from "../nodes/node-load.ts";
import type { SampleBlock } from "../series/sample-block.ts";
import { raisedNodes } from "../snat/raised-nodes.ts";
import { rememberShapes } from "../snat/shapes.ts";
import { MINUTE_MS } from "../time.ts";
import { judgeCluster } from "../verdict/judge-cluster.ts";
import type { BackfillRange, ClusterState } from "./cluster-state.ts";
import { mergeDailyPeaks } from "./merge-daily-peaks.ts";
import { mergePeaks } from "./peaks.ts";
import { rememberAllocation } from "./remember-allocation.ts";

/** On first sight so many past minutes are judged, so that a breach that is already there need not wait for its `for`. */
const FIRST_JUDGED_MINUTES = 10;

/** After a pause of the collector no more minutes than these are judged one by one; older ones are history only. */
const MOST_JUDGED_MINUTES = 60;

/** Events of one run that a state holds: an hour of a thousand nodes at their limits must not make it too large to be saved. */
const MOST_EVENTS = 2_000;

/** What the latest read brought for one cluster. */
export interface CollectedReading {
  /** Stored samples up to `toMs`, with the window of the checks before the first minute to judge. */
  readonly samples: SampleBlock;
  /** The read's problems; empty after a whole answer. */
  readonly problems: readonly SourceProblem[];
  /** End of the minutes that were asked for; a whole minute. */
  readonly toMs: number;
  /** True if everything before `toMs` may count as read: the watermark moves. */
  readonly complete: boolean;
  readonly backfill: readonly BackfillRange[];
  /** `null` where the nodes were not looked at this time: the last look holds. */
  readonly nodeLoad: NodeLoadReading | null;
  /** `undefined` where no logs were read. */
  readonly denials: ReadDenials | undefined;
}

/** What the firewall logs of some spans said. */
export interface ReadDenials {
  /** Multiples of `DENIAL_SPAN_MS`, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly denials: readonly Denial[];
  /** False after a failed or cut answer: what came counts, and the spans are read again. */
  readonly whole: boolean;
}

export interface AdvancePolicy extends AlertPolicy, NotificationPolicy {}

/** The first minute not yet judged, for the caller to fetch the samples it needs. */
export function firstMinuteToJudge(state: ClusterState, toMs: number): number {
  const last = state.verdict?.minuteMs;
  if (last === undefined || isAhead(state, toMs)) return toMs - FIRST_JUDGED_MINUTES * MINUTE_MS;
  return Math.max(last + MINUTE_MS, toMs - MOST_JUDGED_MINUTES * MINUTE_MS);
}

/**
 * The last judged minute has not come yet: the clock ran ahead when it was judged, and nothing would be judged until it comes. Up to
 * the limit, the present clock may be the one that is wrong, and minutes that were judged are not judged again.
 */
function isAhead({ verdict }: ClusterState, toMs: number): boolean {
  return verdict !== null && verdict.minuteMs - toMs > MOST_JUDGED_MINUTES * MINUTE_MS;
}

/**
 * Judges every minute since the last judged one and advances alerts and incident with each. Pure.
 *
 * Alerts live in data time: a run that comes late, twice, or after a restart judges the same minutes to the same end.
 *
 * @param silences all that are or were active in these minutes
 * @returns the state to save; its `handoff` holds the messages that these minutes decided on, `events` what a time line shows of them
 */
export function advanceCluster(
  state: ClusterState,
  cluster: Cluster,
  reading: CollectedReading,
  limits: CheckLimits,
  policy: AdvancePolicy,
  nowMs: number,
  silences: readonly Silence[] = [],
): ClusterState {
  const { samples, problems, toMs } = reading;
  const messages: IncidentMessage[] = [];
  const events: ClusterEvent[] = [];
  const firstMs = firstMinuteToJudge(state, toMs);
  const ahead = isAhead(state, toMs);
  let verdict = ahead ? null : state.verdict;
  let standing = ahead ? rewindStanding(state.standing, firstMs) : standingBefore(state);
  let life: Life = ahead ? rewindLife(state, firstMs) : state;
  const maintenance = observeMaintenance(state.maintenance, cluster);
  const stopped = cluster.powerState === "stopped";
  const peaks = mergePeaks(state.peaks, samples, firstMs, toMs, nowMs);
  const dailyPeaks = mergeDailyPeaks(state.dailyPeaks, samples, cluster, firstMs, toMs);
  const denials = rememberDenials(state.denials, reading.denials);
  const nodeLoad = reading.nodeLoad ?? state.nodeLoad;
  let { allocation, shapes, courses } = state;

  for (let minuteMs = firstMs; minuteMs < toMs; minuteMs += MINUTE_MS) {
    // The problems are of this read: minutes before the newest were judged by what is stored of them.
    const newest = minuteMs === toMs - MINUTE_MS;
    allocation = rememberAllocation(allocation, cluster, samples, minuteMs);
    const facts = buildFacts(
      {
        minuteMs,
        cluster,
        samples,
        problems: newest ? problems : [],
        peaks,
        dailyPeaks,
        allocation,
        denials,
        nodeLoad,
        limits,
        raised: raisedNodes(life.alerts),
        shapes,
        foundMs: state.pastShapes?.foundMs,
      },
      courses,
    );
    ({ courses } = facts);
    verdict = judgeCluster(facts, verdict, nowMs);
    const noted = noteVerdict(standing, verdict);
    standing = noted.standing;
    if (noted.event !== null) events.push(noted.event);
    shapes = rememberShapes(shapes, facts, (backendIp) => recentFailures(facts, backendIp) > 0);
    const minute = {
      minuteMs,
      results: stopped ? null : verdict.checks,
      silences,
      maintenance,
      toldAtMs: minuteMs + MINUTE_MS + limits.collectLagMs,
    };
    const step = advanceLife(life, minute, cluster.ref, policy);
    const incidentId = (step.incident ?? life.incident)?.id ?? null;
    events.push(...alertEvents(life.alerts, step.alerts, minuteMs, incidentId));
    life = step;
    const { message } = step.decision;
    if (message !== null) messages.push(buildMessage(message, step, verdict, facts, minute));
  }

  return {
    ...state,
    throughMs: reading.complete ? Math.max(ahead ? 0 : (state.throughMs ?? 0), toMs) : state.throughMs,
    backfill: reading.complete ? reading.backfill : state.backfill,
    problems,
    dataThroughMs: verdict?.dataThroughMs ?? state.dataThroughMs,
    peaks,
    dailyPeaks,
    allocation,
    denials,
    nodeLoad,
    shapes,
    courses,
    verdict,
    alerts: life.alerts,
    incident: life.incident,
    maintenance,
    handoff: messages,
    standing,
    events: events.slice(-MOST_EVENTS),
  };
}

/** A state of a version that kept none has a verdict all the same. */
function standingBefore({ standing, verdict }: ClusterState): Standing | null {
  return standing ?? (verdict === null ? null : firstStanding(verdict));
}

function rememberDenials(memory: DenialMemory, read: ReadDenials | undefined): DenialMemory {
  if (read === undefined) return memory;
  const { denials, fromMs, toMs, whole } = read;
  if (whole) return mergeDenials(memory, denials, fromMs, toMs);
  if (denials.length === 0) return memory;
  const { sinceMs, throughMs } = memory;
  return { ...mergeDenials(memory, denials, fromMs, toMs), sinceMs, throughMs };
}
