import { odata } from "@azure/data-tables";
import { DENIAL_SPAN_MS, type Denial } from "#core/denials/denial.ts";
import { floorHour, HOUR_MS } from "#core/time.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { ClusterData } from "#ports/cluster-data.ts";
import type { DenialStore, DenialsWrite } from "#ports/denial-store.ts";
import { cutTransactions } from "./cut-transactions.ts";
import { deleteRows } from "./delete-rows.ts";
import {
  clusterFilter,
  DENIALS,
  directoriesFilter,
  directoryRow,
  floorSpan,
  spanRow,
  spansFilter,
} from "./denial-layout.ts";
import { decodeDirectory, decodeSpan, encodeDirectory, encodeSpan } from "./denial-rows.ts";
import { encodeKey } from "./keys.ts";
import { mapLimited } from "./map-limited.ts";
import type { Properties, Step } from "./step.ts";
import type { StoredEntity } from "./table.ts";
import type { TableAccount } from "./table-account.ts";
import { dropTables, tableEndMs, tableOf, tableRanges } from "./table-runs.ts";

const MOST_CALLS = 8;
/** How often one hour may be overtaken by other writers. */
const MOST_ATTEMPTS = 10;

/** What a row is to hold; `null`: nothing. */
type Wanted = { readonly properties: Properties; readonly checksum: number } | null;
/** By hour, then by row. */
type WantedHours = Map<number, Map<string, Wanted>>;

interface StoredDirectory {
  readonly rows: Map<string, number>;
  readonly tag: string | null;
}

/** Denials in tables by week; the layout is told in `denial-layout.ts`. */
export class DenialTable implements DenialStore, ClusterData {
  readonly #account: TableAccount;

  constructor(account: TableAccount) {
    this.#account = account;
  }

  async write(shard: string, writes: readonly DenialsWrite[]): Promise<void> {
    await this.#writeHours(shard, wantedHours(writes));
  }

  async #writeHours(shard: string, hours: WantedHours): Promise<void> {
    if (hours.size === 0) return;
    const directories = await this.#directories(shard, [...hours.keys()]);
    await mapLimited([...hours], MOST_CALLS, async ([hourMs, wanted]) => {
      let known = directories.get(hourMs);
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
        if (await this.#writeHour(shard, hourMs, wanted, known)) return;
        known = (await this.#directories(shard, [hourMs])).get(hourMs);
      }
      throw new AdapterError("unavailable", `tables: denials of ${shard} kept changing during a write`);
    });
  }

  async read(shard: string, clusterKey: string, fromMs: number, toMs: number) {
    const parts = await mapLimited(
      tableRanges(DENIALS, floorSpan(fromMs), toMs),
      MOST_CALLS,
      async (week) => {
        // A span that begins before the end counts as a whole.
        const endMs = Math.ceil(week.toMs / DENIAL_SPAN_MS) * DENIAL_SPAN_MS;
        return await this.#account
          .table(week.table)
          .query(spansFilter(shard, clusterKey, week.fromMs, endMs));
      },
    );
    const denials: Denial[] = [];
    const faults: string[] = [];
    for (const entity of parts.flat()) {
      const spanMs = spanOf(entity.rowKey);
      const decoded = spanMs === undefined ? undefined : decodeSpan(entity, spanMs);
      if (decoded === undefined) faults.push(`denials in row ${entity.rowKey} cannot be read`);
      else for (const denial of decoded) denials.push(denial);
    }
    return { denials, faults };
  }

