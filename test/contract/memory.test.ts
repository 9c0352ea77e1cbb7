import { MemoryClusterStateStore } from "../support/memory/cluster-state-store.ts";
import { MemoryEventStore } from "../support/memory/event-store.ts";
import { MemoryInventoryStore } from "../support/memory/inventory-store.ts";
import { MemoryMonitorStore } from "../support/memory/monitor-store.ts";
import { MemoryOutbox } from "../support/memory/outbox.ts";
import { MemorySeriesStore } from "../support/memory/series-store.ts";
import { MemorySilenceStore } from "../support/memory/silence-store.ts";
import { describeClusterStateStore } from "./cluster-state-store.ts";
import { describeEventStore } from "./event-store.ts";
import { describeInventoryStore } from "./inventory-store.ts";
import { describeMonitorStore } from "./monitor-store.ts";
import { describeOutbox } from "./outbox.ts";
import { describeSeriesStore } from "./series-store.ts";
import { describeSealing } from "./series-store-sealed.ts";
import { describeSilenceStore } from "./silence-store.ts";

describeSeriesStore("memory", async () => {
  const store = new MemorySeriesStore();
  return { store, other: store };
});
describeSealing("memory", async () => {
  const store = new MemorySeriesStore();
  return { store, other: store };
});
describeClusterStateStore("memory", async () => {
  const store = new MemoryClusterStateStore();
  return { store, other: store };
});
describeInventoryStore("memory", async () => {
  const store = new MemoryInventoryStore();
  return { store, other: store };
});
describeMonitorStore("memory", async () => {
  const inventory = new MemoryInventoryStore();
  const store = new MemoryMonitorStore(inventory);
  return { store, other: store, inventory, otherInventory: inventory };
});
describeOutbox("memory", async () => {
  const outbox = new MemoryOutbox();
  return { outbox, other: outbox };
});
describeSilenceStore("memory", async () => {
  const store = new MemorySilenceStore();
  return { store, other: store };
});
describeEventStore("memory", async () => {
  const store = new MemoryEventStore();
  return { store, other: store };
});
