import { ensureNamed, type MetricName, type SampleBlock } from "#core/series/sample-block.ts";
import type { ValueRows } from "#core/series/value-rows.ts";
import type { SeriesNames } from "./series-names.ts";

/**
 * Azure sends no series for a state in which there was no connection. In a minute in which the state `where` is there, the
 * absence of the states `zero` is 0; in every other minute it stays "no value".
 */
export interface ZeroRule {
  readonly where: MetricName;
  readonly zero: readonly MetricName[];
}

/**
 * Only for an answer that is whole: in a cut one the missing series may be the failed ones.
 *
 * @param first index in the block of the first minute of the answer, `end` after the last
 */
export function fillAbsentStates(
  rule: ZeroRule,
  block: SampleBlock,
  rows: ValueRows,
  names: SeriesNames,
  first: number,
  end: number,
): void {
  const present = [...block.series.values()].filter(({ metric }) => metric === rule.where);
  for (const metric of rule.zero) {
    const list = names.list(`no ${metric}`);
    for (const there of present) {
      const state = ensureNamed(block, list.name(metric, there.labels), rows);
      for (let minute = first; minute < end; minute += 1) {
        if (!Number.isNaN(there.at(minute)) && Number.isNaN(state.at(minute))) state.set(minute, 0);
      }
    }
  }
}
