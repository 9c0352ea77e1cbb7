import type { TableCensus } from "#ports/storage-census.ts";
import type { Admin } from "#shared/admin.ts";

/** Reads everything there is. @returns the exit code: 1 where something cannot be read */
export async function runCheck(admin: Admin): Promise<number> {
  const tables = await admin.check(new AbortController().signal);
  const faults = tables.flatMap((table) => table.faults);
  const end =
    faults.length === 0
      ? "Every row can be read, and every checksum is right.\n"
      : `Parts that cannot be read: ${faults.length}\n${faults.map((fault) => `  ${fault}\n`).join("")}`;
  process.stdout.write(`${figures(tables)}\n${end}`);
  return faults.length === 0 ? 0 : 1;
}

function figures(tables: readonly TableCensus[]): string {
  const sum = (of: (table: TableCensus) => number) => tables.reduce((all, table) => all + of(table), 0);
  const rows = [
    ["table", "rows", "bytes", "values"],
    ...tables.map(({ table, rows, bytes, values }) => [table, count(rows), count(bytes), count(values)]),
    [
      "all",
      count(sum(({ rows }) => rows)),
      count(sum(({ bytes }) => bytes)),
      count(sum(({ values }) => values ?? 0)),
    ],
  ];
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))),
    )
    .map((row) => `${row.join("  ").trimEnd()}\n`)
    .join("");
}

/** What a table does not hold is left blank. */
function count(value: number | null): string {
  return value === null ? "" : value.toLocaleString("en");
}
