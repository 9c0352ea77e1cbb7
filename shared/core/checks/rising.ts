import type { Evidence, Remedy, Subject } from "./check.ts";

/** One use that is predicted to meet its limit within the horizon. */
export interface Rising {
  readonly subject: Subject;
  readonly severity: "warn" | "fail";
  /** See `Finding`. */
  readonly forMs?: number | undefined;
  /** Minutes from now. */
  readonly minutes: number;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  remedy(): Remedy;
}
