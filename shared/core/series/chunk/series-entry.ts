/** How the values of a series are stored. The numbers are part of the format. */
export const EMPTY = 0;
export const CONSTANT = 1;
export const RUNS = 2;
export const NUMBERS = 3;
export const DOUBLES = 4;
/** As NUMBERS, and how far each value is beside its number over the divisor. */
export const NEAR_NUMBERS = 5;
export const KINDS = 6;

/** Whether it has numbers that are predicted. */
export function isPredicted(kind: number): boolean {
  return kind === NUMBERS || kind === NEAR_NUMBERS;
}

/** Whether it has numbers, and thus divisors. */
export function hasNumbers(kind: number): boolean {
  return kind === RUNS || isPredicted(kind);
}

/** What the directory says of one series. */
export interface SeriesEntry {
  /** One of the kinds above. */
  readonly kind: number;
  /** 1 + which mask says where it has values; 0: it has one at every step. */
  readonly mask: number;
  /** The value of a CONSTANT; 0 for other kinds. */
  readonly constant: number;
  /** Which list of divisors makes values of the numbers of its numbers; 0 for other kinds. */
  readonly divisors: number;
  /** Which parameters predict NUMBERS; 0 for other kinds. */
  readonly parameters: number;
  /** Index of the series that NUMBERS follow; -1: none. */
  readonly reference: number;
  /** How much of it they follow, in units that the parameters give. */
  readonly slope: number;
}

/**
 * The indices of the series that have bytes in the streams, in the order in which they have them: those that
 * follow another come after all that do not.
 */
export function streamOrder(series: readonly SeriesEntry[]): number[] {
  const free: number[] = [];
  const following: number[] = [];
  for (const [index, { kind, reference }] of series.entries()) {
    if (kind >= RUNS) (reference < 0 ? free : following).push(index);
  }
  return [...free, ...following];
}
