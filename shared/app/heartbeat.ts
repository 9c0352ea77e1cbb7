import type { InventoryEntry } from "#core/egress/inventory.ts";
import { MINUTE_MS } from "#core/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { ClusterStateStore, ClusterSummary } from "#ports/cluster-state-store.ts";
import type { Heartbeat } from "#ports/heartbeat.ts";
import type { InventoryStore } from "#ports/inventory-store.ts";
import type { Logger } from "#ports/logger.ts";

export interface HeartbeatParts {
  readonly inventory: InventoryStore;
  readonly states: ClusterStateStore;
  /** `null` where none is configured. */
  readonly heartbeat: Heartbeat | null;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How far behind the clock the newest minute is read. */
  readonly collectLagMs: number;
}

/** A shard is collected each minute; one run may be long, and one may fail. */
const SHARD_LASTS_MS = 3 * MINUTE_MS;
/** Beyond the lag that is by design. */
const WATERMARK_LASTS_MS = 5 * MINUTE_MS;

/**
 * Beats if collection works, whoever did it: the timer here, or any number of instances over the queue. What they left in storage
 * tells.
 *
 * @returns `silent`: there is nothing good to tell
 */
export async function heartbeat(
  parts: HeartbeatParts,
  signal: AbortSignal,
): Promise<"notConfigured" | "silent" | "heard" | "lost"> {
  if (parts.heartbeat === null) return "notConfigured";
  const { inventory, states, clock, logger, collectLagMs } = parts;
  const [entries, summaries] = await Promise.all([inventory.list(), states.summaries()]);
  const fault = faultOfCollection(entries, summaries, clock.nowMs(), collectLagMs);
  if (fault !== null) {
    logger.warn("heartbeat.silent", { fault });
    return "silent";
  }
  const outcome = await parts.heartbeat.beat(signal);
  if (outcome.kind === "lost") logger.warn("heartbeat.lost", { reason: outcome.reason });
  return outcome.kind;
}

/** Why collection is not good; `null` if it is. A fleet without a cluster is not watched, and that is not good. */
function faultOfCollection(
  entries: readonly InventoryEntry[],
  summaries: readonly ClusterSummary[],
  nowMs: number,
  collectLagMs: number,
): string | null {
  const present = entries.filter(({ goneSinceMs }) => goneSinceMs === null);
  if (present.length === 0) return "no cluster is known";
  const byKey = new Map(summaries.map((summary) => [summary.clusterKey, summary]));
  const newest = (members: readonly InventoryEntry[], read: (summary: ClusterSummary) => number | null) =>
    members.reduce((latest, { cluster }) => {
      const summary = byKey.get(cluster.ref.key);
      return Math.max(latest, (summary && read(summary)) ?? Number.NEGATIVE_INFINITY);
    }, Number.NEGATIVE_INFINITY);

  for (const [shard, members] of Map.groupBy(present, (entry) => entry.shard)) {
    const evaluatedAtMs = newest(members, (summary) => summary.evaluatedAtMs);
    if (nowMs - evaluatedAtMs > SHARD_LASTS_MS) return `shard ${shard} is not being collected`;
  }
  const throughMs = newest(present, (summary) => summary.throughMs);
  return nowMs - throughMs > collectLagMs + WATERMARK_LASTS_MS ? "no cluster could be read to its end" : null;
}
