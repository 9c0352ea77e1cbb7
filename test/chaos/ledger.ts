import { openTables } from "#adapters/tables/open-tables.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import type { Received } from "./receiver.ts";
import type { ChaosWorld } from "./world.ts";

/** Every row of the outbox, as the product left it. */
export async function ledgerOf({ connectionString }: ChaosWorld): Promise<readonly OutboxRow[]> {
  return await openTables({ connection: { connectionString } }).outbox.listSince(0);
}

/** Rows that say of a message what is not so: delivered, and no receiver took it; or given up, where none had refused. */
export function falseRows(rows: readonly OutboxRow[], log: readonly Received[]): number {
  const taken = new Set(log.filter((entry) => entry.taken).map(({ key }) => key));
  return rows.filter((row) => row.state === "dead" || (row.state === "delivered" && !taken.has(keyOf(row))))
    .length;
}

/** Numbers that are missing between the first message of an incident and its last, over all channels: decided, and handed to nobody. */
export function holes(rows: readonly OutboxRow[]): number {
  const lines = Map.groupBy(rows, ({ channel, incidentId }) => `${channel} ${incidentId}`);
  return [...lines.values()].reduce(
    (sum, line) => sum + Math.max(...line.map(({ sequence }) => sequence)) - line.length,
    0,
  );
}

function keyOf({ incidentId, sequence, channel }: OutboxRow): string {
  return `${incidentId}-${sequence}-${channel}`;
}
