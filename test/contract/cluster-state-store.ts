import { beforeEach, describe, expect, test } from "vitest";
import type { ClusterState } from "#core/collection/cluster-state.ts";
import { HOUR_MS } from "#core/time.ts";
import type { ClusterStateStore } from "#ports/cluster-state-store.ts";
import { MONDAY_MS } from "./samples.ts";
import { alerts, state, verdict } from "./states.ts";

export interface ClusterStateStoreWorld {
  /** Two stores over the same storage, as in two instances of the app. */
  readonly store: ClusterStateStore;
  readonly other: ClusterStateStore;
}

const SHARD = "s1-westeurope-1";
const A = "/subscriptions/s1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/a";
const B = `${A}b`;

/** What every store of cluster states does. */
export function describeClusterStateStore(name: string, open: () => Promise<ClusterStateStoreWorld>): void {
  describe(`cluster state store: ${name}`, () => {
    let store: ClusterStateStore;
    let other: ClusterStateStore;

    beforeEach(async () => {
      ({ store, other } = await open());
    });

    /** Saves over whatever the store has. */
    async function save(by: ClusterStateStore, ...states: ClusterState[]): Promise<string[]> {
      const known = await by.loadShard(SHARD);
      const changes = states.map((value) => ({
        state: value,
        tag: known.get(value.clusterKey)?.tag ?? null,
      }));
      return [...(await by.save(SHARD, changes))];
    }

    async function throughOf(by: ClusterStateStore): Promise<Record<string, number | null>> {
      const states = await by.loadShard(SHARD);
      return Object.fromEntries([...states].map(([key, { value }]) => [key, value.throughMs]));
    }

    test("has nothing before the first save", async () => {
      expect((await store.loadShard(SHARD)).size).toBe(0);
      expect(await store.load(SHARD, A)).toBeUndefined();
      expect(await store.summaries()).toEqual([]);
    });

    test("gives back every part of a state, to every instance", async () => {
      const saved = state(A, {
        throughMs: MONDAY_MS,
        backfill: [{ fromMs: 0, toMs: 60_000, kind: "import" }],
        problems: [{ source: "snatPorts", reason: "forbidden", message: "grant Monitoring Reader – bitte" }],
        peaks: [{ hourMs: MONDAY_MS, usedPorts: 0.1 + 0.2, backendIp: "10.0.0.4", protocol: "tcp" }],
        verdict: verdict("critical"),
        alerts: alerts(2),
      });
      expect(await save(store, saved)).toEqual([]);

      for (const reader of [store, other]) {
        expect(await reader.load(SHARD, A)).toEqual(saved);
        expect((await reader.loadShard(SHARD)).get(A)?.value).toEqual(saved);
      }
    });

    test("gives every instance what was saved last, minute after minute", async () => {
      const first = verdict("healthy", 10);
      for (let minute = 0; minute < 6; minute += 1) {
        const nodes = first.nodes.map((node) => ({ ...node, usedPorts: minute * 1.5 }));
        const saved = state(A, {
          throughMs: MONDAY_MS + minute,
          // Parts that change and change back, and a set of nodes that does.
          problems: minute === 2 ? [{ source: "snatPorts", reason: "partial", message: "half of it" }] : [],
          verdict: { ...first, minuteMs: MONDAY_MS + minute, nodes: minute === 4 ? nodes.slice(3) : nodes },
        });
        expect(await save(store, saved)).toEqual([]);

        for (const reader of [store, other]) {
          expect(await reader.load(SHARD, A)).toEqual(saved);
          expect((await reader.loadShard(SHARD)).get(A)?.value).toEqual(saved);
        }
      }
    });

    test("goes on from what the other instance saved in between", async () => {
      const saved = (throughMs: number) => state(A, { throughMs, verdict: verdict("healthy", 10) });
      await save(store, saved(1));
      await save(store, saved(2));
      await save(other, { ...saved(3), peaks: [], maintenance: null, alerts: alerts(1) });
      await save(store, saved(4));
      await save(store, saved(5));

      for (const reader of [store, other]) expect(await reader.load(SHARD, A)).toEqual(saved(5));
    });

    test("keeps clusters and shards apart", async () => {
      await save(store, state(A, { throughMs: 1 }), state(B, { throughMs: 2 }));
      await store.save("s1-westeurope-2", [{ state: state(A, { throughMs: 3 }), tag: null }]);

      expect(await throughOf(other)).toEqual({ [A]: 1, [B]: 2 });
      expect((await other.load("s1-westeurope-2", A))?.throughMs).toBe(3);
    });

    test("goes on saving with the tags it hands out", async () => {
      for (let minute = 0; minute < 5; minute += 1) {
        expect(await save(store, state(A, { throughMs: minute }), state(B))).toEqual([]);
      }

      expect(await throughOf(store)).toEqual({ [A]: 4, [B]: null });
      expect(await throughOf(other)).toEqual({ [A]: 4, [B]: null });
    });

    test("refuses a first save where there is a state already", async () => {
      await save(store, state(A, { throughMs: 1 }));

      const losers = await other.save(SHARD, [{ state: state(A, { throughMs: 2 }), tag: null }]);

      expect([...losers]).toEqual([A]);
      expect((await other.load(SHARD, A))?.throughMs).toBe(1);
    });

    test("refuses the second of two racing saves, and saves the clusters beside it", async () => {
      await save(store, state(A), state(B));
      const mine = await store.loadShard(SHARD);
      await save(other, state(B, { throughMs: 7 }));

      const losers = await store.save(SHARD, [
        { state: state(A, { throughMs: 1 }), tag: mine.get(A)?.tag ?? null },
        { state: state(B, { throughMs: 1 }), tag: mine.get(B)?.tag ?? null },
        { state: state("/c", { throughMs: 1 }), tag: null },
      ]);

      expect([...losers]).toEqual([B]);
      expect(await throughOf(store)).toEqual({ [A]: 1, [B]: 7, "/c": 1 });
    });

    test("names every loser when all tags are old", async () => {
      const keys = Array.from({ length: 50 }, (_, index) => `/c${index}`);
      await save(store, ...keys.map((key) => state(key)));
      const old = await store.loadShard(SHARD);
      await save(other, ...keys.map((key) => state(key, { throughMs: 1 })));

      const changes = [...old.values()].map(({ value, tag }) => ({ state: value, tag }));
      const losers = await store.save(SHARD, changes);

      expect(losers).toEqual(new Set(keys));
    });

    test("refuses a save of a state that was removed", async () => {
      await save(store, state(A));
      const tag = (await store.loadShard(SHARD)).get(A)?.tag ?? null;
      await other.remove(SHARD, A);

      expect([...(await store.save(SHARD, [{ state: state(A), tag }]))]).toEqual([A]);
      expect(await store.load(SHARD, A)).toBeUndefined();
    });

    test("sees what another instance saved, added and removed since", async () => {
      await save(store, state(A), state(B));
      await store.loadShard(SHARD);
      await save(other, state(A, { throughMs: 5 }), state("/c"));
      await other.remove(SHARD, B);

      expect(await throughOf(store)).toEqual({ [A]: 5, "/c": null });
      expect(await save(store, state(A, { throughMs: 6 }))).toEqual([]);
    });

    test("sees what another instance saved between its own load and save of other clusters", async () => {
      await save(store, state(A), state(B));
      const mine = await store.loadShard(SHARD);
      await save(other, state(B, { throughMs: 5 }));
      await store.save(SHARD, [{ state: state(A, { throughMs: 6 }), tag: mine.get(A)?.tag ?? null }]);

      expect(await throughOf(store)).toEqual({ [A]: 6, [B]: 5 });
    });

    test("hands out a map of its own each time", async () => {
      await save(store, state(A));
      (await store.loadShard(SHARD)).clear();

      expect((await store.loadShard(SHARD)).size).toBe(1);
    });

    test("removes a cluster, also one that is not there", async () => {
      await save(store, state(A), state(B));
      await store.remove(SHARD, A);
      await store.remove(SHARD, A);

      expect(await throughOf(store)).toEqual({ [B]: null });
    });

    test("takes states of a thousand nodes with an alert each", async () => {
      const big = (key: string) => state(key, { verdict: verdict("critical", 2000), alerts: alerts(1000) });
      await save(store, big(A), big(B));

      expect(await other.load(SHARD, B)).toEqual(big(B));
      const [summary] = await other.summaries();
      expect(summary?.alerts).toEqual(alerts(1000));
    });

    test("takes more clusters than a transaction", async () => {
      const keys = Array.from({ length: 230 }, (_, index) => `/c${index}`);
      await save(store, ...keys.map((key) => state(key)));
      await save(store, ...keys.map((key) => state(key, { throughMs: 3 })));

      expect(new Set(Object.values(await throughOf(other)))).toEqual(new Set([3]));
      expect(Object.keys(await throughOf(store))).toHaveLength(230);
    });

    test("sums up every cluster that has a verdict, over all shards", async () => {
      const incident = {
        id: "a-1",
        openedAtMs: MONDAY_MS,
        severity: "critical",
        sequence: 2,
        lastToldAtMs: MONDAY_MS,
        toldAlerts: ["x"],
      } as const;
      const judged = state(A, {
        throughMs: MONDAY_MS,
        dataThroughMs: MONDAY_MS - 60_000,
        backfill: [
          { fromMs: 0, toMs: HOUR_MS, kind: "import" },
          { fromMs: 0, toMs: 60_000, kind: "catchUp" },
        ],
        verdict: verdict("critical"),
        alerts: alerts(2),
        incident,
      });
      await save(store, judged, state("/not-judged"));
      await store.save("other-shard", [{ state: state(B, { verdict: verdict("healthy") }), tag: null }]);

      const summaries = await other.summaries();

      expect(summaries.map(({ clusterKey }) => clusterKey).sort()).toEqual([A, B]);
      expect(summaries.find(({ clusterKey }) => clusterKey === A)).toEqual({
        clusterKey: A,
        status: "critical",
        headline: verdict("critical").headline,
        evaluatedAtMs: MONDAY_MS + 180_123,
        dataThroughMs: MONDAY_MS - 60_000,
        throughMs: MONDAY_MS,
        worstUsedRatio: 0.1 + 0.2,
        exhaustionInSeconds: null,
        alerts: alerts(2),
        incident,
        backfillMinutes: 61,
        throttled: false,
      });
    });
  });
}
