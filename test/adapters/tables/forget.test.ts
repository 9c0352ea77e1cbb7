import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTables, type TableStores } from "#adapters/tables/open-tables.ts";
import { TableAccount } from "#adapters/tables/table-account.ts";
import { DAY_MS, HOUR_MS } from "#core/time.ts";
import { denial, span, write } from "../../contract/denial-store.ts";
import { change } from "../../contract/event-store.ts";
import { entry } from "../../contract/inventory-store.ts";
import { row } from "../../contract/outbox.ts";
import { MONDAY_MS, sealAll, usedPorts, valuesOf } from "../../contract/samples.ts";
import { silence } from "../../contract/silence-store.ts";
import { state } from "../../contract/states.ts";
import { type Azurite, startAzurite, uniquePrefix } from "../../support/azurite.ts";
import { tableClient } from "../../support/table-client.ts";
import { mortal } from "./mortal.ts";

const SHARD = "s1-westeurope-1";
const [GONE, KEPT] = ["/gone", "/gone2"];
const never = new AbortController().signal;

let azurite: Azurite | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

let prefix: string;
let stores: TableStores;
beforeEach(async () => {
  prefix = uniquePrefix();
  stores = open();
});

function connection() {
  return { connectionString: azurite?.connectionString ?? "" };
}

function open(client?: ReturnType<typeof mortal>["client"]): TableStores {
  return openTables({ connection: connection(), prefix, cache: false, ...(client && { client }) });
}

/** Everything that there can be of two clusters. */
async function fill(): Promise<void> {
  for (const key of [GONE, KEPT]) {
    const days = [MONDAY_MS - 2 * DAY_MS, MONDAY_MS - DAY_MS, MONDAY_MS];
    for (const fromMs of days) {
      const block = usedPorts(fromMs, { a: [1, 2, 3] });
      await stores.series.append(SHARD, [{ clusterKey: key, block }], fromMs);
    }
    await stores.series.seal(MONDAY_MS, never);
    const denials = [denial(span(0)), denial(span(1)), denial(span(-3000))];
    await stores.denials.write(SHARD, [write(key, -3000, 2, denials)]);
    await stores.clusterStates.save(SHARD, [{ state: state(key), tag: null }]);
    await stores.outbox.put([messageOf(key, 1), messageOf(key, 2)]);
    await stores.events.write([{ clusterKey: key, events: [change(0), change(50 * 24 * 60)] }]);
  }
  await stores.outbox.put([{ ...messageOf(GONE, 3), state: "delivered", settledAtMs: MONDAY_MS }]);
}

function messageOf(clusterKey: string, sequence: number) {
  const made = row({ incidentId: `i${clusterKey.slice(1)}`, sequence });
  return { ...made, message: { ...made.message, cluster: { ...made.message.cluster, key: clusterKey } } };
}

async function counts(key: string): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const [what, data] of stores.clusterData) rows[what] = await data.count(SHARD, key);
  return rows;
}

const FULL = { state: 1, "samples and roll-ups": 7, denials: 3, messages: 3, events: 2 };
const EMPTY = { state: 0, "samples and roll-ups": 0, denials: 0, messages: 0, events: 0 };

describe("forgetting a cluster", () => {
  test("deletes what it counts, and nothing of another", async () => {
    await fill();
    expect(await counts(GONE)).toEqual(FULL);

    const deleted: Record<string, number> = {};
    for (const [what, data] of stores.clusterData) deleted[what] = await data.forget(SHARD, GONE);

    expect(deleted).toEqual(FULL);
    expect(await counts(GONE)).toEqual(EMPTY);
    expect(await counts(KEPT)).toEqual({ ...FULL, messages: 2 });
    expect((await stores.outbox.listOpen()).map(({ message }) => message.cluster.key)).toEqual([KEPT, KEPT]);
    const other = await stores.denials.read(SHARD, KEPT, span(-3000), span(2));
    expect(other.denials).toHaveLength(3);
  });

  test("leaves no trace that what is written later would be taken for", async () => {
    await fill();
    for (const data of stores.clusterData.values()) await data.forget(SHARD, GONE);
    const block = usedPorts(MONDAY_MS, { a: [9] });

    await stores.denials.write(SHARD, [write(GONE, 0, 2, [denial(span(1))])]);
    await stores.series.append(SHARD, [{ clusterKey: GONE, block }], MONDAY_MS);
    await stores.clusterStates.save(SHARD, [{ state: state(GONE), tag: null }]);
    await sealAll(stores.series);

    const { denials } = await stores.denials.read(SHARD, GONE, span(-3000), span(2));
    expect(denials).toEqual([denial(span(1))]);
    const read = await stores.series.read(SHARD, GONE, MONDAY_MS - 3 * DAY_MS, MONDAY_MS + HOUR_MS);
    const values = Object.values(valuesOf(read.block)).flat();
    expect(values.filter((value) => value !== null)).toEqual([9]);
  });

  test("killed at any request, it is simply run again", async () => {
    for (const afterwards of [false, true]) {
      for (let requests = 1, done = false; !done; requests += 3) {
        prefix = uniquePrefix();
        stores = open();
        await fill();
        const life = mortal();
        const dying = open(life.client);
        life.dieAfter(requests, afterwards);
        const forgetAll = async ({ clusterData }: TableStores) => {
          for (const data of clusterData.values()) await data.forget(SHARD, GONE);
        };
        done = await forgetAll(dying).then(
          () => true,
          () => false,
        );
        if (!done && !life.isDead) throw new Error("it failed alive");
        await forgetAll(stores);
        expect(await counts(GONE)).toEqual(EMPTY);
        expect(await counts(KEPT)).toEqual({ ...FULL, messages: 2 });
      }
    }
  }, 240_000);
});

describe("a look at everything but samples", () => {
  test("reads every row", async () => {
    await fill();
    const census = await stores.census.census(never);
    expect(census.flatMap(({ faults }) => faults)).toEqual([]);
    const rows = new Map(census.map(({ table, rows: count }) => [table.replace(prefix, ""), count]));
    // The stamp of the shard's states is a row, and an open message is two.
    expect([rows.get("States"), rows.get("Outbox")]).toEqual([3, 9]);
    expect([...rows.keys()].filter((name) => name.startsWith("Denials"))).toHaveLength(2);
    expect([rows.get("Events202611"), rows.get("Events202701")]).toEqual([2, 2]);
  });

  test("leaves out no table but those of samples", async () => {
    await fill();
    await stores.inventory.save([entry(GONE)], [], { finishedAtMs: 1, subscriptionIds: [], failures: [] });
    await stores.silences.add(silence());

    const census = [...(await stores.census.census(never)), ...(await stores.series.census(never))];

    const account = new TableAccount({ connection: connection(), prefix });
    const all = await account.names("");
    expect(all).toHaveLength(12);
    expect(census.map(({ table }) => table.replace(prefix, "")).sort()).toEqual(all.sort());
  });

  test("names what cannot be read", async () => {
    await fill();
    const table = tableClient(azurite?.connectionString ?? "", `${prefix}States`);
    const rowKey = GONE.replace("/", "|");
    await table.updateEntity({ partitionKey: SHARD, rowKey, b0: Uint8Array.of(2, 7, 7) }, "Merge");

    const census = await stores.census.census(never);

    expect(census.flatMap(({ faults }) => faults)).toEqual([
      expect.stringMatching(/States s1-westeurope-1 \|gone b: /),
    ]);
  });
});
