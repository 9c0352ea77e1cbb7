import { notByLoadBalancer } from "#core/checks/applies.ts";
import type { ClusterState } from "#core/collection/cluster-state.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { SourceProblem } from "#core/failure.ts";
import type { NodeLoadReading } from "#core/nodes/node-load.ts";
import { summariseNodeLoad } from "#core/nodes/summarise-node-load.ts";
import { MINUTE_MS } from "#core/time.ts";
import type { DenialStore } from "#ports/denial-store.ts";
import type { LogSource } from "#ports/log-source.ts";
import type { MetricsAnswer, MetricsSource } from "#ports/metrics-source.ts";
import { carrierTargets, nodeTargets } from "./device-targets.ts";
import { metricsTarget } from "./metrics-target.ts";
import { type DenialRead, readDenials } from "./read-denials.ts";
import { joinAnswers, readDevices } from "./read-devices.ts";

/** Nodes are looked at so often, over so many minutes: what they suffer from lasts. */
const NODES_EVERY_MS = 5 * MINUTE_MS;
/** A look that old is made up for at once. */
const NODES_OVERDUE_MS = 2 * NODES_EVERY_MS;

/** What to read of one cluster. */
export interface ReadWish {
  readonly entry: InventoryEntry;
  readonly state: ClusterState;
  /** Whole minutes, `toMs` exclusive; the same end for all clusters of a shard. */
  readonly fromMs: number;
  readonly toMs: number;
  /** A constant of the shard: spreads what is not read each minute over the minutes. */
  readonly spread: number;
}

/** What Azure said of one cluster. */
export interface ShardReading {
  /** Metrics of its load balancer, gateways and firewalls; `undefined` where there is nothing to ask for. */
  readonly answer: MetricsAnswer | undefined;
  /** `null` where the nodes were not looked at this time. */
  readonly nodeLoad: NodeLoadReading | null;
  readonly denials: DenialRead | undefined;
  /** Problems of sources beside the metrics: they hold up no watermark. */
  readonly asides: readonly SourceProblem[];
}

export interface ReadDeps {
  readonly metrics: MetricsSource;
  readonly logs: LogSource;
  readonly denials: DenialStore;
}

/** Reads everything that a shard's verdicts need. @returns by cluster key, one for each wish */
export async function readShard(
  deps: ReadDeps,
  shard: string,
  wishes: readonly ReadWish[],
  nowMs: number,
  signal: AbortSignal,
): Promise<Map<string, ShardReading>> {
  const [balancers, carriers, nodes, denials] = await Promise.all([
    readBalancers(deps.metrics, wishes, signal),
    readDevices(
      deps.metrics,
      wishes.map((wish) => ({
        ...wish,
        cluster: wish.entry.cluster,
        targets: carrierTargets(wish.entry.cluster),
      })),
      signal,
    ),
    readNodes(deps.metrics, wishes, signal),
    readDenials(
      deps,
      shard,
      wishes.map(({ entry, state }) => ({ cluster: entry.cluster, state })),
      nowMs,
      signal,
    ),
  ]);
  return new Map(
    wishes.map(({ entry, toMs }) => {
      const { key } = entry.cluster.ref;
      const node = nodes.get(key);
      const read = denials.get(key);
      return [
        key,
        {
          answer: joinAnswers(balancers.get(key), carriers.get(key)),
          nodeLoad: node === undefined ? null : summariseNodeLoad(node.block, toMs),
          denials: read,
          // How busy the nodes are explains, it does not judge the traffic.
          asides: [...(node?.problems ?? []).map(minor), ...(read?.problems ?? [])],
        },
      ];
    }),
  );
}

function minor(problem: SourceProblem): SourceProblem {
  return { ...problem, minor: true };
}

/** One read for each distinct span; all clusters of a shard share subscription and region. */
async function readBalancers(
  metrics: MetricsSource,
  wishes: readonly ReadWish[],
  signal: AbortSignal,
): Promise<Map<string, MetricsAnswer>> {
  const answers = new Map<string, MetricsAnswer>();
  const readable = wishes.filter(
    ({ entry }) => notByLoadBalancer(entry.cluster) === null && metricsTarget(entry.cluster) !== null,
  );
  for (const group of Map.groupBy(readable, (wish) => wish.fromMs).values()) {
    const first = group[0];
    if (first === undefined) continue;
    const { subscriptionId, location } = first.entry.cluster.ref;
    const answer = await metrics.read(
      {
        subscriptionId,
        region: location,
        targets: group.flatMap(({ entry }) => metricsTarget(entry.cluster) ?? []),
        fromMs: first.fromMs,
        toMs: first.toMs,
      },
      signal,
    );
    for (const [key, value] of answer) answers.set(key, value);
  }
  return answers;
}

/** The nodes of those clusters whose turn it is. */
async function readNodes(
  metrics: MetricsSource,
  wishes: readonly ReadWish[],
  signal: AbortSignal,
): Promise<Map<string, MetricsAnswer>> {
  const due = wishes.filter(({ state, toMs, spread }) => {
    if (state.nodeLoad === null || toMs - state.nodeLoad.atMs >= NODES_OVERDUE_MS) return true;
    return (toMs + spread * MINUTE_MS) % NODES_EVERY_MS === 0;
  });
  return await readDevices(
    metrics,
    due.map(({ entry, toMs }) => ({
      cluster: entry.cluster,
      targets: nodeTargets(entry.cluster),
      fromMs: toMs - NODES_EVERY_MS,
      toMs,
    })),
    signal,
  );
}
