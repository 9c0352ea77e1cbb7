import type { FleetDeps } from "#app/collect-fleet.ts";
import type { CollectDeps } from "#app/collect-shard.ts";
import type { IncidentMessage } from "#core/alert/incident.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { Logger } from "#ports/logger.ts";
import { balancer, cluster, LIMITS, T0 } from "../support/builders.ts";
import { MemoryClusterStateStore } from "../support/memory/cluster-state-store.ts";
import { MemoryDenialStore } from "../support/memory/denial-store.ts";
import { MemoryEventStore } from "../support/memory/event-store.ts";
import { MemoryInventoryStore } from "../support/memory/inventory-store.ts";
import { MemorySeriesStore } from "../support/memory/series-store.ts";
import { MemorySilenceStore } from "../support/memory/silence-store.ts";
import { MemoryWorkQueue } from "../support/memory/work-queue.ts";
import { ScriptedLogs } from "../support/scripted-logs.ts";
import type { Usage } from "../support/scripted-metrics.ts";
import { ScriptedMetrics } from "../support/scripted-metrics.ts";

export const SHARD = "11111111-2222-3333-4444-555555555555-westeurope-1";
const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A cluster of three nodes as the inventory keeps it. */
export function entry(name = "aks-payments", changes: Partial<InventoryEntry> = {}): InventoryEntry {
  const made = cluster();
  const id = made.ref.id.replace("aks-payments", name);
  return {
    cluster: {
      ...made,
      ref: { ...made.ref, id, key: id.toLowerCase(), name },
      loadBalancer: balancer(3, { id: `${id}/lb` }),
    },
    shard: SHARD,
    firstSeenMs: T0,
    lastSeenMs: T0,
    goneSinceMs: null,
    ...changes,
  };
}

/** Everything that a collection needs, in memory, with a clock that stands until it is moved. */
export function bench(usage: Usage = () => 100) {
  const clock = { ms: T0 + 3 * MINUTE_MS, nowMs: () => clock.ms };
  const handed: IncidentMessage[] = [];
  const metrics = new ScriptedMetrics(usage);
  const logs = new ScriptedLogs();
  const denials = new MemoryDenialStore();
  const states = new MemoryClusterStateStore();
  const silences = new MemorySilenceStore();
  const events = new MemoryEventStore();
  const queue = new MemoryWorkQueue();
  const deps: CollectDeps & FleetDeps = {
    metrics,
    logs,
    denials,
    series: new MemorySeriesStore(),
    states,
    silences,
    events,
    inventory: new MemoryInventoryStore(),
    queue,
    // Like the outbox: what is there stays as it is.
    handOff: async (messages) => {
      for (const message of messages) {
        const known = handed.some(
          ({ incidentId, sequence }) => incidentId === message.incidentId && sequence === message.sequence,
        );
        if (!known) handed.push(message);
      }
    },
    clock,
    logger: quiet,
    // The `for` below is the user's own: an alert waits as long, and no longer.
    limits: { ...LIMITS, given: ["alertFor"] },
    policy: {
      forMs: 2 * MINUTE_MS,
      keepFiringForMs: 5 * MINUTE_MS,
      resolvedRetentionMs: 24 * HOUR_MS,
      repeatIntervalMs: 4 * HOUR_MS,
    },
    importMs: 0,
    inlineShards: 1,
    discover: async () => {},
  };
  const { signal } = new AbortController();
  return { deps, clock, handed, metrics, logs, denials, states, silences, events, queue, signal };
}
