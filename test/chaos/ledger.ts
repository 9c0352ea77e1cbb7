import { openTables } from "#adapters/tables/open-tables.ts";
import { MINUTE_MS } from "#core/time.ts";
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

/**
 * The longest time in which nothing was decided, minutes of the app's time. Minutes that are older than an hour are not judged one by
 * one: where this is longer, the machine was too slow for the trial, and what is missing was never an incident.
 */
export function longestPause(rows: readonly OutboxRow[]): number {
  const made = rows.map(({ createdAtMs }) => createdAtMs).sort((a, b) => a - b);
  return Math.round(Math.max(0, ...made.map((at, index) => at - (made[index - 1] ?? at))) / MINUTE_MS);
}

function keyOf({ incidentId, sequence, channel }: OutboxRow): string {
  return `${incidentId}-${sequence}-${channel}`;
}
