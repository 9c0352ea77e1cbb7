import { isOpen } from "#core/notify/delivery-state.ts";
import type { Gate } from "#core/notify/rate-limits.ts";
import type { ClusterData } from "#ports/cluster-data.ts";
import type { DeliveryOutbox, OutboxKey, OutboxRow } from "#ports/outbox.ts";
import type { Tagged } from "#ports/tagged.ts";
import { cutTransactions } from "./cut-transactions.ts";
import { deleteRows } from "./delete-rows.ts";
import { mapLimited } from "./map-limited.ts";
import {
  ALL_OPEN,
  ALL_ROWS,
  clusterKeyOf,
  createdSince,
  deadSince,
  decodeKey,
  decodeRow,
  encodeRow,
  KEY_PROPERTIES,
  leftBeside,
  OUTBOX_PARTITION,
  openBeyond,
  openCopyOf,
  openDue,
  rowOf,
  settledBefore,
} from "./outbox-entity.ts";
import { loadGate, saveGate } from "./outbox-gate.ts";
import type { Step } from "./step.ts";
import type { StoredEntity, Table } from "./table.ts";

const MOST_CALLS = 8;
/** Two steps for each row, and 100 a transaction. */
const ROWS_TOGETHER = 25;

/** The outbox in one partition of a table; the layout is told in `outbox-entity.ts`. */
export class OutboxTable implements DeliveryOutbox, ClusterData {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async put(rows: readonly OutboxRow[]): Promise<void> {
    // The same row twice may not be in one transaction.
    const unique = [...new Map(rows.map((row) => [rowOf(row), row])).values()];
    const groups: OutboxRow[][] = [];
    for (let at = 0; at < unique.length; at += ROWS_TOGETHER)
      groups.push(unique.slice(at, at + ROWS_TOGETHER));
    await mapLimited(groups, MOST_CALLS, async (group) => {
      if (await this.#insert(group)) return;
      // One of them is there already; which, each has to find out for itself.
      await mapLimited(group, MOST_CALLS, (row) => this.#insert([row]));
    });
  }

  async load(key: OutboxKey): Promise<Tagged<OutboxRow> | undefined> {
    const entity = await this.#table.get(OUTBOX_PARTITION, rowOf(key));
    return entity && { value: decodeRow(entity), tag: entity.tag };
  }

  async update(row: OutboxRow, tag: string): Promise<string | undefined> {
    const properties = encodeRow(row);
    const beside = leftBeside(row, properties);
    const steps: readonly Step[] = [
      { kind: "replace", row: rowOf(row), tag, properties },
      ...(beside === null ? [] : [beside]),
    ];
    if (isOpen(row)) return (await this.#table.transact(OUTBOX_PARTITION, steps))?.[0];
    // A delete of a copy that is not there fails the transaction as a stale tag does. That is so where the row was
    // settled before; then there is only the row to write.
    const copy: Step = { kind: "delete", row: openCopyOf(row) };
    const settled = await this.#table.transact(OUTBOX_PARTITION, [...steps, copy]);
    if (settled !== undefined) return settled[0];
    return (await this.#table.transact(OUTBOX_PARTITION, steps))?.[0];
  }

  async listOpen(): Promise<readonly OutboxRow[]> {
    return await this.#list(ALL_OPEN);
  }

  async openChannels(): Promise<readonly string[]> {
    const channels: string[] = [];
    for (;;) {
      // One row of each: from channel to channel, however many rows one has.
      const [next] = await this.#table.query(openBeyond(channels.at(-1)), KEY_PROPERTIES, 1);
      if (next === undefined) return channels;
      channels.push(decodeKey(next).channel);
    }
  }

  async listDue(channel: string, atMs: number, most: number): Promise<readonly OutboxKey[]> {
    return (await this.#table.query(openDue(channel, atMs), KEY_PROPERTIES, most)).map(decodeKey);
  }

  async countDead(sinceMs: number): Promise<number> {
    return (await this.#table.query(deadSince(sinceMs), [])).length;
  }

  loadGate(channel: string): Promise<Tagged<Gate> | undefined> {
    return loadGate(this.#table, channel);
  }

  saveGate(channel: string, gate: Gate, tag: string | undefined): Promise<boolean> {
    return saveGate(this.#table, channel, gate, tag);
  }

  async listSince(fromMs: number): Promise<readonly OutboxRow[]> {
    return await this.#list(createdSince(fromMs));
  }

  async expire(beforeMs: number): Promise<void> {
    const steps: { step: Step }[] = [];
    for (const filter of settledBefore(beforeMs)) {
      for (const { rowKey } of await this.#table.query(filter, [])) {
        steps.push({ step: { kind: "delete", row: rowKey } });
      }
    }
    await mapLimited(cutTransactions(steps), MOST_CALLS, async (part) => {
      const deletes = part.map(({ step }) => step);
      const done = await this.#table.transact(OUTBOX_PARTITION, deletes);
      if (done !== undefined) return;
      // Somebody else expires too; what is gone is well.
      await mapLimited(deletes, MOST_CALLS, (step) => this.#table.delete(OUTBOX_PARTITION, step.row));
    });
  }

  async count(_shard: string, clusterKey: string): Promise<number> {
    let rows = 0;
    for await (const page of this.#pagesOf(ALL_ROWS, clusterKey)) rows += page.length;
    return rows;
  }

  /** Messages of the queues hold nothing but a row's key, and come to nothing without it. */
  async forget(_shard: string, clusterKey: string): Promise<number> {
    // A sender finds an open row by its copy: that goes first.
    for await (const page of this.#pagesOf(ALL_OPEN, clusterKey)) await deleteRows(this.#table, page);
    let rows = 0;
    for await (const page of this.#pagesOf(ALL_ROWS, clusterKey)) {
      await deleteRows(this.#table, page);
      rows += page.length;
    }
    return rows;
  }

  /** No key says whose a message is. One that cannot be read is nobody's: `check` names it. */
  async *#pagesOf(filter: string, clusterKey: string): AsyncGenerator<readonly StoredEntity[]> {
    for await (const page of this.#table.pages(filter)) {
      yield page.filter((entity) => clusterKeyOf(entity) === clusterKey);
    }
  }

  /** @returns false if one of them is there already; then none was inserted */
  async #insert(rows: readonly OutboxRow[]): Promise<boolean> {
    const steps = rows.flatMap((row): Step[] => {
      const properties = encodeRow(row);
      const insert: Step = { kind: "insert", row: rowOf(row), properties };
      const beside = leftBeside(row, properties);
      return beside === null ? [insert] : [insert, beside];
    });
    return (await this.#table.transact(OUTBOX_PARTITION, steps)) !== undefined;
  }

  async #list(filter: string): Promise<OutboxRow[]> {
    const rows: OutboxRow[] = [];
    for (const entity of await this.#table.query(filter)) rows.push(decodeRow(entity));
    // Stable: rows of one instant stay in the order of their keys, which for one incident is its sequence.
    return rows.sort((a, b) => a.createdAtMs - b.createdAtMs);
  }
}
