import type { RollupFamily } from "#core/series/rollup/families.ts";
import { coarsen, type Rollup, rollUp } from "#core/series/rollup/rollup.ts";
import { rollupChunks } from "#core/series/rollup/write-chunks.ts";
import type { SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { packPages } from "./chunk-rows.ts";
import { FIVES, ROLLUPS, type TableRun } from "./series-layout.ts";

/** Where the roll-ups of a step lie: the run of tables, and the start of their properties' names. */
interface RollupPlace {
  readonly run: TableRun;
  readonly start: string;
}

const FIVE_MINUTES_MS = 5 * MINUTE_MS;
const PLACES = new Map<number, RollupPlace>([
  [FIVE_MINUTES_MS, { run: FIVES, start: "" }],
  // Both are kept as long, and small: one row of a day has the two.
  [HOUR_MS, { run: ROLLUPS, start: "h_" }],
  [DAY_MS, { run: ROLLUPS, start: "d_" }],
]);

/** Where to look for roll-ups of a step; `undefined` if none are made of it. */
export function rollupPlace(stepMs: number): RollupPlace | undefined {
  return PLACES.get(stepMs);
}

/** The property of a family of roll-ups. */
export function rollupProperty({ start }: RollupPlace, family: RollupFamily): string {
  return start + family;
}

/** Properties of the rows of one day. @param day a block of exactly one day, UTC */
export function rollupPages(day: SampleBlock) {
  const fives = rollUp(day);
  const hours = coarsen(fives, HOUR_MS);
  const rollups = [hours, coarsen(hours, DAY_MS)];
  return { fives: pagesOf([fives]), rollups: pagesOf(rollups) };
}

function pagesOf(rollups: readonly Rollup[]): Record<string, Uint8Array>[] {
  return packPages(
    rollups.flatMap((rollup) => {
      const place = PLACES.get(rollup.stepMs);
      if (place === undefined) throw new RangeError(`no place for roll-ups of ${rollup.stepMs} ms`);
      return rollupChunks(rollup).map(({ family, chunk }) => ({
        family: rollupProperty(place, family),
        chunk,
      }));
    }),
  );
}
