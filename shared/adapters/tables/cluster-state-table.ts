import { odata } from "@azure/data-tables";
import { type ClusterState, newClusterState } from "#core/collection/cluster-state.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { ClusterData } from "#ports/cluster-data.ts";
import type { ClusterStateStore, ClusterSummary } from "#ports/cluster-state-store.ts";
import type { Tagged } from "#ports/tagged.ts";
import {
  decodeState,
  decodeSummary,
  type HeldState,
  SUMMARY_PROPERTIES,
  writeState,
} from "./cluster-state-entity.ts";
import { cutTransactions } from "./cut-transactions.ts";
import { encodeKey } from "./keys.ts";
import { readStamp, STAMP_ROW, type Stamp, stampStep } from "./shard-stamp.ts";
import type { Step } from "./step.ts";
import type { Table } from "./table.ts";

/** Everything after the stamp is a cluster. */
const CLUSTERS = odata`RowKey gt ${STAMP_ROW}`;

/** How often a save may find other writers in its way; each time a cluster or the stamp leaves the race. */
const MOST_ATTEMPTS = 20;

interface Change {
  readonly state: ClusterState;
  readonly tag: string | null;
}

interface Save {
  readonly change: Change;
  readonly step: Step;
  readonly held: HeldState;
}

/** A state in memory. */
interface Cached extends Tagged<ClusterState> {
  /** What is known of its entity; absent where we did not write it. */
  readonly held?: HeldState;
}

interface CachedShard {
  readonly stamp: Stamp;
  readonly states: Map<string, Cached>;
}

/**
 * States in a table: partition is the shard, row is the cluster.
 *
 * The states of a shard stay in memory after a load or save. One small read of the shard's stamp tells whether they are
 * still what the table holds. Without it an instance that comes back to a shard after another one was there would
 * collect it in vain, with Azure's metrics paid for, and lose every race at the end.
 */
export class ClusterStateTable implements ClusterStateStore, ClusterData {
  readonly #table: Table;
  /** `undefined` where caching is off. Bounded by the fleet: one entry for each shard. */
  readonly #cache: Map<string, CachedShard> | undefined;

  constructor(table: Table, options: { readonly cache?: boolean | undefined } = {}) {
    this.#table = table;
    this.#cache = options.cache === false ? undefined : new Map();
  }

  async loadShard(shard: string): Promise<Map<string, Tagged<ClusterState>>> {
    const partition = encodeKey(shard);
    // Read before the rows: a save that comes between makes the cache look old, never new.
    const stamp = this.#cache && (await readStamp(this.#table, partition));
    const cached = this.#cache?.get(shard);
    if (cached !== undefined && cached.stamp.value === stamp?.value) return new Map(cached.states);

    const states = new Map<string, Tagged<ClusterState>>();
    for (const entity of await this.#table.query(`${odata`PartitionKey eq ${partition}`} and ${CLUSTERS}`)) {
      const clusterKey = entity.properties["clusterKey"];
      if (typeof clusterKey !== "string") continue;
      // A state that cannot be read starts anew under its tag: left out, it could never be saved again.
      states.set(clusterKey, { value: decodeState(entity) ?? newClusterState(clusterKey), tag: entity.tag });
    }
    if (stamp !== undefined) this.#cache?.set(shard, { stamp, states });
    return new Map(states);
  }

  async load(shard: string, clusterKey: string): Promise<ClusterState | undefined> {
    const entity = await this.#table.get(encodeKey(shard), encodeKey(clusterKey));
    return entity && decodeState(entity);
  }

