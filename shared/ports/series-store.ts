import type { SampleBlock } from "#core/series/sample-block.ts";

export interface SeriesWrite {
  readonly clusterKey: string;
  readonly block: SampleBlock;
}

/** Where samples live. Every adapter passes test/contract/series-store.ts. */
export interface SeriesStore {
  /**
   * Adds samples of clusters of one shard. Idempotent: writing the same again changes nothing; a later reading of a minute
   * replaces the earlier value; "no value" never erases a value. Two writers at once lose nothing of either.
   *
   * @returns for each cluster what the store now holds from `recentFromMs` to the end of its written block
   * @throws AdapterError when the store cannot be reached; then any part may have been written, and writing again is safe
   */
  append(
    shard: string,
    writes: readonly SeriesWrite[],
    recentFromMs: number,
  ): Promise<Map<string, SampleBlock>>;

  /**
   * Everything of one cluster between the two instants (whole minutes, `toMs` exclusive), as a block of exactly that span.
   * A stored part that cannot be decoded is left out and named in `faults`.
   */
  read(
    shard: string,
    clusterKey: string,
    fromMs: number,
    toMs: number,
  ): Promise<{ readonly block: SampleBlock; readonly faults: readonly string[] }>;

  /** Drops all that is older than `beforeMs` in whole units of storage; what is younger stays. */
  expire(beforeMs: number): Promise<void>;
}
