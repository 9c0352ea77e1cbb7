import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { ProblemReason } from "#core/failure.ts";
import { madeOnce } from "#core/made-once.ts";
import { MINUTE_MS } from "#core/time.ts";
import type { InventoryStore } from "#ports/inventory-store.ts";
import type { WorkQueue } from "#ports/work-queue.ts";
import type { CollectDeps, ShardReport } from "./collect-shard.ts";
import { collectShard } from "./collect-shard.ts";

/** A discovery older than this is made up for before collecting: the timer missed it, or the app is new. */
const DISCOVERY_OVERDUE_MS = 30 * MINUTE_MS;

/**
 * One that failed in part for a passing reason is repeated after this: clusters it could not see read unknown, and the regular
 * discovery may be a quarter of an hour away.
 */
const DISCOVERY_RETRY_MS = 3 * MINUTE_MS;
const PASSING: ReadonlySet<ProblemReason> = new Set(["throttled", "unavailable", "timeout", "malformed"]);

export interface FleetDeps extends CollectDeps {
  readonly inventory: InventoryStore;
  readonly queue: WorkQueue;
  readonly discover: (signal: AbortSignal) => Promise<void>;
  /** Up to so many shards are collected in this run; more go over the queue, one message each. */
  readonly inlineShards: number;
}

export interface FleetReport {
  readonly mode: "inline" | "queue";
  readonly shards: number;
  /** Reports of the shards that were collected here; failures of others do not stop them. */
  readonly collected: readonly ShardReport[];
  readonly failed: number;
}

/** Collects every shard that has a cluster: here while they are few, over the queue when they are many. */
export async function collectFleet(deps: FleetDeps, signal: AbortSignal): Promise<FleetReport> {
  await discoverIfDue(deps, signal);
  const shards = Map.groupBy(await deps.inventory.list(), (entry) => entry.shard);
  const mode = shards.size <= deps.inlineShards ? "inline" : "queue";
  deps.logger.info("collect.fleet", { mode, shards: shards.size });
  if (mode === "queue") {
    await Promise.all([...shards.keys()].map((shard) => deps.queue.collectShard(shard)));
    return { mode, shards: shards.size, collected: [], failed: 0 };
  }
  return { mode, shards: shards.size, ...(await collectInline(deps, shards, signal)) };
}

async function discoverIfDue(deps: FleetDeps, signal: AbortSignal): Promise<void> {
  const last = await deps.inventory.lastDiscovery();
  if (last === null) return deps.discover(signal);
  const ageMs = deps.clock.nowMs() - last.finishedAtMs;
  if (ageMs <= DISCOVERY_RETRY_MS) return;
  const problems = (await deps.inventory.list())
    .filter((entry) => entry.goneSinceMs === null)
    .flatMap((entry) => entry.cluster.problems)
    // What no verdict depends on can wait for the regular discovery.
    .filter((problem) => problem.minor !== true);
  const passing = [...last.failures, ...problems].some(({ reason }) => PASSING.has(reason));
  if (passing || ageMs > DISCOVERY_OVERDUE_MS) await deps.discover(signal);
}

/** One shard after the other: one that fails is logged and tried again by the next run, the others go on. */
async function collectInline(
  deps: FleetDeps,
  shards: ReadonlyMap<string, readonly InventoryEntry[]>,
  signal: AbortSignal,
): Promise<{ collected: ShardReport[]; failed: number }> {
  const collected: ShardReport[] = [];
  let failure: unknown;
  let failed = 0;
  // They are the same for every shard of a run.
  const silences = { list: madeOnce(() => deps.silences.list()) };
  for (const [shard, entries] of shards) {
    try {
      const report = await collectShard({ ...deps, silences }, shard, entries, signal);
      deps.logger.info("collect.shard", { ...report });
      collected.push(report);
    } catch (error) {
      deps.logger.error("collect.shardFailed", { shard, error: String(error) });
      failed += 1;
      failure = error;
    }
  }
  // A run in which nothing worked is a failed run: the host must see it.
  if (failed > 0 && collected.length === 0) throw failure;
  return { collected, failed };
}

/** Collects the shard that a queue message names. An unknown shard (its clusters are gone) is no work. */
export async function collectQueuedShard(deps: FleetDeps, shard: string, signal: AbortSignal): Promise<void> {
  const entries = (await deps.inventory.list()).filter((entry) => entry.shard === shard);
  if (entries.length === 0) return;
  const report = await collectShard(deps, shard, entries, signal);
  deps.logger.info("collect.shard", { ...report });
}
