import { afterAll, beforeAll } from "vitest";
import { openTables } from "#adapters/tables/open-tables.ts";
import { describeClusterStateStore } from "../../contract/cluster-state-store.ts";
import { describeEventStore } from "../../contract/event-store.ts";
import { describeInventoryStore } from "../../contract/inventory-store.ts";
import { describeMonitorStore } from "../../contract/monitor-store.ts";
import { describeOutbox } from "../../contract/outbox.ts";
import { describeSeriesStore } from "../../contract/series-store.ts";
import { describeSealing } from "../../contract/series-store-sealed.ts";
import { describeSilenceStore } from "../../contract/silence-store.ts";
import { type Azurite, startAzurite, uniquePrefix } from "../../support/azurite.ts";

let azurite: Azurite | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

/** Two instances of the app over tables of their own. */
function twoInstances(cache: boolean) {
  const connection = { connectionString: azurite?.connectionString ?? "" };
  const options = { connection, prefix: uniquePrefix(), cache };
  return { mine: openTables(options), yours: openTables(options) };
}

for (const cache of [true, false]) {
  const name = `tables on Azurite, cache ${cache ? "on" : "off"}`;
  describeSeriesStore(name, async () => {
    const { mine, yours } = twoInstances(cache);
    return { store: mine.series, other: yours.series };
  });
  describeSealing(name, async () => {
    const { mine, yours } = twoInstances(cache);
    return { store: mine.series, other: yours.series };
  });
  describeClusterStateStore(name, async () => {
    const { mine, yours } = twoInstances(cache);
    return { store: mine.clusterStates, other: yours.clusterStates };
  });
  describeInventoryStore(name, async () => {
    const { mine, yours } = twoInstances(cache);
    return { store: mine.inventory, other: yours.inventory };
  });
  describeMonitorStore(name, async () => {
    const { mine, yours } = twoInstances(cache);
    const inventories = { inventory: mine.inventory, otherInventory: yours.inventory };
    return { store: mine.monitor, other: yours.monitor, ...inventories };
  });
}
describeOutbox("tables on Azurite", async () => {
  const { mine, yours } = twoInstances(true);
  return { outbox: mine.outbox, other: yours.outbox };
});
describeSilenceStore("tables on Azurite", async () => {
  const { mine, yours } = twoInstances(true);
  return { store: mine.silences, other: yours.silences };
});
describeEventStore("tables on Azurite", async () => {
  const { mine, yours } = twoInstances(true);
  return { store: mine.events, other: yours.events };
});
