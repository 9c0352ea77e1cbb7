import type { IncidentMessage } from "#core/alert/incident.ts";
import { notByLoadBalancer } from "#core/checks/applies.ts";
import { FACTS_WINDOW_MS } from "#core/checks/facts.ts";
import { firstMinuteToJudge } from "#core/collection/advance-cluster.ts";
import type { ClusterState } from "#core/collection/cluster-state.ts";
import { newClusterState } from "#core/collection/cluster-state.ts";
import { planRead, type ReadPlan } from "#core/collection/plan-read.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { type Cluster, leavesByLoadBalancer } from "#core/egress/topology.ts";
import type { SourceProblem } from "#core/failure.ts";
import { createBlock } from "#core/series/sample-block.ts";
import { floorMinute } from "#core/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { ClusterStateStore } from "#ports/cluster-state-store.ts";
import type { EventStore } from "#ports/event-store.ts";
import type { Logger } from "#ports/logger.ts";
import type { SeriesWrite } from "#ports/series-store.ts";
import type { SilenceStore } from "#ports/silence-store.ts";
import type { Tagged } from "#ports/tagged.ts";
import { carrierTargets } from "./device-targets.ts";
import { type ClusterReading, type JudgeDeps, ShardJudge } from "./judge-shard.ts";
import { denialSeries, isWhole } from "./read-denials.ts";
import { type ReadDeps, type ReadWish, readShard, type ShardReading } from "./read-shard.ts";
import { withUntold, writeEvents } from "./write-events.ts";

export interface CollectDeps extends ReadDeps, JudgeDeps {
  readonly states: ClusterStateStore;
  readonly silences: Pick<SilenceStore, "list">;
  readonly events: EventStore;
  /** Puts messages into the outbox; repeating it is safe. */
  readonly handOff: (messages: readonly IncidentMessage[]) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How much of the past to import on first sight, ms; 0 for none. */
  readonly importMs: number;
  /** How much to read on first sight, ms; absent: the window of the checks. */
  readonly firstReadMs?: number;
}

export interface ShardReport {
  readonly shard: string;
  readonly clusters: number;
  /** Clusters whose read had a problem. */
  readonly troubled: number;
  readonly messages: number;
  /** Minutes between now and the end of the minutes read. */
  readonly throughMs: number;
}

type Plan = ReadWish & Pick<ReadPlan, "backfill">;

/**
 * Collects one shard: reads the new minutes, stores them, judges them, saves the states, and hands messages and events over.
 *
 * Any step may fail or die: samples are stored before a watermark moves, and messages and events are saved with the decision that
 * made them before they are handed to their stores.
 */
export async function collectShard(
  deps: CollectDeps,
  shard: string,
  entries: readonly InventoryEntry[],
  signal: AbortSignal,
): Promise<ShardReport> {
  const nowMs = deps.clock.nowMs();
  const toMs = floorMinute(nowMs - deps.limits.collectLagMs);
  const [states, silences] = await Promise.all([deps.states.loadShard(shard), deps.silences.list()]);
  // A process that died after saving a decision left messages and events in the states: they go first.
  const told = await passOn(
    deps,
    [...states.values()].map(({ value }) => value),
  );

  const present = entries.filter((entry) => entry.goneSinceMs === null);
  const spread = spreadOf(shard);
  const plans = present.map((entry): Plan => {
    const { key } = entry.cluster.ref;
    const state = states.get(key)?.value ?? newClusterState(key);
    const plan = planRead(state, toMs, spread, deps.importMs);
    const first = state.throughMs === null && deps.firstReadMs !== undefined;
    const backfill = mayHavePast(entry.cluster) ? plan.backfill : [];
    return {
      entry,
      state,
      spread,
      ...plan,
      backfill,
      fromMs: first ? toMs - (deps.firstReadMs ?? 0) : plan.fromMs,
    };
  });
  const { writes, readings } = await readAll(deps, shard, plans, nowMs, signal);
  const firstMs = Math.min(toMs, ...plans.map(({ state }) => firstMinuteToJudge(state, toMs)));
  const samplesFromMs = firstMs - FACTS_WINDOW_MS;
  const judge = new ShardJudge(deps, { shard, nowMs, toMs, samplesFromMs, silences, readings }, writes);
  const saved = await advanceAndSave(deps, shard, entries, { states, told }, judge);
  await passOn(deps, saved);
  return {
    shard,
    clusters: present.length,
    troubled: [...readings.values()].filter((reading) => reading.problems.length > 0).length,
    messages: saved.reduce((sum, { handoff }) => sum + handoff.length, 0),
    throughMs: toMs,
  };
}

