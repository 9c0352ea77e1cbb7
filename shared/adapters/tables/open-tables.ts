import type { ClusterData } from "#ports/cluster-data.ts";
import type { ClusterStateStore } from "#ports/cluster-state-store.ts";
import type { DenialStore } from "#ports/denial-store.ts";
import type { EventStore } from "#ports/event-store.ts";
import type { ForgettingInventory } from "#ports/inventory-store.ts";
import type { MonitorStore } from "#ports/monitor-store.ts";
import type { DeliveryOutbox } from "#ports/outbox.ts";
import type { SeriesStore } from "#ports/series-store.ts";
import type { SilenceStore } from "#ports/silence-store.ts";
import type { StorageCensus } from "#ports/storage-census.ts";
import { ClusterStateTable } from "./cluster-state-table.ts";
import { DenialTable } from "./denial-table.ts";
import { EventTable } from "./event-table.ts";
import { InventoryTable } from "./inventory-table.ts";
import { MonitorTable } from "./monitor-table.ts";
import { OutboxTable } from "./outbox-table.ts";
import { PackedCensus } from "./packed-census.ts";
import { SeriesTable } from "./series-table.ts";
import { SilenceTable } from "./silence-table.ts";
import { TableAccount, type TableAccountOptions } from "./table-account.ts";

export interface OpenTablesOptions extends TableAccountOptions {
  /** Off: every read asks the service. For tests, and for a process that answers one request. */
  readonly cache?: boolean;
  /** Series that the cache of samples holds at most; a series in two hours counts twice. */
  readonly cacheSeries?: number;
  /** Told of a stored row that cannot be read and is left out. */
  readonly onFault?: (message: string) => void;
}

export interface TableStores {
  readonly series: SeriesStore;
  readonly clusterStates: ClusterStateStore;
  readonly inventory: ForgettingInventory;
  readonly monitor: MonitorStore;
  readonly outbox: DeliveryOutbox;
  readonly denials: DenialStore;
  readonly events: EventStore;
  readonly silences: SilenceStore;
  /** What is kept of a cluster and goes when it is forgotten, by what it is called. */
  readonly clusterData: ReadonlyMap<string, ClusterData>;
  /** Of everything but samples. */
  readonly census: StorageCensus;
}

/** The stores of one installation. Opens nothing yet: tables come into being with their first write. */
export function openTables(options: OpenTablesOptions): TableStores {
  const account = new TableAccount(options);
  const { cache, cacheSeries, onFault } = options;
  const clusters = account.table("Inventory");
  const inventory = new InventoryTable(clusters, { cache, onFault });
  const series = new SeriesTable(account, { cache, cacheSeries });
  const clusterStates = new ClusterStateTable(account.table("States"), { cache });
  const outbox = new OutboxTable(account.table("Outbox"));
  const denials = new DenialTable(account);
  const events = new EventTable(account);
  return {
    series,
    clusterStates,
    inventory,
    monitor: new MonitorTable(clusters, inventory, { onFault }),
    outbox,
    denials,
    events,
    silences: new SilenceTable(account.table("Silences"), { onFault }),
    clusterData: new Map<string, ClusterData>([
      ["state", clusterStates],
      ["samples and roll-ups", series],
      ["denials", denials],
      ["messages", outbox],
      ["events", { count: (_shard, key) => events.count(key), forget: (_shard, key) => events.forget(key) }],
    ]),
    census: new PackedCensus(account),
  };
}
