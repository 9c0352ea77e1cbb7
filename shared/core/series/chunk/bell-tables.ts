import { TOTAL, TOTAL_BITS } from "./rans.ts";
import { span } from "./span.ts";

/** Spreads: four an octave from a mean distance of 1/32 to one of 4. */
export const SPREADS = 28;
/** Where between two whole numbers the middle lies, in quarters. */
export const PHASES = 4;
/** Symbol 0 is the escape; symbol `radius + 1 + r` is the whole number `r` away from the middle. */
export const SYMBOLS = 64;
/** Tails from heavy to slim. */
export const MIN_SHAPE = 1;
export const MAX_SHAPE = 6;

/** Frequencies of every spread and phase for one shape. Table `t = spread * PHASES + phase`. */
export interface BellTables {
  /** Farthest whole number from the middle that has a symbol, for each table. */
  readonly radius: Uint8Array;
  /** For slot `s` of table `t` at `t * TOTAL + s`: its symbol. */
  readonly symbols: Uint8Array;
  /** For symbol `y` of table `t` at `t * SYMBOLS + y`: its `span`. */
  readonly spans: Int32Array;
}

const known = new Map<number, BellTables>();

/** Made when first used and then kept: 0.5 MB a shape. */
export function bellTables(shape: number): BellTables {
  let tables = known.get(shape);
  if (tables === undefined) {
    tables = makeTables(shape);
    known.set(shape, tables);
  }
  return tables;
}

function makeTables(shape: number): BellTables {
  const count = SPREADS * PHASES;
  const radius = new Uint8Array(count);
  const symbols = new Uint8Array(count << TOTAL_BITS);
  const spans = new Int32Array(count * SYMBOLS);
  for (let table = 0; table < count; table += 1) {
    const frequencies = bell(shape, table >> 2, (table & 3) / PHASES);
    radius[table] = frequencies.length / 2 - 1;
    let start = 0;
    for (const [symbol, frequency] of frequencies.entries()) {
      spans[table * SYMBOLS + symbol] = span(start, frequency);
      const from = (table << TOTAL_BITS) + start;
      symbols.fill(symbol, from, from + frequency);
      start += frequency;
    }
  }
  return { radius, symbols, spans };
}

/**
 * Frequencies of the escape and of the whole numbers around a middle, by Student's distribution: sums, products and
 * quotients of doubles alone, so that every machine has the same.
 *
 * @param middle 0, 1/4, 1/2 or 3/4
 */
function bell(shape: number, spread: number, middle: number): number[] {
  const distance = ((4.5 + (spread & 3)) / 4) * 2 ** ((spread >> 2) - 5);
  const radius = Math.min(SYMBOLS / 2 - 1, Math.ceil(4 + 8 * distance));
  const freedom = 2 ** (shape + 1) - 1;
  const width = distance * (WIDTHS[shape] ?? 1);
  const weights: number[] = [];
  let sum = 0;
  for (let r = -radius; r <= radius; r += 1) {
    const x = (r - middle) / width;
    let weight = 1 / (1 + (x * x) / freedom);
    for (let doubling = 0; doubling < shape; doubling += 1) weight *= weight;
    weights.push(weight);
    sum += weight;
  }
  // Each has at least one, so that each can be coded; what rounding leaves is the most frequent one's.
  const shared = TOTAL - (2 * radius + 2);
  const frequencies = [1, ...weights.map((weight) => 1 + Math.floor((weight / sum) * shared))];
  let most = 1;
  let total = 0;
  for (const [symbol, frequency] of frequencies.entries()) {
    total += frequency;
    if (symbol > 0 && frequency > (frequencies[most] ?? 0)) most = symbol;
  }
  frequencies[most] = (frequencies[most] ?? 0) + TOTAL - total;
  return frequencies;
}

/** The width of a shape whose mean distance from the middle is 1: Student's with 3, 7, 15, 31, 63 and 127 degrees of freedom. */
const WIDTHS = [0, 0.907, 1.113, 1.189, 1.223, 1.238, 1.246];
