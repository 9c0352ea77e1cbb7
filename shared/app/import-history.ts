import type { ClusterState } from "#core/collection/cluster-state.ts";
import { mergeDailyPeaks } from "#core/collection/merge-daily-peaks.ts";
import { mergePeaks } from "#core/collection/peaks.ts";
import { nextBackfill } from "#core/collection/plan-read.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { ClusterStateStore } from "#ports/cluster-state-store.ts";
import type { InventoryStore } from "#ports/inventory-store.ts";
import type { Logger } from "#ports/logger.ts";
import type { MetricsAnswer, MetricsSource, MetricsTarget } from "#ports/metrics-source.ts";
import type { SeriesStore } from "#ports/series-store.ts";
import { changeStates } from "./change-states.ts";
import { carrierTargets } from "./device-targets.ts";
import { type ImportWork, importWork } from "./import-work.ts";
import { joinAnswers, readDevices } from "./read-devices.ts";

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

/**
 * Reads a part of the past: what an outage left out, and the import on first sight.
 *
 * @returns how many steps were made; 0 when there is nothing left to read
 */
export async function importHistory(deps: ImportDeps, signal: AbortSignal): Promise<number> {
  const startedMs = deps.clock.nowMs();
  const entries = new Map((await deps.inventory.list()).map((entry) => [entry.cluster.ref.key, entry]));
  const waiting = (await deps.states.summaries()).flatMap((summary) => {
    const entry = entries.get(summary.clusterKey);
    return (entry && importWork(entry, summary)) ?? [];
  });
  // Another one is first in every run: where many fail for long, the steps of a run end before the last one's turn.
  const first = Math.floor(startedMs / MINUTE_MS) % Math.max(1, waiting.length);
  const inTurn = [...waiting.slice(first), ...waiting.slice(0, first)];
  let steps = 0;
  let open: (readonly [string, readonly ImportWork[]])[] = [...Map.groupBy(inTurn, (work) => work.shard)];
  while (open.length > 0 && steps < MOST_STEPS && !signal.aborted) {
    const goingOn: typeof open = [];
    for (const [shard, work] of open) {
      if (steps >= MOST_STEPS || deps.clock.nowMs() - startedMs > MOST_RUN_MS) return steps;
      steps += 1;
      const rest = await importStep(deps, shard, work, signal);
      if (rest.length > 0) goingOn.push([shard, rest]);
    }
    open = goingOn;
  }
  return steps;
}

/**
 * One step of one shard: the clusters whose next piece is the same are read together, the most of them first.
 *
 * @returns the work that goes on in this run; who is done, or could not be read now, holds up nobody
 */
async function importStep(
  deps: ImportDeps,
  shard: string,
  work: readonly ImportWork[],
  signal: AbortSignal,
): Promise<readonly ImportWork[]> {
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
  if (group === undefined || !step) return [];

  const { fromMs, toMs } = step;
  const answers = await readPast(deps.metrics, group, fromMs, toMs, signal);
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
  const clusters = new Map(group.map(({ entry }) => [entry.cluster.ref.key, entry.cluster]));
  await updateStates(deps, shard, new Set(blocks.keys()), (state) => {
    const next = nextBackfill(state.backfill, minutes, oldestMinuteMs);
    // Another run may have taken this step meanwhile: then there is nothing to move.
    if (next?.fromMs !== fromMs || next.toMs !== toMs) return state;
    const block = blocks.get(state.clusterKey);
    const cluster = clusters.get(state.clusterKey);
    if (block === undefined || cluster === undefined) return { ...state, backfill: next.remaining };
    const peaks = mergePeaks(state.peaks, block, fromMs, toMs, nowMs);
    const dailyPeaks = mergeDailyPeaks(state.dailyPeaks, block, cluster, fromMs, toMs);
    return { ...state, backfill: next.remaining, peaks, dailyPeaks };
  });
  deps.logger.info("import.step", { shard, clusters: stored.length, of: group.length, fromMs, toMs });
  const left = new Set([...done, ...[...clusters.keys()].filter((key) => !blocks.has(key))]);
  return work.filter(({ entry }) => !left.has(entry.cluster.ref.key));
}

/** The same minutes of the load balancers and of the devices of several clusters of a shard. */
async function readPast(
  metrics: MetricsSource,
  group: readonly ImportWork[],
  fromMs: number,
  toMs: number,
  signal: AbortSignal,
): Promise<Map<string, MetricsAnswer>> {
  const answers = await readDevices(
    metrics,
    group.map(({ entry: { cluster } }) => ({ cluster, targets: carrierTargets(cluster), fromMs, toMs })),
    signal,
  );
  const ref = group[0]?.entry.cluster.ref;
  const targets = group.flatMap(({ target }) => target ?? []);
  if (ref === undefined || targets.length === 0) return answers;
  const { subscriptionId, location: region } = ref;
  const balancers = await metrics.read({ subscriptionId, region, targets, fromMs, toMs }, signal);
  for (const [key, answer] of balancers) answers.set(key, joinAnswers(answer, answers.get(key)) ?? answer);
  return answers;
}

function stepMinutes(work: readonly ImportWork[]): number {
  const series = work.reduce((sum, { target, entry }) => sum + seriesOf(target, entry), 0);
  return Math.max(10, Math.min(LONGEST_STEP_MINUTES, Math.floor(VALUES_AT_ONCE / Math.max(1, series))));
}

/** Series of one device, about: protocols, states, directions. */
const SERIES_PER_DEVICE = 10;

function seriesOf(target: MetricsTarget | null, { cluster }: InventoryEntry): number {
  const devices = carrierTargets(cluster).length * SERIES_PER_DEVICE;
  if (target === null) return devices;
  const { nodes, frontends, probedPorts } = target;
  return devices + nodes * (frontends * 4 + 3 + probedPorts) + frontends;
}

async function updateStates(
  deps: ImportDeps,
  shard: string,
  keys: ReadonlySet<string>,
  change: (state: ClusterState) => ClusterState,
): Promise<void> {
  const lost = await changeStates(deps.states, shard, keys, change);
  if (lost.size > 0) deps.logger.warn("import.lostRace", { shard, clusters: lost.size });
}
