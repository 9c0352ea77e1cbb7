import { DAY_MS } from "#core/time.ts";
import { mapLimited } from "./map-limited.ts";
import type { TableAccount } from "./table-account.ts";

const WEEK_MS = 7 * DAY_MS;
/** Monday after the epoch's Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
/** Calls under way at once. */
const MOST_CALLS = 16;

/**
 * A run of tables, each for a week or a month, so that what is past its retention goes by dropping tables: the service has no expiry,
 * and deleting rows costs more than writing them did.
 */
export interface TableRun {
  /** Start of their names; a week's goes on with its Monday (`Days20261116`), a month's with itself (`Rollups202611`). */
  readonly start: string;
  readonly unit: "week" | "month";
}

/** The table of the run that holds the instant. */
export function tableOf(run: TableRun, ms: number): string {
  const digits = new Date(unitStart(run, ms)).toISOString().replace(/\D/g, "");
  return run.start + digits.slice(0, run.unit === "week" ? 8 : 6);
}

/** The end (exclusive) of what a table of the run holds; `undefined` if the name is not one of its. */
export function tableEndMs(run: TableRun, name: string): number | undefined {
  const digits = name.startsWith(run.start) ? name.slice(run.start.length) : "";
  const [, year, month, day = "01"] = digits.match(/^(\d{4})(\d{2})(\d{2})?$/) ?? [];
  if (year === undefined || (digits.length === 8) !== (run.unit === "week")) return undefined;
  return nextUnit(run, Date.UTC(Number(year), Number(month) - 1, Number(day)));
}

/** The part of an interval that lies in one table. */
export interface TableRange {
  readonly table: string;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/** An interval by table, oldest first. */
export function tableRanges(run: TableRun, fromMs: number, toMs: number): TableRange[] {
  const ranges: TableRange[] = [];
  for (let atMs = fromMs; atMs < toMs; ) {
    const nextMs = Math.min(nextUnit(run, unitStart(run, atMs)), toMs);
    ranges.push({ table: tableOf(run, atMs), fromMs: atMs, toMs: nextMs });
    atMs = nextMs;
  }
  return ranges;
}

/** Drops the tables of the run that hold nothing from the instant on. */
export async function dropTables(account: TableAccount, run: TableRun, beforeMs: number): Promise<void> {
  const names = await account.names(run.start);
  const ended = names.filter((name) => (tableEndMs(run, name) ?? Number.POSITIVE_INFINITY) <= beforeMs);
  await mapLimited(ended, MOST_CALLS, (name) => account.drop(name));
}

function unitStart({ unit }: TableRun, ms: number): number {
  if (unit === "week") return Math.floor((ms - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS;
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function nextUnit({ unit }: TableRun, startMs: number): number {
  if (unit === "week") return startMs + WEEK_MS;
  const date = new Date(startMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
