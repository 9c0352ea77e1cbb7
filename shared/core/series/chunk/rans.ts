/**
 * Asymmetric numeral system in the range variant (rANS): one whole number, the state, holds what was coded so far.
 * These constants are part of the format.
 */

/** Frequencies of a table add up to 2^12. */
export const TOTAL_BITS = 12;
export const TOTAL = 2 ** TOTAL_BITS;
/** A state is from 2^15 to 2^31-1; words of 16 bits go in and out to keep it there. */
export const LOWEST_STATE = 2 ** 15;
/** So many bits at most are coded raw at once. */
export const RAW_BITS = 15;
/** An exponential Golomb code has at most so many bits after its one: whole numbers are exact up to there. */
export const MAX_GOLOMB_BITS = 52;
/** The order of such a code, where a stream itself says it. */
export const ORDER_BITS = 6;
