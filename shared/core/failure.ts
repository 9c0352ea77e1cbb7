/** Why an outside system failed us. Short and fixed: it is also a label on counters and a word in evidence. */
export const FAILURE_REASONS = [
  "throttled",
  "unauthorized",
  "forbidden",
  "notFound",
  "rejected",
  "unavailable",
  "timeout",
  "malformed",
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/**
 * Why a part of the data is not there.
 * `partial`: the answer was cut (reached its series limit). `empty`: no series where the topology says there must be some.
 */
export type ProblemReason = FailureReason | "partial" | "empty";

/** One source of one cluster that could not be read whole. */
export interface SourceProblem {
  /** What was asked for, in the words of evidence: `snatPorts`, `snatConnections`, `dataPath`, `healthProbe`, `topology`, ... */
  readonly source: string;
  readonly reason: ProblemReason;
  /** One sentence for a person: status, code, what to grant. No secret. */
  readonly message: string;
  /** Present where no verdict depends on it: it is shown, and makes nothing unknown. */
  readonly minor?: true;
}
