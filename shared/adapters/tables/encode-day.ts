import { sampleChunks } from "#core/series/sample-chunks.ts";
import { SAMPLE_FAMILIES } from "#core/series/sample-family.ts";
import { DAY_MS } from "#core/time.ts";
import { type EncodedPiece, encodePieces } from "./chunk-rows.ts";
import { rollupPieces } from "./rollup-rows.ts";
import { composeLayers, type LayerRows } from "./sample-layers.ts";
import type { StoredEntity } from "./table.ts";

/** A day as it is sealed: pieces for the tables of days, of roll-ups of five minutes, and of those of an hour and a day. */
export interface EncodedDay {
  readonly pieces: readonly EncodedPiece[][];
  /** Rows that were not read whole, with what is wrong with them. */
  readonly damaged: ReadonlyMap<StoredEntity, ReadonlySet<string>>;
}

/** One family after the other: all of them together would be a gigabyte for the largest clusters. */
export function encodeDay(rows: LayerRows, dayMs: number): EncodedDay {
  const days: EncodedPiece[] = [];
  const fives: EncodedPiece[] = [];
  const rollups: EncodedPiece[] = [];
  const damaged = new Map<StoredEntity, Set<string>>();
  for (const family of SAMPLE_FAMILIES) {
    const { block, damaged: found } = composeLayers(rows, dayMs, dayMs + DAY_MS, [family]);
    for (const [entity, faults] of found) {
      damaged.set(entity, new Set([...(damaged.get(entity) ?? []), ...faults]));
    }
    if (block.series.size === 0) continue;
    days.push(...sampleChunks(block, dayMs, dayMs + DAY_MS).flatMap(encodePieces));
    const rolled = rollupPieces(block);
    fives.push(...rolled.fives);
    rollups.push(...rolled.rollups);
  }
  return { pieces: [days, fives, rollups], damaged };
}
