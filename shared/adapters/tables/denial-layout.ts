import { odata } from "@azure/data-tables";
import { DENIAL_SPAN_MS } from "#core/denials/denial.ts";
import { AFTER_KEY_SEPARATOR, encodeKey, KEY_SEPARATOR } from "./keys.ts";
import type { TableRun } from "./table-runs.ts";

// Where denials lie. As for samples: a table for each week, which goes as a whole; the partition is the shard. Two sorts of rows:
// `CLUSTER:YYYYMMDDHHMM` holds the denials of one span, and there is none for a span without denials; `:YYYYMMDDHH` is the
// directory of an hour: which rows of that hour there are, and a checksum of what each holds. It is written in the transaction
// of the rows it speaks of.
//
// The directory makes replacing cheap: most clusters have no denials, and spans are read again and again until late rows are in.
// One look at the directory of the hours concerned (one request for a shard, whatever its clusters) tells what is new and what
// is to be deleted; where nothing is, nothing is written.

export const DENIALS: TableRun = { start: "Denials", unit: "week" };

export function floorSpan(ms: number): number {
  return Math.floor(ms / DENIAL_SPAN_MS) * DENIAL_SPAN_MS;
}

export function spanRow(clusterKey: string, spanMs: number): string {
  return encodeKey(clusterKey) + KEY_SEPARATOR + digitsOf(spanMs);
}

/** Before all clusters: no encoded key starts with the separator. */
export function directoryRow(hourMs: number): string {
  return KEY_SEPARATOR + digitsOf(hourMs).slice(0, 10);
}

/** The rows of one cluster's spans, which lie in one table. */
export function spansFilter(shard: string, clusterKey: string, fromMs: number, toMs: number): string {
  const [first, end] = [spanRow(clusterKey, fromMs), spanRow(clusterKey, toMs)];
  return odata`PartitionKey eq ${encodeKey(shard)} and RowKey ge ${first} and RowKey lt ${end}`;
}

/** Every span of one cluster in a table. */
export function clusterFilter(shard: string, clusterKey: string): string {
  const cluster = encodeKey(clusterKey);
  const [first, end] = [cluster + KEY_SEPARATOR, cluster + AFTER_KEY_SEPARATOR];
  return odata`PartitionKey eq ${encodeKey(shard)} and RowKey ge ${first} and RowKey lt ${end}`;
}

/** The directories from one hour to another, both included, which lie in one table. */
export function directoriesFilter(shard: string, firstMs: number, lastMs: number): string {
  const [first, last] = [directoryRow(firstMs), directoryRow(lastMs)];
  return odata`PartitionKey eq ${encodeKey(shard)} and RowKey ge ${first} and RowKey le ${last}`;
}

/** `YYYYMMDDHHMM` in UTC. */
function digitsOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, "").slice(0, 12);
}
