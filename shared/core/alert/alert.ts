import type { Subject } from "../checks/check.ts";

export type Severity = "warning" | "critical";

/** The life of one (cluster, check, subject). `inactive` is the absence of a record. */
export interface Alert {
  /** `check|node or address|protocol|...`, stable over restarts; unique within the cluster. */
  readonly key: string;
  readonly check: string;
  readonly subject: Subject;
  readonly phase: "pending" | "firing" | "resolved";
  readonly severity: Severity;
  /** First minute of the breach, epoch ms. */
  readonly activeAtMs: number;
  /** Minute at which it fired; `null` while pending. */
  readonly firedAtMs: number | null;
  /** First minute of the present clear spell while firing; `null` while in breach. */
  readonly clearSinceMs: number | null;
  /** First minute at which a critical alert was only a warning; `null` otherwise. */
  readonly lowerSinceMs: number | null;
  readonly resolvedAtMs: number | null;
  /** The latest finding's sentence. */
  readonly summary: string;
  /** The check that explains it (its cause), if any. */
  readonly explainedBy: string | null;
  /** Id of the silence that covers it: its life goes on and is not told. Absent: none does. */
  readonly silencedBy?: string;
  /** The maintenance of its cluster keeps it from being told. Absent: it does not. */
  readonly heldBack?: true;
}
