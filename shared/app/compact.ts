import { DAY_MS } from "#core/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { ClusterStateStore } from "#ports/cluster-state-store.ts";
import type { DenialStore } from "#ports/denial-store.ts";
import type { EventStore } from "#ports/event-store.ts";
import type { InventoryStore } from "#ports/inventory-store.ts";
import type { Logger } from "#ports/logger.ts";
import type { Outbox } from "#ports/outbox.ts";
import type { SealReport, SeriesStore } from "#ports/series-store.ts";

export interface CompactDeps {
  readonly series: Pick<SeriesStore, "seal" | "expire">;
  readonly denials: DenialStore;
  readonly events: EventStore;
  readonly outbox: Outbox;
  readonly inventory: InventoryStore;
  readonly states: ClusterStateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly retention: Retention;
}

/** How long things are kept, ms. */
export interface Retention {
  /** Samples of one minute, and denials. */
  readonly rawMs: number;
  /** Roll-ups of five minutes; at least as long as samples. */
  readonly fivesMs: number;
  /** Roll-ups of an hour and a day, and events. */
  readonly hourlyMs: number;
  /** Told messages. */
  readonly outboxMs: number;
  /** How far back history is imported. */
  readonly importMs: number;
}

/**
 * Seals what has settled, then drops what is past its retention; no samples where the sealing left something. Killed at any point it
 * is simply run again.
 */
export async function compact(deps: CompactDeps, signal: AbortSignal): Promise<void> {
  const { series, denials, events, outbox, clock, logger, retention } = deps;
  const nowMs = clock.nowMs();
  const importingBefore = await isImporting(deps, nowMs);
  const { faults, ...sealed } = await series.seal(nowMs, signal);
  logger.info("compact.sealed", { ...sealed, durationMs: clock.nowMs() - nowMs });
  for (const fault of faults) logger.error("storage.fault", { message: fault });
  const held = heldBy(sealed);
  if (held !== null) logger.warn("compact.held", { why: held });
  else await expireSeries(deps, nowMs, importingBefore);
  await denials.expire(nowMs - retention.rawMs);
  await events.expire(nowMs - retention.hourlyMs);
  await outbox.expire(nowMs - retention.outboxMs);
}

/** Why no samples may be dropped now: some are not rolled up yet, whatever their age. `null` where they may. */
function heldBy({ whole, overtaken }: Pick<SealReport, "whole" | "overtaken">): string | null {
  if (!whole) return "the sealing was ended before it was done";
  return overtaken > 0 ? `${overtaken} hours and days changed while they were sealed` : null;
}

async function expireSeries(deps: CompactDeps, nowMs: number, importingBefore: boolean): Promise<void> {
  const { retention } = deps;
  // A day is rolled up of its minutes: they stay until the whole of it has been imported, whatever their age. What was imported while
  // the sealing went on is not sealed yet, though its import may have ended since.
  const importing = importingBefore || (await isImporting(deps, nowMs));
  const minutesKeptMs = importing
    ? Math.max(retention.rawMs, retention.importMs + 2 * DAY_MS)
    : retention.rawMs;
  await deps.series.expire({
    minutesMs: nowMs - minutesKeptMs,
    fivesMs: nowMs - Math.max(retention.fivesMs, minutesKeptMs),
    rollupsMs: nowMs - retention.hourlyMs,
  });
}

/**
 * Whether any cluster that is there has a past to read, also one that cannot be read at the moment.
 *
 * @param startedAtMs a cluster found since may have begun and ended its import unseen
 */
async function isImporting({ inventory, states }: CompactDeps, startedAtMs: number): Promise<boolean> {
  const left = new Map((await states.summaries()).map((it) => [it.clusterKey, it.backfillMinutes]));
  return (await inventory.list()).some(
    ({ cluster, firstSeenMs, goneSinceMs }) =>
      firstSeenMs >= startedAtMs || (goneSinceMs === null && (left.get(cluster.ref.key) ?? 0) > 0),
  );
}
