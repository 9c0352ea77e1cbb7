import type { Alert } from "../alert/alert.ts";
import type { Incident, IncidentMessage } from "../alert/incident.ts";
import type { Maintenance } from "../alert/maintenance.ts";
import type { HourlyPeak } from "../checks/check.ts";
import { type DenialMemory, NO_DENIALS } from "../denials/denial-memory.ts";
import type { ClusterEvent } from "../events/event.ts";
import type { Standing } from "../events/verdict-events.ts";
import type { SourceProblem } from "../failure.ts";
import type { NodeLoadReading } from "../nodes/node-load.ts";
import { NO_COURSES, type NodeCourses } from "../snat/node-courses.ts";
import { NO_SHAPES, type NodeShape } from "../snat/shapes.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { type AllocationMemory, NO_ALLOCATION } from "./allocation-memory.ts";
import type { DailyPeak } from "./daily-peaks.ts";

/** Minutes of the past that are still to be read. Both ends whole minutes, `toMs` exclusive. */
export interface BackfillRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** `catchUp` after an outage: oldest first. `import` on first sight: newest first, so that today is there at once. */
  readonly kind: "catchUp" | "import";
}

/** That the stored history of a cluster is in the shapes of its nodes. */
export interface PastShapes {
  /** False where a part of that history was still to be read, as {@link ClusterState.backfill} says: it is looked at once more then. */
  readonly whole: boolean;
  /** When the cluster was found. Nodes found with it may be of any age: their addresses' history is their own. */
  readonly foundMs: number;
}

/** Everything about one cluster that outlives a run. Written whole, guarded by its tag. */
export interface ClusterState {
  readonly clusterKey: string;
  /** The watermark: every minute before it was read and stored, save those in `backfill`. `null` before the first read. */
  readonly throughMs: number | null;
  readonly backfill: readonly BackfillRange[];
  /** Problems of the latest read; empty after a good one. */
  readonly problems: readonly SourceProblem[];
  /** End (exclusive) of the newest minute with port data. */
  readonly dataThroughMs: number | null;
  readonly peaks: readonly HourlyPeak[];
  readonly dailyPeaks: readonly DailyPeak[];
  readonly allocation: AllocationMemory;
  readonly denials: DenialMemory;
  readonly nodeLoad: NodeLoadReading | null;
  /** High hours of each node in the last three weeks. */
  readonly shapes: readonly NodeShape[];
  /** What of the shapes was rebuilt from stored history; `null` before that was tried. */
  readonly pastShapes: PastShapes | null;
  /** Where the use of each node stands and is going, as of the newest judged minute. */
  readonly courses: NodeCourses;
  readonly verdict: Verdict | null;
  /** Pending, firing, and those resolved within the last day. */
  readonly alerts: readonly Alert[];
  readonly incident: Incident | null;
  /** What Azure is doing with the cluster; `null` while it is at rest. */
  readonly maintenance: Maintenance | null;
  /**
   * Messages that this state has decided on and that may not be in the outbox yet. They are saved in the same write as the
   * decision, and moved to the outbox after it: a process that dies between the two loses nothing.
   */
  readonly handoff: readonly IncidentMessage[];
  /** What the time line holds to be so; `null` before the first verdict. */
  readonly standing: Standing | null;
  /** Events of the latest minutes, which may not be in their store yet: kept here as messages are in `handoff`. */
  readonly events: readonly ClusterEvent[];
}

/** A cluster never collected before. */
export function newClusterState(clusterKey: string): ClusterState {
  return {
    clusterKey,
    throughMs: null,
    backfill: [],
    problems: [],
    dataThroughMs: null,
    peaks: [],
    dailyPeaks: [],
    allocation: NO_ALLOCATION,
    denials: NO_DENIALS,
    nodeLoad: null,
    shapes: NO_SHAPES,
    pastShapes: null,
    courses: NO_COURSES,
    verdict: null,
    alerts: [],
    incident: null,
    maintenance: null,
    handoff: [],
    standing: null,
    events: [],
  };
}
