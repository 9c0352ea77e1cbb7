import { afterAll, beforeAll, expect, test } from "vitest";
import { EVENTS, encodeEvent, eventRow } from "#adapters/tables/event-layout.ts";
import { openTables } from "#adapters/tables/open-tables.ts";
import { TableAccount } from "#adapters/tables/table-account.ts";
import { tableEndMs, tableOf, tableRanges } from "#adapters/tables/table-runs.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import { change } from "../../contract/event-store.ts";
import { MONDAY_MS } from "../../contract/samples.ts";
import { type Azurite, startAzurite, uniquePrefix } from "../../support/azurite.ts";
import { countTraffic } from "./count-traffic.ts";

let azurite: Azurite | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

const WEEK = { fromMs: MONDAY_MS, toMs: MONDAY_MS + 7 * DAY_MS, most: 100 };

function open(client = {}) {
  const connection = { connectionString: azurite?.connectionString ?? "" };
  const options = { connection, prefix: uniquePrefix(), client };
  const { events, census } = openTables(options);
  return { events, census, account: new TableAccount(options) };
}

test("a row that cannot be read is named, and the rest is answered", async () => {
  const { events, account } = open();
  const [damaged, empty, other, whole] = [0, 1, 2, 3].map((minute) => change(minute));
  if (!damaged || !empty || !other || !whole) throw new Error("four events");
  await events.write([{ clusterKey: "c", events: [damaged, empty, other, whole] }]);
  const b0 = Buffer.from(`\u0001${JSON.stringify({ ...other, kind: "of a later version" })}`);
  await account.table(tableOf(EVENTS, MONDAY_MS)).transact("c", [
    { kind: "put", row: eventRow(damaged), properties: { kind: "topology", b0: Buffer.from([2, 7, 7]) } },
    { kind: "put", row: eventRow(empty), properties: { kind: "topology" } },
    { kind: "put", row: eventRow(other), properties: { kind: "topology", b0 } },
  ]);

  const answer = await events.read("c", WEEK);
  expect(answer.events).toEqual([whole]);
  expect(answer.faults).toEqual([
    expect.stringContaining(`event in row ${eventRow(damaged)} cannot be read: `),
    `event in row ${eventRow(empty)} cannot be read: holds no value`,
    `event in row ${eventRow(other)} cannot be read: kind of a later version is none of this version`,
  ]);
});

test("a look at everything names each event that cannot be read, or stands where it is not looked for", async () => {
  const { events, census, account } = open();
  const [damaged, empty, moved, unasked, whole] = [0, 1, 2, 3, 4].map((minute) => change(minute));
  if (!damaged || !empty || !moved || !unasked || !whole) throw new Error("five events");
  const january = change(50 * 24 * 60);
  await events.write([{ clusterKey: "/c", events: [damaged, empty, moved, unasked, whole, january] }]);
  await account.table(tableOf(EVENTS, MONDAY_MS)).transact("|c", [
    { kind: "put", row: eventRow(damaged), properties: { kind: "topology", b0: Buffer.from([2, 7, 7]) } },
    { kind: "put", row: eventRow(empty), properties: { kind: "topology" } },
    { kind: "put", row: eventRow(moved), properties: encodeEvent(whole) },
    { kind: "put", row: eventRow(unasked), properties: { ...encodeEvent(unasked), kind: "alert" } },
  ]);

  const tables = await census.census(new AbortController().signal);

  expect(tables.map(({ table, rows }) => [table.slice(-12), rows])).toEqual([
    ["Events202611", 5],
    ["Events202701", 1],
  ]);
  const place = `${tables[0]?.table} |c`;
  expect(tables.flatMap(({ faults }) => faults)).toEqual([
    expect.stringContaining(`${place} ${eventRow(damaged)}: `),
    `${place} ${eventRow(empty)}: holds no value`,
    `${place} ${eventRow(moved)}: holds the event of row ${eventRow(whole)}`,
    `${place} ${eventRow(unasked)}: stands under kind alert, holds an event of kind topology`,
  ]);
});

test("a week is one call, a change is one call", async () => {
  const traffic = countTraffic();
  const { events } = open(traffic.client);
  const calls = () => Object.values(traffic.calls()).reduce((sum, count) => sum + count, 0);
  await events.write([{ clusterKey: "c", events: [change(0)] }]);
  traffic.reset();
  await events.write([{ clusterKey: "c", events: [change(1), change(2)] }]);
  expect(calls()).toBe(1);
  expect((await events.read("c", WEEK)).events).toHaveLength(3);
  expect(calls()).toBe(2);
});

test("tables are months", () => {
  const at = (text: string) => Date.parse(text);
  expect(tableOf(EVENTS, at("2026-11-30T23:59:59.999Z"))).toBe("Events202611");
  expect(tableEndMs(EVENTS, "Events202611")).toBe(at("2026-12-01T00:00:00Z"));
  expect(tableEndMs(EVENTS, "Events202612")).toBe(at("2027-01-01T00:00:00Z"));
  expect(tableEndMs(EVENTS, "Events2026121")).toBeUndefined();
  expect(eventTables(at("2026-11-30T12:00:00Z"), at("2027-01-01T00:00:00Z"))).toEqual([
    "Events202611",
    "Events202612",
  ]);
  expect(eventTables(MONDAY_MS, MONDAY_MS)).toEqual([]);
  expect(eventTables(MONDAY_MS, MONDAY_MS + MINUTE_MS)).toEqual(["Events202611"]);
});

function eventTables(fromMs: number, toMs: number): string[] {
  return tableRanges(EVENTS, fromMs, toMs).map(({ table }) => table);
}
