import { ensureSeries, type SampleBlock } from "#core/series/sample-block.ts";
import type { ValueRows } from "#core/series/value-rows.ts";

/**
 * Azure sends no `Failed` and no `Pending` where there was none. In a minute in which a backend's `Successful` is there,
 * their absence is 0; in every other minute it stays "no value".
 *
 * Only for an answer that is whole: in a cut one the missing series may be the failed ones.
 *
 * @param first index in the block of the first minute of the answer, `end` after the last
 */
export function fillAbsentStates(block: SampleBlock, rows: ValueRows, first: number, end: number): void {
  const succeeded = [...block.series.values()].filter(({ metric }) => metric === "succeededConnections");
  for (const { labels, values } of succeeded) {
    const states = [
      ensureSeries(block, "failedConnections", labels, rows).values,
      ensureSeries(block, "pendingConnections", labels, rows).values,
    ];
    for (let minute = first; minute < end; minute += 1) {
      if (Number.isNaN(values[minute] ?? Number.NaN)) continue;
      for (const state of states) {
        if (Number.isNaN(state[minute] ?? Number.NaN)) state[minute] = 0;
      }
    }
  }
}
