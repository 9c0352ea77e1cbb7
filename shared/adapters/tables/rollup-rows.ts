import type { RollupFamily } from "#core/series/rollup/families.ts";
import { coarsen, type Rollup, rollUp } from "#core/series/rollup/rollup.ts";
import { rollupChunks } from "#core/series/rollup/write-chunks.ts";
import type { SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { type EncodedPiece, encodePieces } from "./chunk-rows.ts";
import { FIVES, ROLLUPS } from "./series-layout.ts";
import type { TableRun } from "./table-runs.ts";

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

/** Roll-ups of one day as they are stored, by the run of tables. @param day a block of exactly one day, UTC */
export function rollupPieces(day: SampleBlock): {
  readonly fives: EncodedPiece[];
  readonly rollups: EncodedPiece[];
} {
  const fives = rollUp(day);
  const hours = coarsen(fives, HOUR_MS);
  return { fives: piecesOf(fives), rollups: [...piecesOf(hours), ...piecesOf(coarsen(hours, DAY_MS))] };
}

function piecesOf(rollup: Rollup): EncodedPiece[] {
  const place = PLACES.get(rollup.stepMs);
  if (place === undefined) throw new RangeError(`no place for roll-ups of ${rollup.stepMs} ms`);
  return rollupChunks(rollup).flatMap(({ family, chunk }) =>
    encodePieces({ family: rollupProperty(place, family), chunk }),
  );
}