  async save(shard: string, changes: readonly Change[]): Promise<ReadonlySet<string>> {
    const partition = encodeKey(shard);
    // Taken out while it is being written: after a failure nobody knows what the table holds.
    const cached = this.#cache?.get(shard);
    this.#cache?.delete(shard);
    const states = new Map<string, Cached>(cached?.states);
    let stamp = cached?.stamp;
    const losers = new Set<string>();
    const saves = changes.map((change) => toSave(change, states.get(change.state.clusterKey)));
    // One after the other: each stamps over the stamp of the one before.
    for (const together of cutTransactions(saves, 1)) {
      const result = await this.#saveTogether(partition, together, stamp);
      for (const clusterKey of result.lost) losers.add(clusterKey);
      for (const state of result.saved) states.set(state.value.clusterKey, state);
      stamp = result.stamp;
    }
    // Where another writer was here, the next load reads again.
    if (stamp !== undefined && losers.size === 0) this.#cache?.set(shard, { stamp, states });
    return losers;
  }

  async summaries(): Promise<readonly ClusterSummary[]> {
    const summaries: ClusterSummary[] = [];
    for (const entity of await this.#table.query(CLUSTERS, SUMMARY_PROPERTIES)) {
      const summary = decodeSummary(entity);
      if (summary !== undefined) summaries.push(summary);
    }
    return summaries;
  }

  async remove(shard: string, clusterKey: string): Promise<void> {
    this.#cache?.delete(shard);
    const { step } = stampStep(undefined);
    // A lost race is a cluster that is gone already.
    await this.#table.transact(encodeKey(shard), [{ kind: "delete", row: encodeKey(clusterKey) }, step]);
  }

  async count(shard: string, clusterKey: string): Promise<number> {
    return (await this.#table.get(encodeKey(shard), encodeKey(clusterKey), [])) === undefined ? 0 : 1;
  }

  async forget(shard: string, clusterKey: string): Promise<number> {
    const rows = await this.count(shard, clusterKey);
    await this.remove(shard, clusterKey);
    return rows;
  }

  /**
   * One transaction; clusters that another writer has changed are taken out and the rest is tried again.
   *
   * @param known the stamp that our states in memory belong to
   * @returns with the new stamp, or `undefined` if another writer stamped since the known one
   */
  async #saveTogether(
    partition: string,
    saves: readonly Save[],
    known: Stamp | undefined,
  ): Promise<{ lost: string[]; saved: Cached[]; stamp: Stamp | undefined }> {
    const lost: string[] = [];
    let rest = saves;
    let over = known;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      if (rest.length === 0) return { lost, saved: [], stamp: undefined };
      const { step, value } = stampStep(over);
      const tags = await this.#table.transact(partition, [...rest.map((save) => save.step), step]);
      if (tags !== undefined) {
        const saved = rest.map(({ held }, index) => ({ value: held.state, tag: tags[index] ?? "", held }));
        return { lost, saved, stamp: over && { value, tag: tags[rest.length] ?? "" } };
      }
      // The service names only the first step that failed; one read of the tags finds them all.
      const current = await this.#tags(partition);
      if (over?.tag !== (current.get(STAMP_ROW) ?? null)) over = undefined;
      const isStale = (save: Save) => (current.get(save.step.row) ?? null) !== save.change.tag;
      lost.push(...rest.filter(isStale).map(({ change }) => change.state.clusterKey));
      rest = rest.filter((save) => !isStale(save));
    }
    throw new AdapterError("unavailable", `tables: states of ${partition} kept changing during a save`);
  }

  async #tags(partition: string): Promise<Map<string, string>> {
    const tags = new Map<string, string>();
    for (const entity of await this.#table.query(odata`PartitionKey eq ${partition}`, [])) {
      tags.set(entity.rowKey, entity.tag);
    }
    return tags;
  }
}

function toSave(change: Change, known: Cached | undefined): Save {
  const { state, tag } = change;
  const row = encodeKey(state.clusterKey);
  // The tag sees to it that what the entity holds is still what we know.
  const { properties, merges, held } = writeState(state, known?.tag === tag ? known?.held : undefined);
  if (tag === null) return { change, held, step: { kind: "insert", row, properties } };
  return { change, held, step: { kind: merges ? "merge" : "replace", row, tag, properties } };
}
