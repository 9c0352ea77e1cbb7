import { readChunks } from "./chunk-rows.ts";
import { parseDayRow, parseMinutesRow } from "./series-layout.ts";
import { PAGE_MINUTES, SeriesPage } from "./series-page.ts";
import type { StoredEntity } from "./table.ts";
import { binaryBytes, binaryNames, type RowCensus } from "./table-census.ts";

/** Decodes everything in a row of samples or roll-ups. */
export function readWhole(entity: StoredEntity): RowCensus {
  const bytes = binaryBytes(entity);
  const row = parseMinutesRow(entity.rowKey);
  if (row?.sealed === false) return { bytes, ...readPage(entity, row.page) };
  if (row === undefined && parseDayRow(entity.rowKey) === undefined) {
    return { bytes, values: 0, faults: [`${entity.rowKey}: not a row of this version`] };
  }
  const faults: string[] = [];
  let values = 0;
  for (const { chunk } of readChunks(entity, binaryNames(entity), faults)) {
    for (const series of chunk.series) values += countValues(series.values);
  }
  return { bytes, values, faults };
}

function readPage(entity: StoredEntity, number: number): Omit<RowCensus, "bytes"> {
  const faults: string[] = [];
  const page = SeriesPage.decode(number, entity, undefined, faults);
  let values = 0;
  for (let minute = 0; minute < PAGE_MINUTES; minute += 1) {
    const column = page.column(minute);
    if (column !== undefined) values += countValues(column);
  }
  return { values, faults };
}

function countValues(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) count += 1;
  return count;
}
