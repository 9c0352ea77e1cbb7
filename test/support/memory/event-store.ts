import { type ClusterEvent, eventOrder } from "#core/events/event.ts";
import { DAY_MS } from "#core/time.ts";
import type { EventStore, EventsQuery, EventsWrite } from "#ports/event-store.ts";

/** Events in memory; the unit of storage is a day. */
export class MemoryEventStore implements EventStore {
  /** By cluster, then by place. */
  readonly #clusters = new Map<string, Map<string, ClusterEvent>>();

  async write(writes: readonly EventsWrite[]): Promise<void> {
    for (const { clusterKey, events } of writes) {
      const known = this.#clusters.get(clusterKey) ?? new Map<string, ClusterEvent>();
      for (const event of events) known.set(`${eventOrder(event)}:${event.id}`, structuredClone(event));
      this.#clusters.set(clusterKey, known);
    }
  }

  async read(clusterKey: string, { fromMs, toMs, kinds, most, newest }: EventsQuery) {
    const found = this.all(clusterKey).filter(
      ({ atMs, kind }) => atMs >= fromMs && atMs < toMs && (kinds?.includes(kind) ?? true),
    );
    return { events: newest ? found.slice(-most) : found.slice(0, most), faults: [] };
  }

  async expire(beforeMs: number): Promise<void> {
    for (const events of this.#clusters.values()) {
      for (const [place, { atMs }] of events) {
        if ((Math.floor(atMs / DAY_MS) + 1) * DAY_MS <= beforeMs) events.delete(place);
      }
    }
  }

  async forget(clusterKey: string): Promise<number> {
    const rows = this.#clusters.get(clusterKey)?.size ?? 0;
    this.#clusters.delete(clusterKey);
    return rows;
  }

  /** Of one cluster, in order. */
  all(clusterKey: string): readonly ClusterEvent[] {
    const events = [...(this.#clusters.get(clusterKey) ?? [])];
    return structuredClone(events.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, event]) => event));
  }
}
