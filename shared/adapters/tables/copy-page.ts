import { type SampleBlock, Series } from "#core/series/sample-block.ts";
import { MINUTE_MS } from "#core/time.ts";
import { PAGE_MINUTES, type SeriesPage } from "./series-page.ts";

/**
 * Copies what a page holds of the block's span; a series comes into being with its first value.
 * Plain loops over plain numbers and one allocation for all series: this runs over 100,000 of them a minute.
 */
export function copyPage(page: SeriesPage, hourMs: number, block: SampleBlock): void {
  const { minutes, series } = block;
  const { names } = page;
  const offset = (hourMs - block.startMs) / MINUTE_MS;
  const rows = new Float64Array(names.length * minutes).fill(Number.NaN);
  const hasValue = new Uint8Array(names.length);
  const endMinute = Math.min(PAGE_MINUTES, minutes - offset);
  for (let minute = Math.max(0, -offset); minute < endMinute; minute += 1) {
    const column = page.column(minute);
    if (column === undefined) continue;
    const length = Math.min(column.length, names.length);
    for (let place = 0, at = offset + minute; place < length; place += 1, at += minutes) {
      const value = column[place] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      rows[at] = value;
      hasValue[place] = 1;
    }
  }
  for (let place = 0; place < names.length; place += 1) {
    const name = names[place];
    if (name === undefined || hasValue[place] !== 1) continue;
    const copied = new Series(name, rows, place * minutes, minutes);
    const known = series.get(name.key);
    if (known === undefined) series.set(name.key, copied);
    else copyValues(copied, known, minutes);
  }
}

function copyValues(from: Series, into: Series, minutes: number): void {
  for (let minute = 0; minute < minutes; minute += 1) {
    const value = from.at(minute);
    if (!Number.isNaN(value)) into.set(minute, value);
  }
}
