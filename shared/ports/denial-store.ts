import type { Denial } from "#core/denials/denial.ts";

export interface DenialsWrite {
  readonly clusterKey: string;
  /** The spans that were read; multiples of `DENIAL_SPAN_MS`, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Everything known of these spans. */
  readonly denials: readonly Denial[];
}

/** Denials as history. Every adapter passes test/contract/denial-store.ts. */
export interface DenialStore {
  /** Replaces what is stored of each span of the write; idempotent. An empty span is stored as nothing. */
  write(shard: string, writes: readonly DenialsWrite[]): Promise<void>;
  /**
   * Denials of one cluster between two instants (whole spans, `toMs` exclusive), oldest span first.
   * A stored part that cannot be decoded is left out and named in `faults`.
   */
  read(
    shard: string,
    clusterKey: string,
    fromMs: number,
    toMs: number,
  ): Promise<{ readonly denials: readonly Denial[]; readonly faults: readonly string[] }>;
  /** Drops all that is older than `beforeMs` in whole units of storage; what is younger stays. */
  expire(beforeMs: number): Promise<void>;
}
