import { notByLoadBalancer } from "#core/checks/applies.ts";
import type { ClusterState } from "#core/collection/cluster-state.ts";
import { mergePeaks } from "#core/collection/peaks.ts";
import { nextBackfill } from "#core/collection/plan-read.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { ClusterStateStore } from "#ports/cluster-state-store.ts";
import type { InventoryStore } from "#ports/inventory-store.ts";
import type { Logger } from "#ports/logger.ts";
import type { MetricsSource, MetricsTarget } from "#ports/metrics-source.ts";
import type { SeriesStore } from "#ports/series-store.ts";
import { metricsTarget } from "./metrics-target.ts";

export interface ImportDeps {
  readonly inventory: InventoryStore;
  readonly metrics: MetricsSource;
  readonly series: SeriesStore;
  readonly states: ClusterStateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is older is past our retention, ms. */
  readonly retentionMs: number;
}

/** Azure keeps platform metrics for 93 days. */
const AZURE_RETENTION_MS = 93 * DAY_MS;

/** Values of one answer: about 20 MB of Azure's JSON, so that memory stays flat whatever the fleet. */
const VALUES_AT_ONCE = 250_000;
const LONGEST_STEP_MINUTES = 12 * 60;

/** Steps of one run. The live collection has its own function and never waits for this. */
const MOST_STEPS = 24;
const MOST_RUN_MS = 30_000;

interface Work {
  readonly shard: string;
  readonly entry: InventoryEntry;
  readonly target: MetricsTarget;
}

/**
 * Reads a part of the past: what an outage left out, and the import on first sight.
 *
 * @returns how many steps were made; 0 when there is nothing left to read
 */
export async function importHistory(deps: ImportDeps, signal: AbortSignal): Promise<number> {
  const startedMs = deps.clock.nowMs();
  const entries = new Map((await deps.inventory.list()).map((entry) => [entry.cluster.ref.key, entry]));
  const waiting = (await deps.states.summaries()).flatMap((summary): Work[] => {
    const entry = entries.get(summary.clusterKey);
    if (summary.backfillMinutes <= 0 || entry === undefined || entry.goneSinceMs !== null) return [];
    if (notByLoadBalancer(entry.cluster) !== null) return [];
    const target = metricsTarget(entry.cluster);
    return target === null ? [] : [{ shard: entry.shard, entry, target }];
  });
  const shards = [...Map.groupBy(waiting, (work) => work.shard)];
  let steps = 0;
  let open = shards;
  while (open.length > 0 && steps < MOST_STEPS && !signal.aborted) {
    const goingOn: typeof open = [];
    for (const [shard, work] of open) {
      if (steps >= MOST_STEPS || deps.clock.nowMs() - startedMs > MOST_RUN_MS) return steps;
      steps += 1;
      if (await importStep(deps, shard, work, signal)) goingOn.push([shard, work]);
    }
    open = goingOn;
  }
  return steps;
}

/** One step of one shard: the clusters whose next piece is the same are read together. False when the shard is done for now. */
async function importStep(
  deps: ImportDeps,
  shard: string,
  work: readonly Work[],
  signal: AbortSignal,
): Promise<boolean> {
  const nowMs = deps.clock.nowMs();
  const oldestMs = nowMs - Math.min(deps.retentionMs, AZURE_RETENTION_MS);
  const oldestMinuteMs = Math.ceil(oldestMs / MINUTE_MS) * MINUTE_MS;
  const states = await deps.states.loadShard(shard);
  const minutes = stepMinutes(work);
  const planned = work.flatMap((each) => {
    const state = states.get(each.entry.cluster.ref.key);
    if (state === undefined) return [];
    return [{ ...each, step: nextBackfill(state.value.backfill, minutes, oldestMinuteMs) }];
  });
  const done = planned.filter((each) => each.step === null).map((each) => each.entry.cluster.ref.key);
  if (done.length > 0)
    await updateStates(deps, shard, new Set(done), (state) => ({ ...state, backfill: [] }));

  const groups = Map.groupBy(
    planned.filter((each) => each.step !== null),
    (each) => `${each.step?.fromMs}-${each.step?.toMs}`,
  );
  const group = [...groups.values()].toSorted((a, b) => b.length - a.length)[0];
  const step = group?.[0]?.step;
  const ref = group?.[0]?.entry.cluster.ref;
  if (group === undefined || !step || ref === undefined) return false;

  const { fromMs, toMs } = step;
  const answers = await deps.metrics.read(
    {
      subscriptionId: ref.subscriptionId,
      region: ref.location,
      targets: group.map((each) => each.target),
      fromMs,
      toMs,
    },
    signal,
  );
  // Old minutes may be empty or gone; only an answer that did not come is asked for again.
  const stored = [...answers].filter(([, answer]) =>
    answer.problems.every(({ reason }) => reason === "empty" || reason === "partial"),
  );
  await deps.series.append(
    shard,
    stored.map(([clusterKey, { block }]) => ({ clusterKey, block })),
    toMs,
  );
  const blocks = new Map(stored.map(([key, { block }]) => [key, block]));
  await updateStates(deps, shard, new Set(blocks.keys()), (state) => {
    const next = nextBackfill(state.backfill, minutes, oldestMinuteMs);
    // Another run may have taken this step meanwhile: then there is nothing to move.
    if (next?.fromMs !== fromMs || next.toMs !== toMs) return state;
    const block = blocks.get(state.clusterKey);
    const peaks = block === undefined ? state.peaks : mergePeaks(state.peaks, block, fromMs, toMs, nowMs);
    return { ...state, backfill: next.remaining, peaks };
  });
  deps.logger.info("import.step", { shard, clusters: stored.length, of: group.length, fromMs, toMs });
  return stored.length > 0;
}

function stepMinutes(work: readonly Work[]): number {
  const series = work.reduce(
    (sum, { target }) =>
      sum + target.nodes * (target.frontends * 4 + 3 + target.probedPorts) + target.frontends,
    0,
  );
  return Math.max(10, Math.min(LONGEST_STEP_MINUTES, Math.floor(VALUES_AT_ONCE / Math.max(1, series))));
}

/** Changes states under their tags; the live collection writes the same rows, so a lost race is simply tried again. */
async function updateStates(
  deps: ImportDeps,
  shard: string,
  keys: ReadonlySet<string>,
  change: (state: ClusterState) => ClusterState,
): Promise<void> {
  let todo = keys;
  for (let attempt = 0; todo.size > 0 && attempt < 5; attempt += 1) {
    const states = await deps.states.loadShard(shard);
    const changes = [...todo].flatMap((key) => {
      const known = states.get(key);
      return known === undefined ? [] : [{ state: change(known.value), tag: known.tag }];
    });
    todo = await deps.states.save(shard, changes);
  }
  if (todo.size > 0) deps.logger.warn("import.lostRace", { shard, clusters: todo.size });
}
