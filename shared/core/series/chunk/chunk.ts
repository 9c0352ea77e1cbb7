/** One series of a chunk. */
export interface ChunkSeries {
  /** What names it: fields in an order that the caller fixes; `null` for a field that is not there. */
  readonly name: readonly (string | null)[];
  /** One value for each step of the chunk; `NaN` is "no value". */
  readonly values: Float64Array;
}

/** Series over one run of equal steps: what is encoded as one piece of bytes. */
export interface Chunk {
  /** Epoch milliseconds of the first step. */
  readonly startMs: number;
  /** Length of a step, milliseconds. */
  readonly stepMs: number;
  readonly steps: number;
  readonly series: readonly ChunkSeries[];
}
