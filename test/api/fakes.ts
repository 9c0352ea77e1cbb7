import { type Api, createApi } from "#api/create-api.ts";
import type { ApiResponse } from "#api/http.ts";
import type { ApiDependencies, ApiSettings } from "#api/route.ts";
import type { Alert } from "#core/alert/alert.ts";
import { type ClusterState, newClusterState } from "#core/collection/cluster-state.ts";
import type { Denial } from "#core/denials/denial.ts";
import { NO_NETWORK } from "#core/egress/cluster-network.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { Cluster, PoolMember } from "#core/egress/topology.ts";
import type { ClusterEvent } from "#core/events/event.ts";
import { createBlock, mergeBlock, type SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import type { Status, Verdict } from "#core/verdict/verdict.ts";
import type { ClusterSummary } from "#ports/cluster-state-store.ts";
import type { DiscoveryRecord } from "#ports/inventory-store.ts";
import type { DeliveryCount } from "#ports/monitor-store.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import { MemorySilenceStore } from "../support/memory/silence-store.ts";

// Ports as tiny as these tests need them: they hand out what a test puts in.

export const NOW_MS = Date.parse("2026-11-21T10:00:30Z");
export const MINUTE_NOW_MS = Date.parse("2026-11-21T10:00:00Z");
export const SUBSCRIPTION = "0f5d9c1e-8f4a-4a37-9c39-1d0f53f2b8c1";
const SHARD = "shard-1";

const CHECKS = [
  { id: "snat-ports", question: "Are ports left?", judgesTraffic: true },
  { id: "icmp", question: "Does ping work?", judgesTraffic: false },
] as const;

export const API_SETTINGS: ApiSettings = {
  auth: "key",
  healthAccess: "key",
  writeAccess: "same",
  limits: {
    warnRatio: 0.75,
    failRatio: 0.9,
    failedRatio: 0.05,
    skewFactor: 3,
    staleAfterMs: 5 * MINUTE_MS,
    collectLagMs: 3 * MINUTE_MS,
  },
  alertForMs: 2 * MINUTE_MS,
  keepFiringForMs: 5 * MINUTE_MS,
  repeatIntervalMs: 240 * MINUTE_MS,
  retentionHourlyMs: 400 * 24 * 60 * MINUTE_MS,
  retentionRawMs: 14 * 24 * 60 * MINUTE_MS,
  retentionFivesMs: 93 * 24 * 60 * MINUTE_MS,
  historyImportMs: 30 * 24 * 60 * MINUTE_MS,
};

export function keyOf(name: string): string {
  return `/subscriptions/${SUBSCRIPTION}/resourcegroups/rg-one/providers/microsoft.containerservice/managedclusters/${name.toLowerCase()}`;
}

export function member(node: string | null, backendIp: string): PoolMember {
  return { key: backendIp, backendIp, node, pool: "system", firstSeenMs: 0 };
}

export function cluster(name: string, change: Partial<Cluster> = {}): Cluster {
  const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/RG-One/providers/Microsoft.ContainerService/managedClusters/${name}`;
  return {
    ref: {
      id,
      key: keyOf(name),
      name,
      subscriptionId: SUBSCRIPTION,
      resourceGroup: "RG-One",
      location: "westeurope",
    },
    nodeResourceGroup: `MC_RG-One_${name}`,
    outboundType: "loadBalancer",
    provisioningState: "Succeeded",
    powerState: "running",
    kubernetesVersion: "1.33.2",
    tags: {},
    pools: [
      {
        name: "system",
        mode: "System",
        count: 2,
        autoscaling: true,
        minCount: 1,
        maxCount: 5,
        maxSurge: "33%",
        subnetId: null,
        podSubnetId: null,
        nodePublicIp: false,
        osType: "Linux",
        vmSize: "Standard_D4s_v5",
      },
    ],
    loadBalancerProfile: { allocatedOutboundPorts: 0, idleTimeoutMinutes: 30, addresses: "managed" },
    paths: [
      {
        kind: "loadBalancer",
        resourceId: `${id}/lb`,
        publicIps: ["20.1.2.3"],
        protocols: { tcp: true, udp: true, icmp: false },
        portBudget: 64_000,
        pools: ["system"],
        reason: "an outbound rule",
      },
    ],
    loadBalancer: {
      id: `${id}/lb`,
      sku: "standard",
      location: "westeurope",
      outboundRules: [],
      members: [member("aks-system-1-vmss000000", "10.0.0.4"), member("aks-system-1-vmss000001", "10.0.0.5")],
      membersResolved: true,
      rules: [],
    },
    network: NO_NETWORK,
    discoveredAtMs: NOW_MS - 5 * MINUTE_MS,
    problems: [],
    ...change,
  };
}

export function entry(name: string, change: Partial<InventoryEntry> = {}): InventoryEntry {
  return {
    cluster: cluster(name),
    shard: SHARD,
    firstSeenMs: NOW_MS - 60 * 24 * 60 * MINUTE_MS,
    lastSeenMs: NOW_MS - 5 * MINUTE_MS,
    goneSinceMs: null,
    ...change,
  };
}

export function alert(change: Partial<Alert> = {}): Alert {
  return {
    key: "snat-ports|aks-system-1-vmss000000|tcp",
    check: "snat-ports",
    subject: { node: "aks-system-1-vmss000000", backendIp: "10.0.0.4", protocol: "tcp" },
    phase: "firing",
    severity: "critical",
    activeAtMs: MINUTE_NOW_MS - 10 * MINUTE_MS,
    firedAtMs: MINUTE_NOW_MS - 8 * MINUTE_MS,
    clearSinceMs: null,
    lowerSinceMs: null,
    resolvedAtMs: null,
    summary: "1,000 of 1,024 ports in use",
    explainedBy: null,
    ...change,
  };
}

export function verdict(status: Status, change: Partial<Verdict> = {}): Verdict {
  return {
    status,
    headline: `it is ${status}`,
    minuteMs: MINUTE_NOW_MS - 4 * MINUTE_MS,
    evaluatedAtMs: NOW_MS - 20_000,
    dataThroughMs: MINUTE_NOW_MS - 3 * MINUTE_MS,
    worstUsedRatio: 0.5,
    exhaustionInSeconds: null,
    checks: [
      {
        id: "snat-ports",
        outcome: "fail",
        summary: "1,000 of 1,024 ports in use",
        findings: [
          { subject: { backendIp: "10.0.0.4", protocol: "tcp" }, severity: "fail", summary: "full" },
        ],
        untold: [],
        evidence: [{ name: "usedPorts", value: 1000, unit: "ports", limit: 921 }],
        remedy: { text: "add an address", commands: ["az aks update ..."] },
        explainedBy: null,
        sinceMs: MINUTE_NOW_MS - 12 * MINUTE_MS,
      },
    ],
    nodes: [
      {
        backendIp: "10.0.0.4",
        name: "aks-system-1-vmss000000",
        frontendIp: "20.1.2.3",
        protocol: "tcp",
        usedPorts: 512,
        allocatedPorts: 1024,
        usedRatio: 0.5,
        failedConnections: 0,
        exhaustionInSeconds: null,
      },
    ],
    ...change,
  };
}

export function state(name: string, change: Partial<ClusterState> = {}): ClusterState {
  return {
    ...newClusterState(keyOf(name)),
    throughMs: MINUTE_NOW_MS - 3 * MINUTE_MS,
    dataThroughMs: MINUTE_NOW_MS - 3 * MINUTE_MS,
    verdict: verdict("healthy"),
    ...change,
  };
}

function summarise(stored: ClusterState): ClusterSummary[] {
  const { verdict: last, clusterKey, throughMs, dataThroughMs, alerts, incident } = stored;
  if (last === null) return [];
  const { status, headline, evaluatedAtMs, worstUsedRatio, exhaustionInSeconds } = last;
  const backfillMinutes = stored.backfill.reduce(
    (sum, { fromMs, toMs }) => sum + (toMs - fromMs) / MINUTE_MS,
    0,
  );
  return [
    {
      ...{ clusterKey, status, headline, evaluatedAtMs, worstUsedRatio, exhaustionInSeconds },
      ...{ throughMs, dataThroughMs, alerts, incident, backfillMinutes },
      throttled: stored.problems.some(({ reason }) => reason === "throttled"),
    },
  ];
}

export interface World {
  entries?: readonly InventoryEntry[];
  states?: readonly ClusterState[];
  discovery?: DiscoveryRecord | null;
  deliveries?: DeliveryCount;
  /** Samples of every cluster. */
  block?: SampleBlock;
  /** Denials of every cluster. */
  denials?: readonly Denial[];
  /** Events of every cluster. */
  events?: readonly ClusterEvent[];
  faults?: readonly string[];
  outbox?: readonly OutboxRow[];
  silences?: MemorySilenceStore;
  settings?: Partial<ApiSettings>;
  clock?: { nowMs(): number };
  /** Thrown by every store. */
  failure?: Error;
}

/** The API over a small world, what it logged, and which spans of samples it read. */
export function openApi(world: World = {}): {
  readonly api: Api;
  readonly logged: readonly string[];
  readonly reads: readonly (readonly [number, number])[];
} {
  const logged: string[] = [];
  const reads: [number, number][] = [];
  const { entries = [], states = [], faults = [], failure } = world;
  const discovery =
    world.discovery === undefined
      ? { finishedAtMs: NOW_MS - 5 * MINUTE_MS, subscriptionIds: [SUBSCRIPTION], failures: [] }
      : world.discovery;
  const answer = async <T>(value: T): Promise<T> => {
    if (failure !== undefined) throw failure;
    return value;
  };
  const refuse = () => Promise.reject(new Error("the API only reads"));
  const log = (event: string, fields: unknown) => void logged.push(`${event} ${JSON.stringify(fields)}`);
  const byKey = new Map(states.map((value) => [value.clusterKey, value]));
  const inShard = new Map(states.map((value) => [value.clusterKey, { value, tag: "1" }]));
  const dependencies: ApiDependencies = {
    monitor: {
      read: () =>
        answer({
          discovery,
          roster: entries
            .filter(({ goneSinceMs }) => goneSinceMs === null)
            .map(({ cluster: { ref }, firstSeenMs }) => ({ ...ref, firstSeenMs })),
          deliveries: world.deliveries ?? null,
        }),
    },
    inventory: { list: () => answer(entries), lastDiscovery: () => answer(discovery), save: refuse },
    states: {
      loadShard: (shard) => answer(shard === SHARD ? inShard : new Map()),
      load: (shard, key) => answer(shard === SHARD ? byKey.get(key) : undefined),
      summaries: () => answer(states.flatMap(summarise)),
      save: refuse,
      remove: refuse,
    },
    series: {
      async read(_shard, _key, fromMs, toMs) {
        reads.push([fromMs, toMs]);
        const block = createBlock(fromMs, toMs);
        if (world.block !== undefined) mergeBlock(block, world.block);
        return answer({ block, faults });
      },
      async *readDays(_shard, _key, { fromMs, toMs }) {
        reads.push([fromMs, toMs]);
        for (let dayMs = fromMs - (fromMs % DAY_MS); dayMs < toMs; dayMs += DAY_MS) {
          const block = createBlock(Math.max(dayMs, fromMs), Math.min(dayMs + DAY_MS, toMs));
          if (world.block !== undefined) mergeBlock(block, world.block);
          yield { part: { kind: "minutes", block }, faults };
        }
      },
    },
    denials: {
      async read(_shard, _key, fromMs, toMs) {
        const denials = (world.denials ?? []).filter(({ spanMs }) => spanMs >= fromMs && spanMs < toMs);
        return answer({ denials, faults });
      },
      write: refuse,
      expire: refuse,
    },
    events: {
      read(_key, { fromMs, toMs, kinds, most, newest }) {
        const events = (world.events ?? []).filter(
          ({ atMs, kind }) => atMs >= fromMs && atMs < toMs && (kinds?.includes(kind) ?? true),
        );
        return answer({ events: newest ? events.slice(-most) : events.slice(0, most), faults });
      },
      write: refuse,
      expire: refuse,
      forget: refuse,
    },
    silences: world.silences ?? new MemorySilenceStore(),
    ...(world.outbox && {
      outbox: {
        put: refuse,
        load: refuse,
        update: refuse,
        expire: refuse,
        listOpen: () => answer(world.outbox?.filter((row) => row.settledAtMs === null) ?? []),
        listSince: (fromMs: number) => answer(world.outbox?.filter((row) => row.createdAtMs >= fromMs) ?? []),
      },
    }),
    clock: world.clock ?? { nowMs: () => NOW_MS },
    logger: { debug: log, info: log, warn: log, error: log },
    settings: { ...API_SETTINGS, ...world.settings },
    version: "1.2.3",
    checks: async () => CHECKS,
  };
  return { api: createApi(dependencies), logged, reads };
}

/** Asks a route as the host would. */
export async function get(
  { api }: { readonly api: Api },
  route: string,
  query = "",
  options: { params?: Record<string, string>; headers?: Record<string, string>; method?: string } = {},
): Promise<ApiResponse & { readonly json: unknown }> {
  const response = await api.handle(route, {
    method: options.method ?? "GET",
    params: options.params ?? {},
    query: new URLSearchParams(query),
    headers: new Headers(options.headers),
  });
  // What a client sees: an answer that JSON cannot carry shows here.
  const json: unknown =
    typeof response.body === "string" ? undefined : JSON.parse(JSON.stringify(response.body));
  return { ...response, json };
}

export function path(name: string): { params: Record<string, string> } {
  return { params: { subscriptionId: SUBSCRIPTION, resourceGroup: "rg-one", name } };
}
