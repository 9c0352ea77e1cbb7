import { fromParts } from "./binary-parts.ts";
import { readChunks } from "./chunk-rows.ts";
import { parseDayRow, parseMinutesRow } from "./series-layout.ts";
import { PAGE_MINUTES, SeriesPage } from "./series-page.ts";
import type { StoredEntity } from "./table.ts";

/** What one row of the series tables holds. */
export interface RowCensus {
  /** Of binary. */
  readonly bytes: number;
  /** Values that are there: samples, or aggregates of roll-ups. */
  readonly values: number;
  readonly faults: readonly string[];
}

/** Decodes everything in a row of any layer. */
export function readWhole(entity: StoredEntity): RowCensus {
  const bytes = Object.values(entity.properties).reduce(
    (sum: number, value) => sum + (value instanceof Uint8Array ? value.length : 0),
    0,
  );
  const row = parseMinutesRow(entity.rowKey);
  if (row?.sealed === false) return { bytes, ...readPage(entity, row.page) };
  if (row === undefined && parseDayRow(entity.rowKey) === undefined) {
    return { bytes, values: 0, faults: [`${entity.rowKey}: not a row of this version`] };
  }
  const faults: string[] = [];
  let values = 0;
  for (const { chunk } of readChunks(entity, familiesOf(entity), faults)) {
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

/** Properties in parts, by the name of their first part. */
function familiesOf({ properties }: StoredEntity): string[] {
  return Object.keys(properties).flatMap((name) => {
    const family = name.match(/^(.*\D)0$/)?.[1];
    return family !== undefined && fromParts(family, properties) !== undefined ? [family] : [];
  });
}

function countValues(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) count += 1;
  return count;
}
