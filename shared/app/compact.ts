import type { Clock } from "#ports/clock.ts";
import type { DenialStore } from "#ports/denial-store.ts";
import type { Outbox } from "#ports/outbox.ts";
import type { SeriesStore } from "#ports/series-store.ts";

export interface CompactDeps {
  readonly series: SeriesStore;
  readonly denials: DenialStore;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** How long samples and denials are kept, ms. */
  readonly retentionMs: number;
  /** How long told messages are kept, ms. */
  readonly outboxRetentionMs: number;
}

/** Drops what is past its retention. Killed at any point it is simply run again. */
export async function compact(deps: CompactDeps): Promise<void> {
  const nowMs = deps.clock.nowMs();
  await deps.series.expire(nowMs - deps.retentionMs);
  await deps.denials.expire(nowMs - deps.retentionMs);
  await deps.outbox.expire(nowMs - deps.outboxRetentionMs);
}
