import { randomUUID } from "node:crypto";
import { odata } from "@azure/data-tables";
import { NO_NETWORK } from "#core/egress/cluster-network.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { errorText } from "#core/error-text.ts";
import { withKnownParts } from "#core/same-value.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { DiscoveryRecord, ForgettingInventory, ForgottenCluster } from "#ports/inventory-store.ts";
import { fromParts, partNames, toParts } from "./binary-parts.ts";
import { cutTransactions } from "./cut-transactions.ts";
import { AFTER_KEY_SEPARATOR, encodeKey, KEY_SEPARATOR } from "./keys.ts";
import { mapLimited } from "./map-limited.ts";
import { encodeRoster, INVENTORY_PARTITION as PARTITION, RECORD_ROW, VALUE } from "./monitor-rows.ts";
import { packJson, unpackJson } from "./packed-json.ts";
import type { Step } from "./step.ts";
import type { StoredEntity, Table } from "./table.ts";

/** Start of the rows that note what was forgotten; they come before the record. */
const FORGOTTEN = `${KEY_SEPARATOR}forgotten`;
/** Clusters that are read at once: their rows are the most that a collector takes in with one answer. */
const PAGE_CLUSTERS = 200;
const MOST_CALLS = 8;
/** How often a discovery may write while a cluster is taken off the list. */
const MOST_ATTEMPTS = 5;

/**
 * The inventory in one partition: a row for each cluster, and the record of the last discovery with a version; before them notes of
 * what was forgotten.
 *
 * The version is written after everything else. While it stays, `list` answers from memory after one small read; a save
 * that died half-way shows when the next one has finished, as a whole.
 */
export class InventoryTable implements ForgettingInventory {
  readonly #table: Table;
  readonly #caching: boolean;
  readonly #onFault: (message: string) => void;
  #cached: { readonly version: string; readonly entries: readonly InventoryEntry[] } | undefined;

  /** @param options.onFault told of a row that cannot be read; it is left out, and the next discovery writes it anew */
  constructor(
    table: Table,
    options: {
      readonly cache?: boolean | undefined;
      readonly onFault?: ((message: string) => void) | undefined;
    } = {},
  ) {
    this.#table = table;
    this.#caching = options.cache !== false;
    this.#onFault = options.onFault ?? (() => {});
  }

