import { odata } from "@azure/data-tables";
import { DAY_MS, floorDay, floorHour, HOUR_MS } from "#core/time.ts";
import { AFTER_KEY_SEPARATOR, encodeKey, KEY_SEPARATOR } from "./keys.ts";
import { type TableRange, type TableRun, tableRanges } from "./table-runs.ts";

// Where samples lie. Each layer is written before the one it was made from is deleted, and is read after it, so that a reader who
// comes between sees everything at least once:
//
//   Minutes          hot pages `CLUSTER:YYYYMMDDHH:PPPP` (series-page.ts): up to 512 series of one hour, a property for each
//                    minute, while minutes still come; then sealed hours `CLUSTER:YYYYMMDDHH:sPPP` (chunk-rows.ts). In a scan
//                    a page comes before the sealed hour. Rows go one by one: there are few, and none for long.
//   Days20261116     sealed days `CLUSTER:YYYYMMDD:PPP`, a table for each week (its Monday), so that what is past its retention
//                    goes by dropping tables: the service has no expiry, and deleting rows costs more than writing them did.
//   Fives202611      5-minute roll-ups of a day, same rows, a table for each month.
//   Rollups202611    hourly and daily roll-ups of a day, same rows, a table for each month.
//
// Partition: the shard. Any span of one cluster is one key range of each table.

export const MINUTES_TABLE = "Minutes";

export const DAYS: TableRun = { start: "Days", unit: "week" };
export const FIVES: TableRun = { start: "Fives", unit: "month" };
export const ROLLUPS: TableRun = { start: "Rollups", unit: "month" };
export const TABLE_RUNS: readonly TableRun[] = [DAYS, FIVES, ROLLUPS];

/** Days from `fromMs` to `toMs` by table: the first day and the end of the last one, exclusive. */
export function dayRanges(run: TableRun, fromMs: number, toMs: number): TableRange[] {
  return tableRanges(run, floorDay(fromMs), Math.ceil(toMs / DAY_MS) * DAY_MS);
}

/** A cluster as the tables know it: what its key became can be compared, but not always read back. */
export interface ClusterRows {
  readonly partition: string;
  readonly cluster: string;
}

export function clusterRows(shard: string, clusterKey: string): ClusterRows {
  return { partition: encodeKey(shard), cluster: encodeKey(clusterKey) };
}

export function pageRow(cluster: string, hourMs: number, page: number): string {
  return [cluster, digitsOf(hourMs, 10), String(page).padStart(4, "0")].join(KEY_SEPARATOR);
}

export function sealedHourRow(cluster: string, hourMs: number, page: number): string {
  return [cluster, digitsOf(hourMs, 10), `s${String(page).padStart(3, "0")}`].join(KEY_SEPARATOR);
}

export function dayRow(cluster: string, dayMs: number, page: number): string {
  return [cluster, digitsOf(dayMs, 8), String(page).padStart(3, "0")].join(KEY_SEPARATOR);
}

/** A row of `Minutes`, taken apart. */
export interface MinutesRow {
  readonly cluster: string;
  readonly hourMs: number;
  readonly sealed: boolean;
  readonly page: number;
}

/** `undefined` if the row is not one of ours. */
export function parseMinutesRow(row: string): MinutesRow | undefined {
  const [, cluster, hour, sealed, page] = row.match(/^(.*):(\d{10}):(?:(\d{4})|s\d{3})$/) ?? [];
  if (cluster === undefined || hour === undefined) return undefined;
  const number = Number(page ?? row.slice(-3));
  return { cluster, hourMs: instantOf(hour), sealed: sealed === undefined, page: number };
}

/** Day and page of a row of `Days`, `Fives` or `Rollups`; `undefined` if it is not one of ours. */
export function parseDayRow(row: string): { readonly dayMs: number; readonly page: number } | undefined {
  const [, day, page] = row.match(/:(\d{8}):(\d{3})$/) ?? [];
  return day === undefined ? undefined : { dayMs: instantOf(day), page: Number(page) };
}

/** Rows of `Minutes` in the hours from `fromMs` up to `toMs`. */
export function hoursFilter({ partition, cluster }: ClusterRows, fromMs: number, toMs: number): string {
  const last = Math.ceil(toMs / HOUR_MS) * HOUR_MS - HOUR_MS;
  return rangeFilter(partition, cluster, digitsOf(floorHour(fromMs), 10), digitsOf(last, 10));
}

/** Rows of the days from `fromMs` up to `toMs`, which lie in one table. */
export function daysFilter({ partition, cluster }: ClusterRows, fromMs: number, toMs: number): string {
  return rangeFilter(partition, cluster, digitsOf(fromMs, 8), digitsOf(toMs - DAY_MS, 8));
}

/** Every row of a cluster in a table. */
export function clusterFilter({ partition, cluster }: ClusterRows): string {
  return odata`PartitionKey eq ${partition} and RowKey ge ${cluster + KEY_SEPARATOR} and RowKey lt ${cluster + AFTER_KEY_SEPARATOR}`;
}

function rangeFilter(partition: string, cluster: string, first: string, last: string): string {
  const start = cluster + KEY_SEPARATOR + first;
  const end = cluster + KEY_SEPARATOR + last + AFTER_KEY_SEPARATOR;
  return odata`PartitionKey eq ${partition} and RowKey ge ${start} and RowKey lt ${end}`;
}

/** The first `count` digits of the instant in UTC: `YYYYMMDDHH`. */
function digitsOf(ms: number, count: number): string {
  return new Date(ms).toISOString().replace(/\D/g, "").slice(0, count);
}

function instantOf(digits: string): number {
  const part = (from: number, to: number) => Number(digits.slice(from, to));
  return Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(8, 10));
}
