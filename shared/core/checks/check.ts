import type { AllocationMemory } from "../collection/allocation-memory.ts";
import type { DailyPeak } from "../collection/daily-peaks.ts";
import type { DenialMemory } from "../denials/denial-memory.ts";
import type { Cluster } from "../egress/topology.ts";
import type { SourceProblem } from "../failure.ts";
import type { NodeLoadReading } from "../nodes/node-load.ts";
import type { SampleBlock } from "../series/sample-block.ts";
import type { NodeCourses } from "../snat/node-courses.ts";
import type { NodePorts } from "../snat/node-ports.ts";
import type { RaisedNodes } from "../snat/raised-nodes.ts";
import type { NodeShape } from "../snat/shapes.ts";
import type { CheckLimits } from "./limits.ts";

export type Outcome = "pass" | "warn" | "fail" | "unknown" | "notApplicable";

/** What an outcome is about; the closed set of the HTTP API. Absent parts do not matter to it. */
export interface Subject {
  readonly node?: string;
  readonly backendIp?: string;
  readonly frontendIp?: string;
  readonly protocol?: string;
  readonly resourceId?: string;
  readonly destination?: string;
}

export interface Evidence {
  readonly name: string;
  readonly value: number | string;
  readonly unit?: string;
  readonly limit?: number;
}

/** One thing that is not as it should be: the seed of one alert. */
export interface Finding {
  readonly subject: Subject;
  readonly severity: "warn" | "fail";
  /** One sentence with the numbers. */
  readonly summary: string;
  /**
   * How long it holds before its alert fires, ms: 0 where waiting would only make it late; else at least so long, where the
   * settings' `for` is shorter and it may be nothing. Absent where the settings decide; never there where the user gave them.
   */
  readonly forMs?: number | undefined;
}

export interface Remedy {
  readonly text: string;
  /** Complete commands for this cluster. */
  readonly commands: readonly string[];
}

export interface CheckResult {
  readonly id: string;
  readonly outcome: Outcome;
  readonly summary: string;
  /** Present for `warn` and `fail`: one for each subject, worst first. */
  readonly findings: readonly Finding[];
  /** Subjects that could not be judged this time: their alerts neither rise nor resolve. */
  readonly untold: readonly Subject[];
  readonly evidence: readonly Evidence[];
  readonly remedy: Remedy | null;
  /** The check whose finding explains this one; `null` where it stands for itself. */
  readonly explainedBy: string | null;
}

/** The most that one backend and protocol used in an hour. */
export interface HourlyPeak {
  readonly hourMs: number;
  readonly usedPorts: number;
  readonly backendIp: string;
  readonly protocol: string;
}

/** Everything a check may look at. */
export interface Facts {
  /** The minute that is judged, epoch ms of its start. */
  readonly minuteMs: number;
  readonly cluster: Cluster;
  /** Samples of at least the last 15 minutes up to and with `minuteMs`. */
  readonly samples: SampleBlock;
  /** Ports of each backend and protocol, those of leaving backends left out. */
  readonly ports: readonly NodePorts[];
  /** Where the use of each node stands and is going, this minute included; only of those that use much. */
  readonly courses: NodeCourses;
  /** Backends that metrics still name but that left the pool: not judged. */
  readonly leaving: ReadonlySet<string>;
  /** Node name of each backend address, where known. */
  readonly names: ReadonlyMap<string, string>;
  /** What could not be read in the latest collection. */
  readonly problems: readonly SourceProblem[];
  /** Highest use in each of the last 24 hours, oldest first; short or empty without history. */
  readonly peaks: readonly HourlyPeak[];
  /** The most of each of the last 30 days, oldest first; short or empty without history. */
  readonly dailyPeaks: readonly DailyPeak[];
  /** Changes of the allocation, those of this minute included. */
  readonly allocation: AllocationMemory;
  /** Denials of the cluster's traffic by its firewalls, as far as their logs were read. */
  readonly denials: DenialMemory;
  /** `null` where no node was looked at yet. */
  readonly nodeLoad: NodeLoadReading | null;
  readonly limits: CheckLimits;
  /** What alerts said of nodes up to the minute before: they end later than they begin. Absent: nothing was said. */
  readonly raised?: RaisedNodes;
  /** High hours of each node in the last three weeks. Absent: no history. */
  readonly shapes?: readonly NodeShape[];
  /** When the cluster was found, where shapes tell of the time before: nodes found with it may be of any age. */
  readonly foundMs?: number | undefined;
}

export interface Check {
  readonly id: string;
  /** What it answers, one question. */
  readonly question: string;
  /** True if `unknown` from this check makes the cluster's status unknown: it judges the traffic itself. */
  readonly judgesTraffic: boolean;
  /** True if it looks at `facts.cluster` alone: then it is asked once for each discovery, not once a minute. */
  readonly ofTopologyAlone?: true;
  /** Its alerts fire only after so long, where that is longer than the `for` of the settings; absent: the settings decide. */
  readonly leastForMs?: number;
  /** Results of the checks before it in the registry are there to be referred to. */
  judge(facts: Facts, earlier: ReadonlyMap<string, CheckResult>): CheckResult;
}
