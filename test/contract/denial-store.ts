import { beforeEach, describe, expect, test } from "vitest";
import { DENIAL_SPAN_MS, type Denial } from "#core/denials/denial.ts";
import { DAY_MS, HOUR_MS } from "#core/time.ts";
import type { DenialStore } from "#ports/denial-store.ts";
import { MONDAY_MS } from "./samples.ts";

export interface DenialStoreWorld {
  /** Two stores over the same storage, as in two instances of the app. */
  readonly store: DenialStore;
  readonly other: DenialStore;
}

/** The start of a span, so many after Monday. */
export function span(number: number): number {
  return MONDAY_MS + number * DENIAL_SPAN_MS;
}

export function denial(spanMs: number, changes: Partial<Denial> = {}): Denial {
  return {
    spanMs,
    firewall: "/subscriptions/s/resourcegroups/hub/providers/microsoft.network/azurefirewalls/fw",
    kind: "application",
    destination: "mcr.microsoft.com",
    port: 443,
    protocol: "https",
    rule: null,
    reason: "Default Action",
    count: 3,
    sources: ["10.1.0.4", "10.1.0.5"],
    sourceCount: 2,
    firstSeenMs: spanMs + 1_000,
    lastSeenMs: spanMs + 200_000,
    ...changes,
  };
}

/** A write of some spans, with what they hold. */
export function write(clusterKey: string, from: number, to: number, denials: readonly Denial[]) {
  return { clusterKey, fromMs: span(from), toMs: span(to), denials };
}

/** What every store of denials does. */
export function describeDenialStore(name: string, open: () => Promise<DenialStoreWorld>): void {
  describe(`denial store: ${name}`, () => {
    let store: DenialStore;
    let other: DenialStore;

    beforeEach(async () => {
      ({ store, other } = await open());
    });

    const read = async (clusterKey: string, from: number, to: number) =>
      await other.read("s", clusterKey, span(from), span(to));

    test("is empty at first", async () => {
      expect(await read("/c", -100, 100)).toEqual({ denials: [], faults: [] });
      await expect(store.write("s", [])).resolves.toBeUndefined();
      await expect(store.expire(MONDAY_MS)).resolves.toBeUndefined();
    });

    test("gives back what was written, oldest span first, in whole spans", async () => {
      const [a, b, c] = [denial(span(0)), denial(span(1), { kind: "network", port: null }), denial(span(13))];
      await store.write("s", [write("/c", 0, 14, [c, a, b])]);

      expect(await read("/c", 0, 14)).toEqual({ denials: [a, b, c], faults: [] });
      expect((await read("/c", 1, 13)).denials).toEqual([b]);
      expect((await read("/c", 2, 13)).denials).toEqual([]);
    });

    test("keeps shards and clusters apart", async () => {
      await store.write("s", [write("/c", 0, 1, [denial(span(0))]), write("/c2", 0, 1, [])]);
      await store.write("t", [write("/c", 0, 1, [denial(span(0), { count: 9 })])]);

      expect((await read("/c", 0, 1)).denials.map(({ count }) => count)).toEqual([3]);
      expect((await read("/c2", 0, 1)).denials).toEqual([]);
      expect((await other.read("t", "/c", span(0), span(1))).denials.map(({ count }) => count)).toEqual([9]);
    });

    test("replaces each span of a write and no other", async () => {
      await store.write("s", [
        write(
          "/c",
          0,
          3,
          [0, 1, 2].map((at) => denial(span(at))),
        ),
      ]);

      await other.write("s", [write("/c", 1, 3, [denial(span(2), { count: 7 })])]);

      const counts = (await read("/c", 0, 3)).denials.map(({ spanMs, count }) => [spanMs, count]);
      expect(counts).toEqual([
        [span(0), 3],
        [span(2), 7],
      ]);
    });

    test("writes the same again and again, in turns with another instance", async () => {
      const versions = [3, 4, 3, 3, 5].map((count) => denial(span(0), { count }));
      for (const [at, version] of versions.entries()) {
        await (at % 2 === 0 ? store : other).write("s", [write("/c", 0, 1, [version])]);
        expect((await read("/c", 0, 1)).denials).toEqual([version]);
      }
      await other.write("s", [write("/c", 0, 1, [])]);
      await store.write("s", [write("/c", 0, 1, [])]);
      expect((await read("/c", 0, 1)).denials).toEqual([]);
    });

    test("holds a day of many clusters, across the end of a week", async () => {
      const sunday = Math.round((6 * DAY_MS) / DENIAL_SPAN_MS) + 144;
      const writes = Array.from({ length: 12 }, (_, cluster) =>
        write(
          `/c${cluster}`,
          sunday,
          sunday + 288,
          Array.from({ length: 288 }, (__, at) => denial(span(sunday + at), { count: cluster + 1 })),
        ),
      );

      await store.write("s", writes);

      const { denials } = await read("/c7", sunday, sunday + 288);
      expect(denials.map(({ spanMs }) => spanMs)).toEqual(
        Array.from({ length: 288 }, (_, at) => span(sunday + at)),
      );
      expect(new Set(denials.map(({ count }) => count))).toEqual(new Set([8]));
    });

    test("holds thousands of kinds in one span", async () => {
      const many = Array.from({ length: 2_000 }, (_, at) =>
        denial(span(0), { destination: `host-${at}.example-${(at * 7919) % 9973}.com`, count: 2_000 - at }),
      );
      await store.write("s", [write("/c", 0, 1, many)]);

      expect((await read("/c", 0, 1)).denials).toEqual(many);
    });

    test("loses nothing when two instances write at once", async () => {
      const clusters = Array.from({ length: 10 }, (_, at) => `/c${at}`);
      await Promise.all(
        clusters.map((cluster, at) =>
          (at % 2 === 0 ? store : other).write("s", [
            write(cluster, 0, 1, [denial(span(0), { count: at + 1 })]),
          ]),
        ),
      );

      for (const [at, cluster] of clusters.entries()) {
        expect((await read(cluster, 0, 1)).denials.map(({ count }) => count)).toEqual([at + 1]);
      }
    });

    test("expires whole units that are old, and leaves what is younger", async () => {
      const old = Math.round((-10 * DAY_MS) / DENIAL_SPAN_MS);
      await store.write("s", [
        write("/c", old, old + 1, [denial(span(old))]),
        write("/c", 0, 1, [denial(span(0))]),
      ]);

      await Promise.all([store.expire(MONDAY_MS + HOUR_MS), other.expire(MONDAY_MS + HOUR_MS)]);

      expect((await read("/c", old, 1)).denials.map(({ spanMs }) => spanMs)).toEqual([span(0)]);
      // A dropped unit can be written again.
      await store.write("s", [write("/c", 1, 2, [denial(span(1))])]);
      expect((await read("/c", 0, 2)).denials).toHaveLength(2);
    });
  });
}