/** What was read, to be stored and to be judged. */
async function readAll(
  deps: CollectDeps,
  shard: string,
  plans: readonly Plan[],
  nowMs: number,
  signal: AbortSignal,
): Promise<{ writes: SeriesWrite[]; readings: Map<string, ClusterReading> }> {
  const read = await readShard(deps, shard, plans, nowMs, signal);
  const readings = new Map<string, ClusterReading>();
  for (const { entry, backfill, toMs } of plans) {
    const { key } = entry.cluster.ref;
    const { answer, nodeLoad = null, denials, asides = [] } = read.get(key) ?? {};
    const problems = answer?.problems ?? [];
    // Nobody asked because its network cannot be read: those minutes are still to be had.
    const blind = answer === undefined && entry.cluster.problems.length > 0;
    readings.set(key, {
      problems: [...problems, ...asides],
      toMs,
      complete: !blind && problems.every(isFinal),
      backfill,
      nodeLoad,
      denials: denials && { ...denials, whole: isWhole(denials) },
    });
  }
  return { writes: seriesWrites(plans, read), readings };
}

/** A path without metrics has no past to read. Of a cluster that is stopped, or of which we cannot tell, it may come to be read. */
function mayHavePast(cluster: Cluster): boolean {
  if (cluster.powerState === "stopped" || cluster.problems.length > 0) return true;
  return leavesByLoadBalancer(cluster) || carrierTargets(cluster).length > 0;
}

/** An answer that came, but cut or empty, will not be fuller for the asking; one that did not come is asked for again. */
function isFinal(problem: SourceProblem): boolean {
  return problem.reason === "partial" || problem.reason === "empty";
}

/** A constant of the shard, to spread its wide reads. */
function spreadOf(shard: string): number {
  let sum = 0;
  for (const char of shard) sum = (sum * 31 + char.charCodeAt(0)) % 997;
  return sum;
}

/**
 * Gives to their stores what the states hold for them. Most minutes hold nothing, and ask nobody.
 *
 * @returns false where the events could not be written: they are a record for readers, and hold up no alarm
 */
async function passOn(deps: CollectDeps, states: readonly ClusterState[]): Promise<boolean> {
  const messages = states.flatMap(({ handoff }) => handoff);
  if (messages.length > 0) await deps.handOff(messages);
  return await writeEvents(deps, states);
}

/**
 * What goes into the store. Every cluster with metrics is named, also where none came: its stored minutes are judged then.
 * Denials are of other minutes than the metrics, and so a write of their own, before them.
 */
function seriesWrites(plans: readonly Plan[], read: ReadonlyMap<string, ShardReading>): SeriesWrite[] {
  return plans.flatMap(({ entry: { cluster }, toMs }) => {
    const { answer, denials } = read.get(cluster.ref.key) ?? {};
    const measured = notByLoadBalancer(cluster) === null || carrierTargets(cluster).length > 0;
    if (!measured) return [];
    const clusterKey = cluster.ref.key;
    const writes: SeriesWrite[] = [{ clusterKey, block: answer?.block ?? createBlock(toMs, toMs) }];
    if (denials !== undefined && isWhole(denials)) {
      writes.unshift({ clusterKey, block: denialSeries(cluster, denials) });
    }
    return writes;
  });
}

/** States as they are stored, and whether the events that they hold are in their store by now. */
interface Loaded {
  readonly states: ReadonlyMap<string, Tagged<ClusterState>>;
  readonly told: boolean;
}

/**
 * Saves the advanced states; a cluster that lost a race is loaded again and advanced from where the other writer left it.
 *
 * @returns the states as they were saved
 */
async function advanceAndSave(
  deps: CollectDeps,
  shard: string,
  entries: readonly InventoryEntry[],
  loaded: Loaded,
  judge: ShardJudge,
): Promise<ClusterState[]> {
  const saved: ClusterState[] = [];
  let { states, told } = loaded;
  let todo = entries;
  for (let attempt = 0; todo.length > 0 && attempt < 3; attempt += 1) {
    if (attempt > 0) {
      states = await deps.states.loadShard(shard);
      // The winner may have died before passing on, or be slow: our save would overwrite the only trace of it.
      told = await passOn(
        deps,
        todo.flatMap((entry) => states.get(entry.cluster.ref.key)?.value ?? []),
      );
    }
    const advanced = await judge.advance(todo, new Map([...states].map(([key, { value }]) => [key, value])));
    const changes = todo.flatMap((entry) => {
      const { key } = entry.cluster.ref;
      const known = states.get(key);
      const state = advanced.get(key);
      if (state === undefined) return [];
      const untold = told ? [] : (known?.value.events ?? []);
      return [{ state: { ...state, events: withUntold(untold, state.events) }, tag: known?.tag ?? null }];
    });
    const lost = await deps.states.save(shard, changes);
    saved.push(...changes.flatMap(({ state }) => (lost.has(state.clusterKey) ? [] : state)));
    todo = todo.filter((entry) => lost.has(entry.cluster.ref.key));
  }
  if (todo.length > 0) {
    deps.logger.warn("collect.lostRace", { shard, clusters: todo.map((entry) => entry.cluster.ref.id) });
  }
  return saved;
}
