import type { EventSeverity, TopologyChange, TopologyEvent } from "./event.ts";

/** One thing in which two looks at a cluster differ. */
export interface Difference {
  readonly change: TopologyChange;
  /** Absent: the cluster itself. */
  readonly subject?: string;
  readonly before: TopologyEvent["topology"]["before"];
  readonly after: TopologyEvent["topology"]["after"];
  readonly title: string;
  readonly detail?: string;
  /** Absent: `info`. */
  readonly severity?: EventSeverity;
}
