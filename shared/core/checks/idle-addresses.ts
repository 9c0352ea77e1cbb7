import type { Evidence, Finding, Remedy } from "./check.ts";

/** Twice the highest use: half of the ports stay in reserve. */
export const RESERVE_FACTOR = 2;

/** What dropping an address does beyond the bill. */
export const ADDRESS_SIDE_EFFECTS =
  "The egress addresses change and connections through the ones that go are cut: take them off allow-lists elsewhere afterwards, and do it in a maintenance window. A released address does not come back.";

/** What is said of the addresses of one device. */
export interface IdleVerdict {
  readonly kind: "idle" | "spare" | "unknown";
  readonly summary: string;
  readonly finding: Finding | null;
  readonly remedy: Remedy | null;
  readonly evidence: readonly Evidence[];
}

/** For a device that the cluster does not leave by. */
export const NO_VERDICT: IdleVerdict = {
  kind: "spare",
  summary: "",
  finding: null,
  remedy: null,
  evidence: [],
};

export function neededAll(summary: string, evidence: readonly Evidence[]): IdleVerdict {
  return { ...NO_VERDICT, summary, evidence };
}

export function cannotTell(summary: string): IdleVerdict {
  return { ...NO_VERDICT, kind: "unknown", summary };
}

export function idle(
  resourceId: string,
  summary: string,
  remedy: Remedy,
  evidence: readonly Evidence[],
): IdleVerdict {
  return {
    kind: "idle",
    summary,
    finding: { subject: { resourceId }, severity: "warn", summary },
    remedy,
    evidence,
  };
}
