import { blockEndMs } from "#core/series/sample-block.ts";
import { floorHour, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { SeriesWrite } from "#ports/series-store.ts";

/** A long block is written in pieces of so many hours: 1,000 nodes for four hours are 25 MB, not the day's 150. */
const PIECE_HOURS = 4;
/** Late minutes come within this: at least so much before a block's end is kept at hand for the next append. */
export const KEPT_MS = 15 * MINUTE_MS;

/** One write, or a piece of a long one. */
export interface Piece {
  readonly write: SeriesWrite;
  /** The part of the write's block that is merged. */
  readonly fromMs: number;
  readonly toMs: number;
  /** From where on the window has to know the store. */
  readonly knownFromMs: number;
}

/**
 * The writes cut into pieces, in rounds with at most one piece of a cluster each. A minute's cycle is one round; a long
 * block comes one piece after the other, the last with the recent part.
 */
export function roundsOf(writes: readonly SeriesWrite[], recentFromMs: number): Piece[][] {
  const rounds: Piece[][] = [];
  const nextRound = new Map<string, number>();
  for (const write of writes) {
    let round = nextRound.get(write.clusterKey) ?? 0;
    for (const piece of piecesOf(write, recentFromMs)) {
      const others = rounds[round];
      if (others === undefined) rounds[round] = [piece];
      else others.push(piece);
      round += 1;
    }
    nextRound.set(write.clusterKey, round);
  }
  return rounds;
}

function* piecesOf(write: SeriesWrite, recentFromMs: number): Generator<Piece> {
  const { startMs } = write.block;
  const endMs = blockEndMs(write.block);
  let fromMs = startMs;
  for (;;) {
    const toMs = Math.min(floorHour(fromMs) + PIECE_HOURS * HOUR_MS, endMs);
    const knownFromMs = toMs < endMs ? fromMs : Math.min(fromMs, recentFromMs, endMs - KEPT_MS);
    yield { write, fromMs, toMs, knownFromMs };
    if (toMs >= endMs) return;
    fromMs = toMs;
  }
}
