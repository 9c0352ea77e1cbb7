import { odata } from "@azure/data-tables";
import type { ClusterEvent } from "#core/events/event.ts";
import type { EventStore, EventsQuery, EventsWrite } from "#ports/event-store.ts";
import { cutTransactions } from "./cut-transactions.ts";
import {
  decodeEvent,
  EVENT_TABLES,
  encodeEvent,
  eventRow,
  eventsFilter,
  eventTableEndMs,
  eventTableOf,
  eventTablesOf,
} from "./event-layout.ts";
import { encodeKey } from "./keys.ts";
import { mapLimited } from "./map-limited.ts";
import type { Step } from "./step.ts";
import type { StoredEntity } from "./table.ts";
import type { TableAccount } from "./table-account.ts";

const MOST_CALLS = 8;

/** Events in tables by month; the layout is told in `event-layout.ts`. */
export class EventTable implements EventStore {
  readonly #account: TableAccount;

  constructor(account: TableAccount) {
    this.#account = account;
  }

  async write(writes: readonly EventsWrite[]): Promise<void> {
    const transactions = writes.flatMap(({ clusterKey, events }) =>
      [...Map.groupBy(events, ({ atMs }) => eventTableOf(atMs))].flatMap(([table, together]) =>
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

  async read(clusterKey: string, { fromMs, toMs, kinds, most }: EventsQuery) {
    const filter = eventsFilter(clusterKey, fromMs, toMs, kinds);
    const events: ClusterEvent[] = [];
    const faults: string[] = [];
    // One after the other: where the first hold enough, nobody asks for the rest.
    for (const table of eventTablesOf(fromMs, toMs)) {
      const rest = most - events.length - faults.length;
      if (rest <= 0) break;
      for (const entity of await this.#account.table(table).query(filter, undefined, rest)) {
        const event = decodeEvent(entity);
        if (event === undefined) faults.push(`event in row ${entity.rowKey} cannot be read`);
        else events.push(event);
      }
    }
    return { events, faults };
  }

  async expire(beforeMs: number): Promise<void> {
    const names = await this.#account.names(EVENT_TABLES);
    const expired = names.filter((name) => (eventTableEndMs(name) ?? Number.POSITIVE_INFINITY) <= beforeMs);
    await mapLimited(expired, MOST_CALLS, (name) => this.#account.drop(name));
  }

  async forget(clusterKey: string): Promise<void> {
    const partition = encodeKey(clusterKey);
    await mapLimited(await this.#account.names(EVENT_TABLES), MOST_CALLS, async (name) => {
      const table = this.#account.table(name);
      const entities = await table.query(odata`PartitionKey eq ${partition}`, []);
      for (const together of cutTransactions(entities.map(deletion))) {
        const steps = together.map(({ step }) => step);
        if ((await table.transact(partition, steps)) !== undefined) continue;
        // Somebody else forgets it too; what is gone is well.
        await mapLimited(steps, MOST_CALLS, ({ row }) => table.delete(partition, row));
      }
    });
  }
}

/** One step for each row: the same row twice may not be in one transaction. */
function stepsOf(events: readonly ClusterEvent[]): { step: Step }[] {
  const byRow = new Map(events.map((event) => [eventRow(event), event]));
  return [...byRow].map(([row, event]) => ({
    step: { kind: "put", row, properties: encodeEvent(event) },
  }));
}

function deletion({ rowKey }: StoredEntity): { step: Step } {
  return { step: { kind: "delete", row: rowKey } };
}
