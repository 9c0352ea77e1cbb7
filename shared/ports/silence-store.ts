import type { NewSilence, Silence } from "#core/alert/silence.ts";

/** Silences, a few at a time: reading all of them is one call. Every adapter passes test/contract/silence-store.ts. */
export interface SilenceStore {
  /** All that are kept, active and ended, the newest first. */
  list(): Promise<readonly Silence[]>;
  /** Stores one under an id that no other has, of characters that a path of a URL takes as they are. */
  add(silence: NewSilence): Promise<Silence>;
  /**
   * Ends one at that instant. One that has ended before, by its time or by hand, stays as it ended.
   *
   * @returns false if there is none of that id
   */
  end(id: string, atMs: number): Promise<boolean>;
  /** Deletes one, ended or not; one that is not there is well. */
  remove(id: string): Promise<void>;
  /** Drops those that ended before that instant. */
  expire(beforeMs: number): Promise<void>;
}
