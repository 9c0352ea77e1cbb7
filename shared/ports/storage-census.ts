/** What a look at every row of one table found. */
export interface TableCensus {
  readonly table: string;
  readonly rows: number;
  /** Of binary. */
  readonly bytes: number;
  /** Samples, and aggregates of roll-ups; `null` where rows hold neither. */
  readonly values: number | null;
  /** A sentence for each part that cannot be read, which names its row. */
  readonly faults: readonly string[];
}

/** Reads everything that is kept beside samples. */
export interface StorageCensus {
  /** @throws the signal's reason when it ends; then nothing is known */
  census(signal: AbortSignal): Promise<readonly TableCensus[]>;
}
