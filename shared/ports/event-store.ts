import type { ClusterEvent, EventKind } from "#core/events/event.ts";

export interface EventsWrite {
  readonly clusterKey: string;
  readonly events: readonly ClusterEvent[];
}

export interface EventsQuery {
  /** Epoch ms, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Absent: every kind. */
  readonly kinds?: readonly EventKind[];
  /** At most so many, the oldest; see `newest`. */
  readonly most: number;
  /** Of more than `most` the newest. */
  readonly newest?: boolean;
}

/** What happened to clusters, as a time line. Every adapter passes test/contract/event-store.ts. */
export interface EventStore {
  /** Stores events; one of the same cluster, instant, kind and id as a stored one takes its place. Writing again is safe. */
  write(writes: readonly EventsWrite[]): Promise<void>;
  /**
   * Events of one cluster in the order of `eventOrder`, then of their ids.
   * A stored part that cannot be decoded is left out and named in `faults`.
   */
  read(
    clusterKey: string,
    query: EventsQuery,
  ): Promise<{ readonly events: readonly ClusterEvent[]; readonly faults: readonly string[] }>;
  /** Drops all that is older than `beforeMs` in whole units of storage; what is younger stays. */
  expire(beforeMs: number): Promise<void>;
  /** Drops all that is kept of a cluster. @returns how many rows that were */
  forget(clusterKey: string): Promise<number>;
}
