import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTables, type TableStores } from "#adapters/tables/open-tables.ts";
import { denial, describeDenialStore, span, write } from "../../contract/denial-store.ts";
import { type Azurite, startAzurite, uniquePrefix } from "../../support/azurite.ts";
import { MemoryDenialStore } from "../../support/memory/denial-store.ts";
import { tableClient } from "../../support/table-client.ts";
import { countTraffic } from "./count-traffic.ts";

let azurite: Azurite | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

describeDenialStore("memory", async () => {
  const store = new MemoryDenialStore();
  return { store, other: store };
});

describeDenialStore("tables on Azurite", async () => {
  const options = {
    connection: { connectionString: azurite?.connectionString ?? "" },
    prefix: uniquePrefix(),
  };
  return { store: openTables(options).denials, other: openTables(options).denials };
});

describe("denials on tables", () => {
  const TABLE = "Denials20261116";
  let prefix: string;
  let stores: TableStores;
  let traffic: ReturnType<typeof countTraffic>;

  beforeEach(() => {
    prefix = uniquePrefix();
    traffic = countTraffic();
    stores = openTables({
      connection: { connectionString: azurite?.connectionString ?? "" },
      prefix,
      client: traffic.client,
    });
  });

  const fifty = (denials: (cluster: number) => ReturnType<typeof denial>[]) =>
    Array.from({ length: 50 }, (_, at) => write(`/c${at}`, 1, 3, denials(at)));

  test("cost one read a minute for a shard without denials", async () => {
    await stores.denials.write("s", [write("/c0", 0, 1, [denial(span(0))])]);
    traffic.reset();

    await stores.denials.write(
      "s",
      fifty(() => []),
    );

    expect(traffic.calls()).toEqual({ [prefix + TABLE]: 1 });
  });

  test("cost one read for spans that are stored already, and one transaction for what is new in an hour", async () => {
    await stores.denials.write(
      "s",
      fifty((at) => (at < 20 ? [denial(span(1))] : [])),
    );
    traffic.reset();
    await stores.denials.write(
      "s",
      fifty((at) => (at < 20 ? [denial(span(1))] : [])),
    );
    expect(traffic.calls()).toEqual({ [prefix + TABLE]: 1 });

    traffic.reset();
    await stores.denials.write(
      "s",
      fifty((at) => (at < 10 ? [denial(span(1)), denial(span(2))] : [])),
    );
    expect(traffic.calls()).toEqual({ [prefix + TABLE]: 1, $batch: 1 });
    expect((await stores.denials.read("s", "/c15", span(0), span(5))).denials).toEqual([]);
    expect((await stores.denials.read("s", "/c5", span(0), span(5))).denials).toHaveLength(2);
  });

  test("that cannot be decoded are left out and named", async () => {
    await stores.denials.write("s", [write("/c", 0, 2, [denial(span(0)), denial(span(1))])]);
    await damage("|c:202611161000", "d0");

    const { denials, faults } = await stores.denials.read("s", "/c", span(0), span(2));

    expect(denials).toEqual([denial(span(1))]);
    expect(faults).toEqual([expect.stringContaining("|c:202611161000")]);
  });

  test("are replaced even where the directory of the hour is damaged", async () => {
    await stores.denials.write("s", [write("/c", 0, 2, [denial(span(0)), denial(span(1))])]);
    await damage(":2026111610", "i0");

    await stores.denials.write("s", [write("/c", 0, 2, [denial(span(1))])]);

    expect((await stores.denials.read("s", "/c", span(0), span(2))).denials).toEqual([denial(span(1))]);
  });

  async function damage(rowKey: string, property: string): Promise<void> {
    const client = tableClient(azurite?.connectionString ?? "", prefix + TABLE);
    await client.updateEntity({ partitionKey: "s", rowKey, [property]: Uint8Array.of(9, 9) }, "Merge");
  }
});
