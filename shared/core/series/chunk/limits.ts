/** What a chunk may hold. The decoder bounds by them what it allocates; the encoder refuses more. */
export const MAX_STEPS = 2 ** 17;
export const MAX_SERIES = 2 ** 16;
/** Steps times series. */
export const MAX_VALUES = 2 ** 22;
export const MAX_NAME_FIELDS = 32;
/** Bytes of one field of a name in UTF-8. */
export const MAX_FIELD_BYTES = 4_096;
/** Bytes of all distinct fields together. */
export const MAX_NAME_BYTES = 2 ** 22;
/** Bytes of the directory before it is packed. */
export const MAX_DIRECTORY_BYTES = 2 ** 24;
/** A list of divisors, and each divisor. */
export const MAX_DIVISORS = 16;
export const MAX_DIVISOR = 2 ** 20;
/** Epoch milliseconds, on either side of 1970. */
export const MAX_INSTANT_MS = 2 ** 52 - 1;
/** How far a value can be beside its number over its divisor, in doubles between. */
export const MAX_ULPS = 64;
