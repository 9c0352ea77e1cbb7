import { type SampleBlock, Series } from "#core/series/sample-block.ts";
import { MINUTE_MS } from "#core/time.ts";
import { PAGE_MINUTES, type SeriesPage } from "./series-page.ts";

/**
 * Copies what a page holds of the block's span; a series comes into being with its first value.
 * Plain loops and one allocation for all new series: this runs over 100,000 series a minute.
 */
export function copyPage(page: SeriesPage, hourMs: number, block: SampleBlock): void {
  const { minutes, series } = block;
  const { names } = page;
  const offset = (hourMs - block.startMs) / MINUTE_MS;
  const known = series.size === 0 ? [] : names.map(({ key }) => series.get(key));
  const newSeries = names.length - known.filter((each) => each !== undefined).length;
  const fresh = new Float64Array(newSeries * minutes).fill(Number.NaN);
  let taken = 0;
  const targets = names.map((name, place) => {
    const there = known[place];
    if (there !== undefined) return there;
    taken += minutes;
    return new Series(name, fresh, taken - minutes, minutes);
  });
  const hasValue = new Uint8Array(names.length);
  for (let minute = 0; minute < PAGE_MINUTES; minute += 1) {
    const at = offset + minute;
    const column = at >= 0 && at < minutes ? page.column(minute) : undefined;
    if (column === undefined) continue;
    for (let place = 0; place < targets.length; place += 1) {
      const value = column[place];
      if (value === undefined || Number.isNaN(value)) continue;
      targets[place]?.set(at, value);
      hasValue[place] = 1;
    }
  }
  for (const [place, target] of targets.entries()) {
    if (hasValue[place] === 1 && known[place] === undefined) series.set(target.name.key, target);
  }
}
