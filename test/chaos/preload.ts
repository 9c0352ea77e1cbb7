import { openQueues } from "#adapters/queues/open-queues.ts";
import { openTables } from "#adapters/tables/open-tables.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import { row } from "../app/support-delivery.ts";
import type { ChaosWorld } from "./world.ts";

const ROWS_AT_ONCE = 1_000;
const SENDERS = 16;

/** The opening of an incident of its own, due now. */
export function opening(channel: string, index: number, nowMs: number): OutboxRow {
  const incidentId = `waiting-${index}`;
  const given = row(1, { channel, incidentId, createdAtMs: nowMs, nextAttemptAtMs: nowMs });
  return { ...given, message: { ...given.message, incidentId, atMs: nowMs, openedAtMs: nowMs } };
}

/** Puts messages into the outbox and on the queue, as the collection hands them over. */
export async function preload(world: ChaosWorld, rows: readonly OutboxRow[], copies = 1): Promise<void> {
  const connection = { connectionString: world.connectionString };
  const { outbox } = openTables({ connection });
  const queue = openQueues({ connection });
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) await outbox.put(rows.slice(at, at + ROWS_AT_ONCE));
  const calls = Array.from({ length: copies }, () => rows)
    .flat()
    .values();
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      for (const { channel, incidentId, sequence } of calls) {
        await queue.deliver({ channel, incidentId, sequence });
      }
    }),
  );
}
