import { beforeEach, describe, expect, test } from "vitest";
import type { ClusterEvent, TopologyEvent } from "#core/events/event.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import type { EventStore } from "#ports/event-store.ts";
import { MONDAY_MS } from "./samples.ts";

export interface EventStoreWorld {
  /** Two stores over the same storage, as in two instances of the app. */
  readonly store: EventStore;
  readonly other: EventStore;
}

/** A change of the topology, so many minutes after Monday. */
export function change(minute: number, changes: Partial<TopologyEvent> = {}): TopologyEvent {
  return {
    kind: "topology",
    atMs: MONDAY_MS + minute * MINUTE_MS,
    id: "powerState|",
    title: "power state: running before, stopped now",
    detail: null,
    severity: "info",
    check: null,
    incident: null,
    channel: null,
    topology: { change: "powerState", subject: null, before: "running", after: "stopped" },
    ...changes,
  };
}

/** A verdict of a minute after Monday. */
function judged(minute: number): ClusterEvent {
  const { topology: _, ...head } = change(minute, { id: "verdict", title: "from healthy to warning" });
  return { ...head, kind: "verdict", verdict: { from: "healthy", to: "warning", began: [], ended: [] } };
}

/** What every store of events does. */
export function describeEventStore(name: string, open: () => Promise<EventStoreWorld>): void {
  describe(`event store: ${name}`, () => {
    let store: EventStore;
    let other: EventStore;

    beforeEach(async () => {
      ({ store, other } = await open());
    });

    const read = async (
      from = -1e6,
      to = 1e6,
      {
        clusterKey = "/c",
        ...query
      }: Partial<Parameters<EventStore["read"]>[1]> & { clusterKey?: string } = {},
    ) => {
      const [fromMs, toMs] = [MONDAY_MS + from * MINUTE_MS, MONDAY_MS + to * MINUTE_MS];
      return await other.read(clusterKey, { fromMs, toMs, most: 1_000, ...query });
    };
    const write = (...events: readonly ClusterEvent[]) => store.write([{ clusterKey: "/c", events }]);

    test("is empty at first", async () => {
      expect(await read()).toEqual({ events: [], faults: [] });
      await expect(store.write([])).resolves.toBeUndefined();
      await expect(store.write([{ clusterKey: "/c", events: [] }])).resolves.toBeUndefined();
      await expect(store.expire(MONDAY_MS)).resolves.toBeUndefined();
      await expect(store.forget("/c")).resolves.toBe(0);
    });

    test("gives back what was written, oldest first; the end of a range is not in it", async () => {
      const [a, b, c] = [change(0), change(1), change(60 * 24 * 40)];
      await write(c, a, b);

      expect(await read()).toEqual({ events: [a, b, c], faults: [] });
      expect((await read(1, 60 * 24 * 40)).events).toEqual([b]);
      expect((await read(2, 3)).events).toEqual([]);
    });

    test("within one instant, what was changed comes before what it did", async () => {
      await write(judged(0), change(0, { id: "b" }), change(0, { id: "a" }));
      expect((await read()).events.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
        "topology a",
        "topology b",
        "verdict verdict",
      ]);
    });

    test("an event that is written again takes its own place, also twice in one write", async () => {
      await write(change(0), judged(0), change(0, { title: "again" }));
      await other.write([{ clusterKey: "/c", events: [change(0, { title: "and again" })] }]);
      expect((await read()).events.map(({ title }) => title)).toEqual([
        "and again",
        "from healthy to warning",
      ]);
    });

    test("keeps clusters apart, and what names their events", async () => {
      const odd = change(0, { id: "firing|snat-ports|10.0.0.4|/a/b?#%|é 'x':;" });
      await store.write([
        { clusterKey: "/c", events: [odd, change(0, { id: "firing|snat-ports|10.0.0.4|/a/b?#%|e 'x':;" })] },
        { clusterKey: "/c2", events: [change(1)] },
      ]);
      expect((await read()).events).toHaveLength(2);
      expect((await read()).events).toContainEqual(odd);
      expect((await read(-10, 10, { clusterKey: "/c2" })).events).toEqual([change(1)]);
    });

    test("gives the kinds that are asked for", async () => {
      await write(change(0), judged(1), change(2));
      expect((await read(0, 9, { kinds: ["verdict"] })).events).toEqual([judged(1)]);
      expect((await read(0, 9, { kinds: ["verdict", "topology"] })).events).toHaveLength(3);
      expect((await read(0, 9, { kinds: ["alert"] })).events).toEqual([]);
    });

    test("gives no more than is asked for, the oldest or the newest, over months", async () => {
      const month = 60 * 24 * 31;
      await write(...[0, 1, 2].flatMap((part) => [0, 1, 2].map((minute) => change(part * month + minute))));
      const { events } = await read(0, 3 * month, { most: 4 });
      expect(events).toEqual([change(0), change(1), change(2), change(month)]);

      const last = await read(0, 3 * month, { most: 4, newest: true });
      expect(last.events).toEqual(
        [0, 1, 2].map((it) => change(2 * month + it)).toSpliced(0, 0, change(month + 2)),
      );
      expect((await read(0, 3 * month, { most: 2, newest: true })).events).toEqual(last.events.slice(-2));
      expect((await read(0, 3 * month, { most: 9, newest: true })).events).toHaveLength(9);
    });

    test("holds more than one transaction of a cluster", async () => {
      const many = Array.from({ length: 1_250 }, (_, at) => change(0, { id: String(at).padStart(4, "0") }));
      await write(...many);
      expect((await read(0, 1, { most: 2_000 })).events).toEqual(many);
    });

    test("drops what is old, and nothing that is younger", async () => {
      await write(change(0), change((60 * DAY_MS) / MINUTE_MS));
      await store.expire(MONDAY_MS + 60 * DAY_MS);
      expect((await read()).events).toEqual([change((60 * DAY_MS) / MINUTE_MS)]);
      await write(change(0));
      expect((await read()).events).toHaveLength(2);
    });

    test("forgets one cluster, and no other", async () => {
      const many = Array.from({ length: 120 }, (_, at) => change(at * 60 * 24));
      await store.write([
        { clusterKey: "/c", events: many },
        { clusterKey: "/c2", events: many },
      ]);
      expect(await other.forget("/c")).toBe(120);
      expect((await read()).events).toEqual([]);
      expect((await read(-10, 1e6, { clusterKey: "/c2" })).events).toHaveLength(120);
    });
  });
}
