import { odata } from "@azure/data-tables";
import { errorText } from "#core/error-text.ts";
import type { ClusterEvent } from "#core/events/event.ts";
import type { EventStore, EventsQuery, EventsWrite } from "#ports/event-store.ts";
import { cutTransactions } from "./cut-transactions.ts";
import { deleteRows } from "./delete-rows.ts";
import { decodeEvent, EVENTS, encodeEvent, eventRow, eventsFilter } from "./event-layout.ts";
import { encodeKey } from "./keys.ts";
import { mapLimited } from "./map-limited.ts";
import type { Step } from "./step.ts";
import type { StoredEntity, Table } from "./table.ts";
import type { TableAccount } from "./table-account.ts";
import { dropTables, tableOf, tableRanges } from "./table-runs.ts";

const MOST_CALLS = 8;

/** Events in tables by month; the layout is told in `event-layout.ts`. */
export class EventTable implements EventStore {
  readonly #account: TableAccount;

  constructor(account: TableAccount) {
    this.#account = account;
  }

  async write(writes: readonly EventsWrite[]): Promise<void> {
    const transactions = writes.flatMap(({ clusterKey, events }) =>
      [...Map.groupBy(events, ({ atMs }) => tableOf(EVENTS, atMs))].flatMap(([table, together]) =>
        cutTransactions(stepsOf(together)).map((items) => ({ table, clusterKey, items })),
      ),
    );
    await mapLimited(transactions, MOST_CALLS, ({ table, clusterKey, items }) =>
      this.#account.table(table).transact(
        encodeKey(clusterKey),
        items.map(({ step }) => step),
      ),
    );
  }

  async read(clusterKey: string, { fromMs, toMs, kinds, most, newest = false }: EventsQuery) {
    const filter = eventsFilter(clusterKey, fromMs, toMs, kinds);
    const tables = tableRanges(EVENTS, fromMs, toMs).map(({ table }) => table);
    const months: StoredEntity[][] = [];
    let rest = most;
    // One after the other: where the first hold enough, nobody asks for the rest.
    for (const name of newest ? tables.reverse() : tables) {
      if (rest <= 0) break;
      const table = this.#account.table(name);
      const entities = newest
        ? await lastOf(table, filter, rest)
        : await table.query(filter, undefined, rest);
      rest -= entities.length;
      months.push(entities);
    }
    const events: ClusterEvent[] = [];
    const faults: string[] = [];
    for (const entity of (newest ? months.reverse() : months).flat()) {
      try {
        events.push(decodeEvent(entity));
      } catch (error) {
        faults.push(`event in row ${entity.rowKey} cannot be read: ${errorText(error)}`);
      }
    }
    return { events, faults };
  }

  async expire(beforeMs: number): Promise<void> {
    await dropTables(this.#account, EVENTS, beforeMs);
  }

  /** How many rows are kept of a cluster. */
  async count(clusterKey: string): Promise<number> {
    const tables = await this.#tablesOf(clusterKey);
    return tables.reduce((sum, { entities }) => sum + entities.length, 0);
  }

  async forget(clusterKey: string): Promise<number> {
    let rows = 0;
    for (const { table, entities } of await this.#tablesOf(clusterKey)) {
      await deleteRows(table, entities);
      rows += entities.length;
    }
    return rows;
  }

  /** Keys of a cluster's rows, by table. */
  async #tablesOf(clusterKey: string): Promise<{ table: Table; entities: StoredEntity[] }[]> {
    const filter = odata`PartitionKey eq ${encodeKey(clusterKey)}`;
    return await mapLimited(await this.#account.names(EVENTS.start), MOST_CALLS, async (name) => {
      const table = this.#account.table(name);
      return { table, entities: await table.query(filter, []) };
    });
  }
}

/** The last rows that a filter takes. The service lists forwards alone: of more than `most` the keys tell from where on. */
async function lastOf(table: Table, filter: string, most: number): Promise<StoredEntity[]> {
  const first = await table.query(filter, undefined, most + 1);
  if (first.length <= most) return first;
  const keys = await table.query(filter, []);
  const from = keys.at(-most)?.rowKey ?? "";
  return await table.query(`${filter} and ${odata`RowKey ge ${from}`}`, undefined, most);
}

/** One step for each row: the same row twice may not be in one transaction. */
function stepsOf(events: readonly ClusterEvent[]): { step: Step }[] {
  const byRow = new Map(events.map((event) => [eventRow(event), event]));
  return [...byRow].map(([row, event]) => ({
    step: { kind: "put", row, properties: encodeEvent(event) },
  }));
}
