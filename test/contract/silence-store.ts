import { beforeEach, describe, expect, test } from "vitest";
import type { NewSilence } from "#core/alert/silence.ts";
import { HOUR_MS } from "#core/time.ts";
import type { SilenceStore } from "#ports/silence-store.ts";
import { MONDAY_MS } from "./samples.ts";

/** What every store of silences does. Two of them over the same storage are two instances of the app. */
export function describeSilenceStore(
  name: string,
  open: () => Promise<{ readonly store: SilenceStore; readonly other: SilenceStore }>,
): void {
  describe(`silence store: ${name}`, () => {
    let store: SilenceStore;
    let other: SilenceStore;

    beforeEach(async () => {
      ({ store, other } = await open());
    });

    test("is empty at first", async () => {
      expect(await store.list()).toEqual([]);
      expect(await store.end("none", MONDAY_MS)).toBe(false);
      await expect(store.expire(MONDAY_MS)).resolves.toBeUndefined();
    });

    test("gives every one an id of its own, and tells every instance at once, the newest first", async () => {
      const first = await store.add(silence({ comment: "första – 1" }));
      expect(await other.list()).toEqual([first]);
      const second = await other.add(
        silence({ createdAtMs: MONDAY_MS + 1, cluster: "aks-*", check: "icmp" }),
      );

      expect(first).toEqual({ ...silence({ comment: "första – 1" }), id: first.id });
      expect(first.id).toMatch(/^[\w-]+$/);
      expect(await store.list()).toEqual([second, first]);
    });

    test("ends one, once", async () => {
      const { id } = await store.add(silence());
      const { id: untouched } = await store.add(silence());

      expect(await other.end(id, MONDAY_MS + 5)).toBe(true);
      expect(await store.end(id, MONDAY_MS + 9)).toBe(true);

      const ends = new Map((await store.list()).map((each) => [each.id, each.endedAtMs]));
      expect(ends.get(id)).toBe(MONDAY_MS + 5);
      expect(ends.get(untouched)).toBeNull();
    });

    test("leaves one alone whose time is over", async () => {
      const { id } = await store.add(silence());
      expect(await store.end(id, MONDAY_MS + 2 * HOUR_MS)).toBe(true);
      expect((await store.list())[0]?.endedAtMs).toBeNull();
    });

    test("deletes one, and no other", async () => {
      const { id } = await store.add(silence());
      const kept = await store.add(silence());
      await other.remove(id);
      await store.remove(id);
      expect(await store.list()).toEqual([kept]);
    });

    test("takes an id that nobody gave for what it is", async () => {
      await store.add(silence());
      for (const id of ["", "a/b", "a|b", "'", "ä", "x".repeat(2_000)])
        expect(await store.end(id, 0)).toBe(false);
    });

    test("expires what ended before an instant, by its time or by hand", async () => {
      await store.add(silence({ untilMs: MONDAY_MS - 1, comment: "old" }));
      const { id } = await store.add(silence({ comment: "ended" }));
      await store.end(id, MONDAY_MS - 1);
      await store.add(silence({ untilMs: MONDAY_MS, comment: "at the instant" }));
      await store.add(silence({ comment: "running" }));

      await Promise.all([store.expire(MONDAY_MS), other.expire(MONDAY_MS)]);
      expect((await other.list()).map(({ comment }) => comment).sort()).toEqual([
        "at the instant",
        "running",
      ]);
    });
  });
}

export function silence(changes: Partial<NewSilence> = {}): NewSilence {
  return {
    subject: { node: "aks-Pool-1" },
    startsAtMs: MONDAY_MS - HOUR_MS,
    untilMs: MONDAY_MS + HOUR_MS,
    comment: "a load test",
    createdBy: "ops",
    createdAtMs: MONDAY_MS,
    endedAtMs: null,
    ...changes,
  };
}
