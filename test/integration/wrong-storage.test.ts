import { TableServiceClient } from "@azure/data-tables";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { tableClient } from "../support/table-client.ts";
import { type Accounts, startAccounts } from "./support/accounts.ts";
import { MINUTE_MS, openRig, type Rig } from "./support/rig.ts";

// Entities of one cluster that cannot be read, as after a bad restore: a new process goes on with the others.

const TIMEOUT_MS = 60_000;
const NAMES = ["fleet-0001", "fleet-0002", "fleet-0003", "fleet-0004"] as const;
const allHealthy = Object.fromEntries(NAMES.map((name) => [name, "healthy"]));

let accounts: Accounts | undefined;
let rig: Rig | undefined;
beforeAll(async () => {
  accounts = await startAccounts(5);
}, 120_000);
afterEach(() => rig?.close());
afterAll(() => accounts?.stop());

/** A fleet that is well, and its storage. */
async function startWell(): Promise<{ rig: Rig; storage: string }> {
  const storage = accounts?.take() ?? "";
  const opened = await openRig(storage, TIMEOUT_MS);
  rig = opened;
  await opened.discover();
  await opened.collect();
  expect(await opened.statuses()).toEqual(allHealthy);
  return { rig: opened, storage };
}

/** Puts bytes that mean nothing into all binary properties of the entities of one cluster. */
async function spoil(storage: string, table: RegExp, name: string): Promise<number> {
  let spoilt = 0;
  for (const found of await tablesOf(storage, table)) {
    const client = tableClient(storage, found);
    for await (const entity of client.listEntities()) {
      const { partitionKey = "", rowKey = "" } = entity;
      if (!rowKey.includes(name)) continue;
      const broken = Object.entries(entity).flatMap(([key, value]) =>
        value instanceof Uint8Array ? [[key, Uint8Array.of(99, 1, 2, 3)] as const] : [],
      );
      await client.updateEntity({ partitionKey, rowKey, ...Object.fromEntries(broken) }, "Merge");
      spoilt += 1;
    }
  }
  return spoilt;
}

async function tablesOf(storage: string, pattern: RegExp): Promise<readonly string[]> {
  const service = TableServiceClient.fromConnectionString(storage, { allowInsecureConnection: true });
  const names: string[] = [];
  for await (const { name = "" } of service.listTables()) if (pattern.test(name)) names.push(name);
  return names;
}

test("a state that cannot be read starts anew; the others go on from theirs", {
  timeout: 120_000,
}, async () => {
  const { rig: running, storage } = await startWell();
  expect(await spoil(storage, /States$/, "fleet-0001")).toBe(1);

  running.restart();
  expect((await running.statuses())["fleet-0001"], "nobody guesses what it was").toBe("unknown");
  expect(await running.statuses()).toMatchObject({ "fleet-0002": "healthy", "fleet-0003": "healthy" });

  running.pass(1);
  await running.collect();
  expect(await running.statuses()).toEqual(allHealthy);
});

test("samples that cannot be read are told in the history of their cluster alone", {
  timeout: 120_000,
}, async () => {
  const { rig: running, storage } = await startWell();
  expect(await spoil(storage, /Minutes$/, "fleet-0001")).toBeGreaterThan(0);

  running.restart();
  const fromMs = running.nowMs - 15 * MINUTE_MS;
  const toMs = running.nowMs - 5 * MINUTE_MS;
  const broken = await running.history("fleet-0001", fromMs, toMs);
  expect(broken.incomplete).toBe(true);
  expect(broken.faults.length).toBeGreaterThan(0);
  const whole = await running.history("fleet-0002", fromMs, toMs);
  expect(whole.incomplete).toBe(false);
  expect(whole.values.flat()).not.toContain(null);

  running.pass(1);
  await running.collect();
  expect(await running.statuses()).toMatchObject({
    "fleet-0002": "healthy",
    "fleet-0003": "healthy",
    "fleet-0004": "healthy",
  });
});
