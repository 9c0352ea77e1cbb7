import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openTables } from "#adapters/tables/open-tables.ts";
import { row } from "../app/support-delivery.ts";
import { type Accounts, startAccounts } from "./support/accounts.ts";
import { openRig, type Rig } from "./support/rig.ts";

// Probes ask often and each call to the storage is paid for: two for each answer, whatever there is to tell.

const MOST_CALLS = 2;

let accounts: Accounts;
let rig: Rig;
beforeAll(async () => {
  accounts = await startAccounts(1);
}, 60_000);
afterEach(() => rig.close());
afterAll(() => accounts.stop());

async function callsOfHealth(): Promise<{ readonly calls: number; readonly answer: unknown }> {
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  subscribe("http.client.request.start", count);
  const answer = await rig.ask("health");
  unsubscribe("http.client.request.start", count);
  return { calls, answer };
}

test("health asks the storage twice: empty, warm, cold, after a discovery, with messages given up", async () => {
  const storage = accounts.take();
  rig = await openRig(storage, 10_000);
  const seen: [string, number][] = [];
  const note = async (when: string) => {
    const { calls, answer } = await callsOfHealth();
    seen.push([when, calls]);
    return answer;
  };

  await note("before the first discovery");
  await rig.discover();
  await rig.collect();
  await rig.sweep();
  expect(await note("warm")).toMatchObject({ monitor: { deadDeliveries: 0 }, clusters: [{}, {}, {}, {}] });
  rig.restart();
  await note("cold");

  const { outbox } = openTables({ connection: { connectionString: storage } });
  await outbox.put([row(1), row(2, { state: "dead", settledAtMs: rig.nowMs, createdAtMs: rig.nowMs })]);
  rig.pass(1);
  await rig.discover();
  await rig.sweep();
  const degraded = { status: "degraded", deadDeliveries: 1, deliveriesCountedAt: expect.any(String) };
  expect(await note("after a discovery")).toMatchObject({ monitor: degraded, clusters: [{}, {}, {}, {}] });

  expect(seen.filter(([, calls]) => calls === 0 || calls > MOST_CALLS)).toEqual([]);
});
