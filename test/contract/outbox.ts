import { beforeEach, describe, expect, test } from "vitest";
import { NEW_GATE } from "#core/notify/rate-limits.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import type { DeliveryOutbox, OutboxKey, OutboxRow } from "#ports/outbox.ts";
import { MONDAY_MS } from "./samples.ts";

export interface OutboxWorld {
  /** Two outboxes over the same storage, as in two instances of the app. */
  readonly outbox: DeliveryOutbox;
  readonly other: DeliveryOutbox;
}

/** What every outbox does. */
export function describeOutbox(name: string, open: () => Promise<OutboxWorld>): void {
  describe(`outbox: ${name}`, () => {
    let outbox: DeliveryOutbox;
    let other: DeliveryOutbox;

    beforeEach(async () => {
      ({ outbox, other } = await open());
    });

    /** Changes the stored row; fails if it is not there. */
    async function change(key: OutboxKey, changes: Partial<OutboxRow>): Promise<string | undefined> {
      const loaded = await outbox.load(key);
      if (loaded === undefined) throw new Error(`no row ${JSON.stringify(key)}`);
      return await outbox.update({ ...loaded.value, ...changes }, loaded.tag);
    }

    test("is empty at first", async () => {
      expect(await outbox.load(row())).toBeUndefined();
      expect(await outbox.listOpen()).toEqual([]);
      expect(await outbox.listSince(0)).toEqual([]);
      await expect(outbox.expire(MONDAY_MS)).resolves.toBeUndefined();
      await expect(outbox.put([])).resolves.toBeUndefined();
    });

    test("gives back a row by its key, to every instance", async () => {
      await outbox.put([row()]);

      expect((await other.load({ channel: "ops", incidentId: "aks-1-z", sequence: 1 }))?.value).toEqual(
        row(),
      );
      expect(await other.load({ ...row(), sequence: 2 })).toBeUndefined();
      expect(await other.load({ ...row(), channel: "dev" })).toBeUndefined();
    });

    test("leaves rows alone that are there already, and inserts those beside them", async () => {
      await outbox.put([row()]);
      await change(row(), { state: "delivered", attempts: 3, settledAtMs: MONDAY_MS });

      await other.put([row(), row({ sequence: 2 }), row({ channel: "dev" })]);

      expect((await outbox.load(row()))?.value).toMatchObject({ state: "delivered", attempts: 3 });
      expect((await outbox.listOpen()).map(({ channel, sequence }) => [channel, sequence]).sort()).toEqual([
        ["dev", 1],
        ["ops", 2],
      ]);
    });

    test("takes the same row twice, and many rows", async () => {
      const rows = Array.from({ length: 130 }, (_, index) => row({ sequence: index + 1 }));
      await outbox.put([...rows, ...rows]);

      expect((await other.listOpen()).map(({ sequence }) => sequence)).toEqual(
        rows.map(({ sequence }) => sequence),
      );
    });

    test("keeps apart keys that look alike", async () => {
      const keys = ["a", "a:1", "a/1", "a|1", "ä", "%61", "a b", "a'"];
      await outbox.put(keys.flatMap((k) => [row({ channel: k }), row({ incidentId: k, channel: "x" })]));

      for (const key of keys) {
        expect((await outbox.load(row({ channel: key })))?.value.channel).toBe(key);
        expect((await outbox.load(row({ channel: "x", incidentId: key })))?.value.incidentId).toBe(key);
      }
      expect(await outbox.listOpen()).toHaveLength(2 * keys.length);
    });

    test("refuses the second of two updates with one tag", async () => {
      await outbox.put([row()]);
      const mine = await outbox.load(row());
      const yours = await other.load(row());
      const sending = { ...row(), state: "sending", leaseUntilMs: MONDAY_MS + 1 } as const;

      expect(await outbox.update(sending, mine?.tag ?? "")).toEqual(expect.any(String));
      expect(await other.update({ ...sending, leaseUntilMs: 9 }, yours?.tag ?? "")).toBeUndefined();
      expect((await other.load(row()))?.value.leaseUntilMs).toBe(MONDAY_MS + 1);
      expect((await other.listOpen()).map(({ leaseUntilMs }) => leaseUntilMs)).toEqual([MONDAY_MS + 1]);
    });

    test("hands out the tag for the next update", async () => {
      await outbox.put([row()]);
      let tag = (await outbox.load(row()))?.tag ?? "";
      const states: OutboxRow["state"][] = [
        "sending",
        "pending",
        "sending",
        "delivered",
        "delivered",
        "pending",
        "superseded",
        "pending",
        "dead",
      ];
      for (const state of states) {
        const next = await outbox.update(row({ state }), tag);
        expect([state, next]).toEqual([state, expect.any(String)]);
        tag = next ?? "";
        const isOpen = state === "pending" || state === "sending";
        expect((await other.listOpen()).map((open) => open.state)).toEqual(isOpen ? [state] : []);
      }
      expect((await other.load(row()))?.tag).toBe(tag);
    });

    test("refuses to settle with an old tag", async () => {
      await outbox.put([row()]);
      const old = (await outbox.load(row()))?.tag ?? "";
      await change(row(), { state: "sending" });

      expect(await outbox.update(row({ state: "delivered" }), old)).toBeUndefined();
      expect((await outbox.listOpen()).map(({ state }) => state)).toEqual(["sending"]);

      await change(row(), { state: "dead" });
      expect(await outbox.update(row({ state: "delivered" }), old)).toBeUndefined();
      expect((await outbox.load(row()))?.value.state).toBe("dead");
    });

    test("refuses to update what is not there", async () => {
      await outbox.put([row()]);
      const tag = (await outbox.load(row()))?.tag ?? "";

      expect(await outbox.update(row({ sequence: 9 }), tag)).toBeUndefined();
      expect(await outbox.update(row({ sequence: 9, state: "dead" }), tag)).toBeUndefined();
    });

    test("lists what is open, oldest first, and all since an instant", async () => {
      const at = (minute: number, changes: Partial<OutboxRow>) =>
        row({ createdAtMs: MONDAY_MS + minute * MINUTE_MS, ...changes });
      await outbox.put([
        at(3, { channel: "ops", sequence: 3 }),
        at(1, { channel: "zulu", sequence: 1 }),
        at(0, { channel: "dev", sequence: 4 }),
        at(2, { channel: "dev", sequence: 2, state: "delivered" }),
      ]);

      expect((await other.listOpen()).map(({ sequence }) => sequence)).toEqual([4, 1, 3]);
      expect((await other.listSince(MONDAY_MS + MINUTE_MS)).map(({ sequence }) => sequence)).toEqual([
        1, 2, 3,
      ]);
    });

    test("lists what may be taken of one channel, the oldest first, and no more than asked for", async () => {
      const at = (minute: number, changes: Partial<OutboxRow>) =>
        row({ createdAtMs: MONDAY_MS + minute * MINUTE_MS, ...changes });
      await outbox.put([
        at(2, { incidentId: "a" }),
        at(0, { incidentId: "z" }),
        at(1, { incidentId: "m", sequence: 10 }),
        at(1, { incidentId: "m", sequence: 9 }),
        at(0, { incidentId: "later", nextAttemptAtMs: MONDAY_MS + 1 }),
        at(0, { incidentId: "held", state: "sending", leaseUntilMs: MONDAY_MS + 1 }),
        at(0, { incidentId: "done", state: "delivered" }),
        at(0, { channel: "ops2" }),
      ]);
      const due = async (atMs: number, most: number) =>
        (await other.listDue("ops", atMs, most)).map(
          ({ incidentId, sequence }) => `${incidentId} ${sequence}`,
        );

      expect(await due(MONDAY_MS, 100)).toEqual(["z 1", "m 9", "m 10", "a 1"]);
      expect(await due(MONDAY_MS, 2)).toEqual(["z 1", "m 9"]);
      expect(await due(MONDAY_MS - 1, 100)).toEqual([]);
      expect((await due(MONDAY_MS + 1, 100)).toSorted()).toEqual([
        "a 1",
        "held 1",
        "later 1",
        "m 10",
        "m 9",
        "z 1",
      ]);
      expect(await other.listDue("ops", MONDAY_MS, 1)).toEqual([
        { channel: "ops", incidentId: "z", sequence: 1 },
      ]);

      await change(at(0, { incidentId: "z" }), { nextAttemptAtMs: MONDAY_MS + 5 });
      await change(at(1, { incidentId: "m", sequence: 9 }), { state: "superseded" });
      expect(await due(MONDAY_MS, 100)).toEqual(["m 10", "a 1"]);
      expect(await due(MONDAY_MS + 5, 100)).toContain("z 1");
    });

    test("counts what was given up after an instant, however it came to that", async () => {
      expect(await other.countDead(0)).toBe(0);
      await outbox.put([
        row(),
        row({ sequence: 2, state: "dead", settledAtMs: MONDAY_MS }),
        row({ sequence: 3, state: "dead", settledAtMs: MONDAY_MS + 1, channel: "dev" }),
        row({ sequence: 4, state: "delivered", settledAtMs: MONDAY_MS + 1 }),
      ]);
      await change(row(), { state: "dead", settledAtMs: MONDAY_MS + 2 });

      expect(await other.countDead(MONDAY_MS - 1)).toBe(3);
      expect(await other.countDead(MONDAY_MS)).toBe(2);
      expect(await other.countDead(MONDAY_MS + 2)).toBe(0);
      await outbox.expire(MONDAY_MS + DAY_MS);
      expect(await other.countDead(0)).toBe(0);
    });

    test("names the channels that have open rows", async () => {
      const names = ["ops", "ops-2", "Ops", "o", "_x"];
      await outbox.put(names.flatMap((channel) => [row({ channel }), row({ channel, sequence: 2 })]));
      await outbox.put([row({ channel: "quiet", state: "dead" })]);

      expect((await other.openChannels()).toSorted()).toEqual(names.toSorted());
    });

    test("keeps one gate for each channel, and lets one writer of two win", async () => {
      const gate = { ...NEW_GATE, sentAtMs: [MONDAY_MS, MONDAY_MS + 1], failures: 1, failedAtMs: MONDAY_MS };
      expect(await outbox.loadGate("ops")).toBeUndefined();

      expect(await outbox.saveGate("ops", gate, undefined)).toBe(true);
      expect(await other.saveGate("ops", NEW_GATE, undefined)).toBe(false);
      const mine = await outbox.loadGate("ops");
      const yours = await other.loadGate("ops");
      expect(yours?.value).toEqual(gate);
      expect(await outbox.loadGate("dev")).toBeUndefined();

      expect(await other.saveGate("ops", { ...gate, failures: 2 }, yours?.tag)).toBe(true);
      expect(await outbox.saveGate("ops", NEW_GATE, mine?.tag)).toBe(false);
      expect((await outbox.loadGate("ops"))?.value.failures).toBe(2);
      expect(await outbox.listSince(0)).toEqual([]);
    });

    test("expires settled rows that are old, and nothing else", async () => {
      const rows = Array.from({ length: 120 }, (_, index) =>
        row({
          channel: `c${index % 3}`,
          sequence: index + 1,
          createdAtMs: MONDAY_MS - 1,
          state: "delivered",
        }),
      );
      await outbox.put([
        ...rows,
        row({ sequence: 500, createdAtMs: MONDAY_MS - 1 }),
        row({ sequence: 501, createdAtMs: MONDAY_MS, state: "dead" }),
        row({ sequence: 502, createdAtMs: MONDAY_MS - 1, state: "superseded" }),
      ]);

      await Promise.all([outbox.expire(MONDAY_MS), other.expire(MONDAY_MS)]);

      expect((await outbox.listSince(0)).map(({ sequence }) => sequence)).toEqual([500, 501]);
    });
  });
}

export function row(changes: Partial<OutboxRow> = {}): OutboxRow {
  const key = { incidentId: "aks-1-z", sequence: 1, ...changes };
  return {
    channel: "ops",
    incidentId: key.incidentId,
    sequence: key.sequence,
    message: {
      incidentId: key.incidentId,
      sequence: key.sequence,
      kind: "opened",
      reason: "first",
      cluster: {
        id: "/subscriptions/S1/c1",
        key: "/subscriptions/s1/c1",
        name: "c1",
        subscriptionId: "s1",
        resourceGroup: "rg",
        location: "westeurope",
      },
      severity: "critical",
      headline: "SNAT ports of node 3 are used up – 1,020 of 1,024",
      openedAtMs: MONDAY_MS,
      atMs: MONDAY_MS,
      alerts: [],
      cause: null,
      remedy: { text: "more ports", commands: ["az aks update --name c1"] },
      leadingCheck: "snat-ports",
    },
    state: "pending",
    createdAtMs: MONDAY_MS,
    attempts: 0,
    nextAttemptAtMs: MONDAY_MS,
    leaseUntilMs: null,
    settledAtMs: null,
    lastError: null,
    ...changes,
  };
}
