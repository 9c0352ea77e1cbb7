import { odata } from "@azure/data-tables";
import { DENIAL_SPAN_MS } from "#core/denials/denial.ts";
import { DAY_MS, HOUR_MS } from "#core/time.ts";
import { AFTER_KEY_SEPARATOR, encodeKey, KEY_SEPARATOR } from "./keys.ts";

// Where denials lie. As for samples: a table for each week, which goes as a whole; the partition is the shard. Two sorts of rows:
// `CLUSTER:YYYYMMDDHHMM` holds the denials of one span, and there is none for a span without denials; `:YYYYMMDDHH` is the
// directory of an hour: which rows of that hour there are, and a checksum of what each holds. It is written in the transaction
// of the rows it speaks of.
//
// The directory makes replacing cheap: most clusters have no denials, and spans are read again and again until late rows are in.
// One look at the directory of the hours concerned (one request for a shard, whatever its clusters) tells what is new and what
// is to be deleted; where nothing is, nothing is written.

const WEEK_MS = 7 * DAY_MS;
/** Monday after the epoch's Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Start of all table names of this store. */
export const DENIAL_TABLES = "Denials";

export function floorHour(ms: number): number {
  return Math.floor(ms / HOUR_MS) * HOUR_MS;
}

export function floorSpan(ms: number): number {
  return Math.floor(ms / DENIAL_SPAN_MS) * DENIAL_SPAN_MS;
}

/** The table of the week that holds the instant, named by the week's Monday: `Denials20261116`. */
export function denialTableOf(ms: number): string {
  return DENIAL_TABLES + digitsOf(weekOf(ms)).slice(0, 8);
}

/** The end (exclusive) of the week a table holds; `undefined` if the name is not one of ours. */
export function denialTableEndMs(name: string): number | undefined {
  const [, year, month, day] = name.match(/^Denials(\d{4})(\d{2})(\d{2})$/) ?? [];
  if (year === undefined) return undefined;
  return Date.UTC(Number(year), Number(month) - 1, Number(day)) + WEEK_MS;
}

/** The weeks that an interval touches: table, and the part of the interval in it. */
export function weeksOf(fromMs: number, toMs: number): { table: string; fromMs: number; toMs: number }[] {
  const weeks: { table: string; fromMs: number; toMs: number }[] = [];
  for (let atMs = fromMs; atMs < toMs; ) {
    const nextMs = Math.min(weekOf(atMs) + WEEK_MS, toMs);
    weeks.push({ table: denialTableOf(atMs), fromMs: atMs, toMs: nextMs });
    atMs = nextMs;
  }
  return weeks;
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

function weekOf(ms: number): number {
  return Math.floor((ms - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS;
}

/** `YYYYMMDDHHMM` in UTC. */
function digitsOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, "").slice(0, 12);
}
