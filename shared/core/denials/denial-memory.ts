import type { DenialKind } from "./denial.ts";

/** One kind of denial as a cluster's state remembers it: what is needed to tell new and rising ones. */
export interface RememberedDenial {
  readonly kind: DenialKind;
  readonly destination: string;
  readonly port: number | null;
  readonly protocol: string;
  readonly rule: string | null;
  readonly reason: string | null;
  readonly firewall: string;
  readonly sources: readonly string[];
  readonly sourceCount: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Counts by span of the last hour: start of the span and count, oldest first. */
  readonly recent: readonly (readonly [spanMs: number, count: number])[];
  /** Counts by hour of the day before that: start of the hour and count, oldest first. */
  readonly day: readonly (readonly [hourMs: number, count: number])[];
}

/** What a cluster's state knows of its denials between runs. */
export interface DenialMemory {
  /** Logs were read from here on, epoch ms; `null`: never. "New" means something only against what was read. */
  readonly sinceMs: number | null;
  /** ... up to here (exclusive). */
  readonly throughMs: number | null;
  /** Most frequent first; a bounded number. */
  readonly denials: readonly RememberedDenial[];
  /** Denials of the last hour that the list had no room for. */
  readonly others: number;
}

export const NO_DENIALS: DenialMemory = { sinceMs: null, throughMs: null, denials: [], others: 0 };
