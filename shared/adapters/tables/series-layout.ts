import { odata } from "@azure/data-tables";
import { DAY_MS, HOUR_MS } from "#core/time.ts";
import { AFTER_KEY_SEPARATOR, encodeKey, KEY_SEPARATOR } from "./keys.ts";

// Where samples lie. A table for each week, so that what is too old goes by dropping tables: the service has no expiry
// and deleting rows one by one costs more than writing them did. A week is the balance of what stays too long (at most
// seven days) and how many tables a fortnight's read has to ask (three).
//
// Partition: the shard. Row: `CLUSTER:YYYYMMDDHH:PAGE`, so that any span of one cluster is one key range. A row is one
// page of one hour: up to 512 series and a property for each minute. An hour because a day is 24 rows then, and because
// late minutes touch no more than two rows; the other minutes of a row are not sent again when one changes.

const WEEK_MS = 7 * DAY_MS;
/** Monday after the epoch's Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
const TABLE_START = "Series";

/** Start of all table names of this store. */
export const SERIES_TABLES = TABLE_START;

export function floorHour(ms: number): number {
  return Math.floor(ms / HOUR_MS) * HOUR_MS;
}

/** The table of the week that holds the instant, named by the week's Monday: `Series20261116`. */
export function tableOf(ms: number): string {
  return TABLE_START + digitsOf(weekOf(ms)).slice(0, 8);
}

/** The end (exclusive) of the week a table holds; `undefined` if the name is not one of ours. */
export function tableEndMs(name: string): number | undefined {
  const [, year, month, day] = name.match(/^Series(\d{4})(\d{2})(\d{2})$/) ?? [];
  if (year === undefined) return undefined;
  return Date.UTC(Number(year), Number(month) - 1, Number(day)) + WEEK_MS;
}

/** Hours from `fromMs` to `toMs` by table: the first hour and the end of the last one. */
export function hourRanges(fromMs: number, toMs: number): { table: string; fromMs: number; toMs: number }[] {
  const ranges: { table: string; fromMs: number; toMs: number }[] = [];
  const endMs = Math.ceil(toMs / HOUR_MS) * HOUR_MS;
  for (let atMs = floorHour(fromMs); atMs < endMs; ) {
    const nextMs = Math.min(weekOf(atMs) + WEEK_MS, endMs);
    ranges.push({ table: tableOf(atMs), fromMs: atMs, toMs: nextMs });
    atMs = nextMs;
  }
  return ranges;
}

export function pageRow(clusterKey: string, hourMs: number, page: number): string {
  return [encodeKey(clusterKey), digitsOf(hourMs), String(page).padStart(4, "0")].join(KEY_SEPARATOR);
}

/** Hour and page of a row; `undefined` if the row is not one of ours. */
export function parsePageRow(row: string): { hourMs: number; page: number } | undefined {
  const [, year, month, day, hour, page] = row.match(/:(\d{4})(\d{2})(\d{2})(\d{2}):(\d{4})$/) ?? [];
  if (year === undefined) return undefined;
  const hourMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
  return { hourMs, page: Number(page) };
}

/** The rows of the hours from `fromMs` up to `toMs`, which lie in one table. */
export function rowsFilter(shard: string, clusterKey: string, fromMs: number, toMs: number): string {
  const cluster = encodeKey(clusterKey);
  const first = cluster + KEY_SEPARATOR + digitsOf(fromMs);
  const end = cluster + KEY_SEPARATOR + digitsOf(toMs - HOUR_MS) + AFTER_KEY_SEPARATOR;
  return odata`PartitionKey eq ${encodeKey(shard)} and RowKey ge ${first} and RowKey lt ${end}`;
}

function weekOf(ms: number): number {
  return Math.floor((ms - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS;
}

/** `YYYYMMDDHH` in UTC. */
function digitsOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, "").slice(0, 10);
}