  async expire(beforeMs: number): Promise<void> {
    await dropTables(this.#account, DENIALS, beforeMs);
  }

  async count(shard: string, clusterKey: string): Promise<number> {
    let rows = 0;
    for await (const { page } of this.#spansOf(shard, clusterKey)) rows += page.length;
    return rows;
  }

  async forget(shard: string, clusterKey: string): Promise<number> {
    let rows = 0;
    // Out of the directories too: they would take a span that is written again for one that is there.
    for await (const { page } of this.#spansOf(shard, clusterKey)) {
      const hours: WantedHours = new Map();
      for (const { rowKey } of page) {
        const spanMs = spanOf(rowKey);
        if (spanMs === undefined) continue;
        const wanted = hours.get(floorHour(spanMs)) ?? new Map<string, Wanted>();
        hours.set(floorHour(spanMs), wanted.set(rowKey, null));
      }
      await this.#writeHours(shard, hours);
      rows += page.length;
    }
    // What no directory knew.
    for await (const { table, page } of this.#spansOf(shard, clusterKey)) await deleteRows(table, page);
    return rows;
  }

  /** Keys of all spans of a cluster. */
  async *#spansOf(shard: string, clusterKey: string) {
    for (const name of await this.#account.names(DENIALS.start)) {
      if (tableEndMs(DENIALS, name) === undefined) continue;
      const table = this.#account.table(name);
      for await (const page of table.pages(clusterFilter(shard, clusterKey), [])) yield { table, page };
    }
  }

  /** @returns false if somebody else has written the hour meanwhile */
  async #writeHour(
    shard: string,
    hourMs: number,
    wanted: ReadonlyMap<string, Wanted>,
    known: StoredDirectory | undefined,
  ): Promise<boolean> {
    const { rows, tag: knownTag } = known ?? { rows: new Map<string, number>(), tag: null };
    const table = this.#account.table(tableOf(DENIALS, hourMs));
    let tag = knownTag;
    for (const together of cutTransactions(changesOf(wanted, rows), 1)) {
      for (const { step, checksum } of together) {
        if (checksum === undefined) rows.delete(step.row);
        else rows.set(step.row, checksum);
      }
      const properties = encodeDirectory(rows);
      const row = directoryRow(hourMs);
      const directory: Step =
        tag === null ? { kind: "insert", row, properties } : { kind: "replace", row, tag, properties };
      const steps = [directory, ...together.map(({ step }) => step)];
      const tags = await table.transact(encodeKey(shard), steps);
      if (tags === undefined) return false;
      tag = tags[0] ?? "";
    }
    return true;
  }

  async #directories(shard: string, hoursMs: readonly number[]): Promise<Map<number, StoredDirectory>> {
    const firstMs = Math.min(...hoursMs);
    const weeks = tableRanges(DENIALS, firstMs, Math.max(...hoursMs) + HOUR_MS);
    const found = new Map<number, StoredDirectory>();
    await mapLimited(weeks, MOST_CALLS, async ({ table, fromMs, toMs }) => {
      const filter = directoriesFilter(shard, fromMs, toMs - HOUR_MS);
      const entities = await this.#account.table(table).query(filter);
      const byRow = new Map(entities.map((entity) => [entity.rowKey, entity]));
      for (const hourMs of hoursMs) {
        const entity = byRow.get(directoryRow(hourMs));
        if (entity !== undefined) found.set(hourMs, await this.#directory(shard, table, hourMs, entity));
      }
    });
    return found;
  }

  /** Where it cannot be read, the rows themselves are looked for, and all of them written anew. */
  async #directory(shard: string, table: string, hourMs: number, entity: StoredEntity) {
    const known = decodeDirectory(entity);
    if (known !== undefined) return { rows: known, tag: entity.tag };
    const all = await this.#account.table(table).query(odata`PartitionKey eq ${encodeKey(shard)}`, []);
    const own = all.filter(({ rowKey }) => {
      const spanMs = spanOf(rowKey);
      return spanMs !== undefined && floorHour(spanMs) === hourMs;
    });
    return { rows: new Map(own.map(({ rowKey }) => [rowKey, UNKNOWN_CHECKSUM])), tag: entity.tag };
  }
}

/** No checksum of 32 bits. */
const UNKNOWN_CHECKSUM = -1;

/** The steps that make the stored rows the wanted ones; none for a row that is so already. */
function changesOf(wanted: ReadonlyMap<string, Wanted>, stored: ReadonlyMap<string, number>) {
  return [...wanted].flatMap(([row, value]): { step: Step; checksum: number | undefined }[] => {
    const checksum = stored.get(row);
    if (value === null) {
      return checksum === undefined ? [] : [{ step: { kind: "delete", row }, checksum: undefined }];
    }
    if (checksum === value.checksum) return [];
    return [{ step: { kind: "put", row, properties: value.properties }, checksum: value.checksum }];
  });
}

function wantedHours(writes: readonly DenialsWrite[]): WantedHours {
  const hours: WantedHours = new Map();
  for (const { clusterKey, fromMs, toMs, denials } of writes) {
    const bySpan = Map.groupBy(denials, ({ spanMs }) => spanMs);
    for (let spanMs = floorSpan(fromMs); spanMs < toMs; spanMs += DENIAL_SPAN_MS) {
      const hourMs = floorHour(spanMs);
      const rows = hours.get(hourMs) ?? new Map<string, Wanted>();
      hours.set(hourMs, rows);
      const inSpan = bySpan.get(spanMs);
      rows.set(spanRow(clusterKey, spanMs), inSpan === undefined ? null : encodeSpan(inSpan));
    }
  }
  return hours;
}

function spanOf(row: string): number | undefined {
  const [, year, month, day, hour, minute] = row.match(/:(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})$/) ?? [];
  if (year === undefined) return undefined;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
}