  async list(): Promise<readonly InventoryEntry[]> {
    // Read before the rows: what a save changes in between comes again with its version.
    const record = await this.#table.get(PARTITION, RECORD_ROW, ["version"]);
    const version = String(record?.properties["version"] ?? "");
    if (this.#cached?.version === version) return this.#cached.entries;

    const known = new Map(this.#cached?.entries.map((entry) => [entry.cluster.ref.key, entry]));
    const entries: InventoryEntry[] = [];
    const filter = odata`PartitionKey eq ${PARTITION} and RowKey gt ${RECORD_ROW}`;
    for await (const page of this.#table.pages(filter, undefined, undefined, PAGE_CLUSTERS)) {
      for (const entity of page) {
        const entry = this.#decode<InventoryEntry>(entity);
        // A discovery changes little of a cluster, and both lists at once were the most that a collector kept in memory (test/bench).
        if (entry !== undefined) {
          entries.push(withKnownParts(known.get(entry.cluster.ref.key), withNetwork(entry)));
        }
      }
    }
    // Without a record the first save is still under way, and there is no version that its end would change.
    if (this.#caching && version !== "") this.#cached = { version, entries };
    return entries;
  }

  async lastDiscovery(): Promise<DiscoveryRecord | null> {
    const entity = await this.#table.get(PARTITION, RECORD_ROW, partNames(VALUE));
    // One that cannot be read is as good as none: then a discovery is due.
    return (entity && this.#decode<DiscoveryRecord>(entity)) ?? null;
  }

  async save(
    entries: readonly InventoryEntry[],
    removedKeys: readonly string[],
    record: DiscoveryRecord,
  ): Promise<void> {
    // Every entry is written: each carries when it was last seen, so none is ever unchanged.
    const steps = entries.map((entry) => ({
      step: {
        kind: "put" as const,
        row: encodeKey(entry.cluster.ref.key),
        properties: toParts(VALUE, packJson(entry)),
      },
    }));
    await mapLimited(cutTransactions(steps), MOST_CALLS, (part) =>
      this.#table.transact(
        PARTITION,
        part.map(({ step }) => step),
      ),
    );
    await mapLimited(removedKeys, MOST_CALLS, (key) => this.#table.delete(PARTITION, encodeKey(key)));
    const properties = {
      version: randomUUID(),
      ...toParts(VALUE, packJson(record)),
      ...encodeRoster(await this.#listAfter(entries, removedKeys)),
    };
    await this.#table.transact(PARTITION, [{ kind: "put", row: RECORD_ROW, properties }]);
  }

  /** All entries once this save is done: those in memory, which the old version still stands for, with what it changes. */
  async #listAfter(
    entries: readonly InventoryEntry[],
    removedKeys: readonly string[],
  ): Promise<readonly InventoryEntry[]> {
    const after = new Map((await this.list()).map((entry) => [entry.cluster.ref.key, entry]));
    for (const entry of entries) after.set(entry.cluster.ref.key, entry);
    for (const key of removedKeys) after.delete(key);
    return [...after.values()];
  }

  async forget(cluster: ForgottenCluster): Promise<void> {
    const row = encodeKey(cluster.ref.key);
    const note = { row: forgottenRow(cluster), properties: toParts(VALUE, packJson(cluster)) };
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const steps: Step[] = [{ kind: "put", ...note }];
      if ((await this.#table.get(PARTITION, row, [])) !== undefined) steps.push({ kind: "delete", row });
      const record = await this.#table.get(PARTITION, RECORD_ROW);
      if (record !== undefined) {
        const properties = {
          version: randomUUID(),
          ...toParts(VALUE, fromParts(VALUE, record.properties) ?? new Uint8Array(0)),
          ...encodeRoster(await this.#listAfter([], [cluster.ref.key])),
        };
        steps.push({ kind: "replace", row: RECORD_ROW, tag: record.tag, properties });
      }
      if ((await this.#table.transact(PARTITION, steps)) !== undefined) return;
    }
    throw new AdapterError(
      "unavailable",
      "tables: the inventory kept changing while a cluster was taken off it",
    );
  }

  async listForgotten(): Promise<readonly ForgottenCluster[]> {
    const [first, end] = [FORGOTTEN + KEY_SEPARATOR, FORGOTTEN + AFTER_KEY_SEPARATOR];
    const filter = odata`PartitionKey eq ${PARTITION} and RowKey ge ${first} and RowKey lt ${end}`;
    const entities = await this.#table.query(filter);
    return entities.flatMap((entity) => this.#decode<ForgottenCluster>(entity) ?? []);
  }

  async clearForgotten(cluster: ForgottenCluster): Promise<void> {
    await this.#table.delete(PARTITION, forgottenRow(cluster));
  }

  /** One damaged row must not keep the whole fleet from being watched. */
  #decode<T>(entity: StoredEntity): T | undefined {
    const bytes = fromParts(VALUE, entity.properties);
    try {
      if (bytes !== undefined) return unpackJson<T>(bytes);
      this.#onFault(`inventory row ${entity.rowKey} has no value`);
    } catch (error) {
      const reason = errorText(error);
      this.#onFault(`inventory row ${entity.rowKey} cannot be read: ${reason}`);
    }
    return undefined;
  }
}

function forgottenRow({ ref, shard }: ForgottenCluster): string {
  return [FORGOTTEN, encodeKey(ref.key), encodeKey(shard)].join(KEY_SEPARATOR);
}

/** An entry of a version that did not keep the network yet: the next discovery fills it in. */
function withNetwork(entry: InventoryEntry): InventoryEntry {
  return { ...entry, cluster: { ...entry.cluster, network: entry.cluster.network ?? NO_NETWORK } };
}
