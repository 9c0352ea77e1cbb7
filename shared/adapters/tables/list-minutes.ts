import { type ClusterRows, parseMinutesRow } from "./series-layout.ts";
import type { Table } from "./table.ts";

/** What `Minutes` holds of one cluster. */
export interface OpenCluster {
  readonly rows: ClusterRows;
  /** Hours in the order of time, and whether any of their rows is hot. */
  readonly hours: ReadonlyMap<number, { readonly hot: boolean }>;
  /** The most hot pages of an hour: how large the cluster is. */
  readonly pages: number;
}

/** Every cluster of the table, from the keys alone. */
export async function* listMinutes(table: Table): AsyncGenerator<OpenCluster> {
  let rows: ClusterRows = { partition: "", cluster: "" };
  let hours = new Map<number, { readonly hot: boolean }>();
  let pages = 0;
  for await (const page of table.pages("", [])) {
    for (const { partitionKey, rowKey } of page) {
      const row = parseMinutesRow(rowKey);
      if (row === undefined) continue;
      if (row.cluster !== rows.cluster || partitionKey !== rows.partition) {
        if (hours.size > 0) yield { rows, hours, pages };
        rows = { partition: partitionKey, cluster: row.cluster };
        hours = new Map();
        pages = 0;
      }
      if (!row.sealed) pages = Math.max(pages, row.page + 1);
      hours.set(row.hourMs, { hot: !row.sealed || hours.get(row.hourMs)?.hot === true });
    }
  }
  if (hours.size > 0) yield { rows, hours, pages };
}
