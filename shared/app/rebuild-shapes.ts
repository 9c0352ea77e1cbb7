import type { ClusterState, PastShapes } from "#core/collection/cluster-state.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { errorText } from "#core/error-text.ts";
import { alignGrid, HISTORY_STEPS } from "#core/series/aggregate-steps.ts";
import { StepCollector, type StepRequest } from "#core/series/step-collector.ts";
import { addPast, type PastSeries } from "#core/snat/past-shapes.ts";
import { mergeShapes, NO_SHAPES, type NodeShape, shapesFrom } from "#core/snat/shapes.ts";
import { DAY_MS, floorMinute, MINUTE_MS } from "#core/time.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { Clock } from "#ports/clock.ts";
import type { ClusterStateStore } from "#ports/cluster-state-store.ts";
import type { InventoryStore } from "#ports/inventory-store.ts";
import type { Logger } from "#ports/logger.ts";
import type { SeriesStore } from "#ports/series-store.ts";
import { changeStates } from "./change-states.ts";

export interface RebuildDeps {
  readonly inventory: Pick<InventoryStore, "list">;
  readonly states: ClusterStateStore;
  readonly series: Pick<SeriesStore, "readDays">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a run leaves, the next one does. */
const MOST_RUN_MS = 2 * MINUTE_MS;

/** Means of one read in memory: about 15 MB. */
const READ_VALUES = 500_000;
const MOST_READ_DAYS = 7;
/** Nodes have two protocols. */
const VALUES_OF_NODE_DAY = 2 * (DAY_MS / HISTORY_STEPS["5m"]);

/**
 * Rebuilds the shapes of nodes from stored history where their states have none of it: they were lost, or the history is from before
 * the cluster was found. One cluster at a time; each is done once, and once more if its history was still being imported.
 *
 * A cluster whose history cannot be read is left for the next run.
 *
 * @returns how many clusters were done
 * @throws AdapterError when the inventory or the states of a shard cannot be read
 */
export async function rebuildShapes(deps: RebuildDeps, signal: AbortSignal): Promise<number> {
  const startedMs = deps.clock.nowMs();
  const present = (await deps.inventory.list()).filter(({ goneSinceMs }) => goneSinceMs === null);
  let rebuilt = 0;
  for (const [shard, entries] of Map.groupBy(present, (entry) => entry.shard)) {
    const states = await deps.states.loadShard(shard);
    for (const entry of entries) {
      const state = states.get(entry.cluster.ref.key)?.value;
      const past = state && duePast(state, entry, shapesFrom(startedMs));
      if (past === undefined) continue;
      if (signal.aborted || deps.clock.nowMs() - startedMs > MOST_RUN_MS) return rebuilt;
      if (await rebuildOne(deps, entry, past)) rebuilt += 1;
    }
  }
  return rebuilt;
}

/** What can be rebuilt now; `undefined` where that was done. */
function duePast(
  { pastShapes, throughMs, backfill }: ClusterState,
  { firstSeenMs }: InventoryEntry,
  fromMs: number,
): PastShapes | undefined {
  // Before the first whole read nobody knows what there is to import.
  const whole = throughMs !== null && backfill.every(({ toMs }) => toMs <= fromMs);
  const due = pastShapes === null || (whole && !pastShapes.whole);
  return due ? { whole, foundMs: firstSeenMs } : undefined;
}

async function rebuildOne(deps: RebuildDeps, entry: InventoryEntry, past: PastShapes): Promise<boolean> {
  const { shard, cluster } = entry;
  const { key, id } = cluster.ref;
  const { logger } = deps;
  try {
    const { shapes, faults } = await readPast(deps.series, entry, deps.clock.nowMs());
    const lost = await changeStates(deps.states, shard, new Set([key]), (state) => ({
      ...state,
      shapes: mergeShapes(state.shapes, shapes),
      pastShapes: past,
    }));
    for (const message of faults) logger.error("storage.fault", { message });
    if (lost.size > 0) logger.warn("shapes.lostRace", { cluster: id });
    else logger.info("shapes.rebuilt", { cluster: id, nodes: shapes.length, whole: past.whole });
    return lost.size === 0;
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    logger.warn("shapes.unread", { cluster: id, error: errorText(error) });
    return false;
  }
}

/** Reads some days at a time, fewer of a large cluster. */
async function readPast(
  series: RebuildDeps["series"],
  entry: InventoryEntry,
  nowMs: number,
): Promise<{ readonly shapes: readonly NodeShape[]; readonly faults: ReadonlySet<string> }> {
  const nodes = Math.max(1, entry.cluster.loadBalancer?.members.length ?? 0);
  const days = Math.floor(READ_VALUES / (nodes * VALUES_OF_NODE_DAY));
  const windowMs = Math.min(MOST_READ_DAYS, Math.max(1, days)) * DAY_MS;
  const endMs = floorMinute(nowMs);
  const faults = new Set<string>();
  let shapes = NO_SHAPES;
  for (let fromMs = shapesFrom(nowMs); fromMs < endMs; fromMs += windowMs) {
    const toMs = Math.min(fromMs + windowMs, endMs);
    const ratios = await readNodes(
      series,
      entry,
      { metric: "usedRatio", aggregation: "avg", step: "5m", fromMs, toMs },
      faults,
    );
    const failures = await readNodes(
      series,
      entry,
      { metric: "failedConnections", aggregation: "max", step: "1h", fromMs, toMs },
      faults,
    );
    shapes = addPast(shapes, { ratios, failures });
  }
  return { shapes, faults };
}

/** Steps of one metric of every node. */
interface NodesWish extends Pick<StepRequest, "metric" | "aggregation"> {
  readonly step: "5m" | "1h";
  readonly fromMs: number;
  readonly toMs: number;
}

async function readNodes(
  series: RebuildDeps["series"],
  { shard, cluster }: InventoryEntry,
  { metric, aggregation, step, fromMs, toMs }: NodesWish,
  faults: Set<string>,
): Promise<PastSeries> {
  const grid = alignGrid(fromMs, toMs, HISTORY_STEPS[step]);
  const request = { metric, by: "node", aggregation } as const;
  const collector = new StepCollector({ ...request, grid });
  const days = series.readDays(shard, cluster.ref.key, { ...request, stepMs: grid.stepMs, fromMs, toMs });
  for await (const day of days) {
    for (const fault of day.faults) faults.add(fault);
    if (day.part?.kind === "minutes") collector.addMinutes(day.part.block);
    else if (day.part?.kind === "rollup") collector.addRollup(day.part.chunk);
  }
  return { grid, series: collector.finish() };
}
