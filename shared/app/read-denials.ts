import type { ClusterState } from "#core/collection/cluster-state.ts";
import { DENIAL_SPAN_MS, type Denial } from "#core/denials/denial.ts";
import { resourceKey } from "#core/egress/resource-id.ts";
import type { Cluster } from "#core/egress/topology.ts";
import type { SourceProblem } from "#core/failure.ts";
import { createBlock, ensureSeries, type SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import type { DenialStore } from "#ports/denial-store.ts";
import type { DenialsTarget, LoggedFirewall, LogSource } from "#ports/log-source.ts";

/** Rows of a log come up to a quarter of an hour late: so much is read again each time. */
const REREAD_MS = 3 * DENIAL_SPAN_MS;

/** "New" has to be new against something; a whole day of it, also where the last span has only begun. */
const FIRST_READ_MS = DAY_MS + DENIAL_SPAN_MS;

/** After a pause of the collector no more than this is read at once; what is older stays unread. */
const LONGEST_READ_MS = DAY_MS;

/** What one read of the logs said of one cluster. */
export interface DenialRead {
  /** Whole spans, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly denials: readonly Denial[];
  readonly problems: readonly SourceProblem[];
}

/** A cluster as far as its denials matter. */
export interface DenialWish {
  readonly cluster: Cluster;
  readonly state: ClusterState;
}

/**
 * Reads the deny logs of the clusters' firewalls, and stores what came as history.
 *
 * @param untilMs now: the span that it lies in is read too, and again later
 * @returns by cluster key, for every cluster with a firewall whose logs go somewhere
 */
export async function readDenials(
  { logs, denials: store }: { readonly logs: LogSource; readonly denials: DenialStore },
  shard: string,
  wishes: readonly DenialWish[],
  untilMs: number,
  signal: AbortSignal,
): Promise<Map<string, DenialRead>> {
  const firewalls = new Map<string, LoggedFirewall>();
  const targets: DenialsTarget[] = [];
  const toMs = Math.ceil(untilMs / DENIAL_SPAN_MS) * DENIAL_SPAN_MS;
  for (const { cluster, state } of wishes) {
    const logged = cluster.network.firewalls.filter(({ logs }) => logs !== null && logs.length > 0);
    if (logged.length === 0 || cluster.powerState === "stopped") continue;
    for (const { id, logs } of logged) firewalls.set(resourceKey(id), { id, logs: logs ?? [] });
    targets.push({
      clusterKey: cluster.ref.key,
      firewallIds: logged.map(({ id }) => id),
      prefixes: [...new Set(cluster.network.subnets.flatMap(({ prefixes }) => prefixes))],
      fromMs: firstSpan(state, toMs),
    });
  }
  if (targets.length === 0) return new Map();

  const answers = await logs.readDenials({ firewalls: [...firewalls.values()], targets, toMs }, signal);
  const reads = new Map<string, DenialRead>();
  for (const { clusterKey, fromMs } of targets) {
    const answer = answers.get(clusterKey);
    if (answer !== undefined) reads.set(clusterKey, { fromMs, toMs, ...answer });
  }
  await store.write(
    shard,
    [...reads].flatMap(([clusterKey, read]) => {
      // A cut answer would erase what an earlier, whole one had said.
      if (!isWhole(read)) return [];
      return [{ clusterKey, fromMs: read.fromMs, toMs, denials: read.denials }];
    }),
  );
  return reads;
}

/** Whether the read may stand for its spans: nothing failed and nothing came cut. */
export function isWhole(read: DenialRead): boolean {
  return read.problems.length === 0;
}

/** The series of a read: so many denials in each span, 0 where there were none. */
export function denialSeries(cluster: Cluster, read: DenialRead): SampleBlock {
  const block = createBlock(read.fromMs, read.toMs);
  for (const { id } of cluster.network.firewalls) {
    const { values } = ensureSeries(block, "firewallDenials", { resourceId: resourceKey(id) });
    for (let at = 0; at < block.minutes; at += DENIAL_SPAN_MS / MINUTE_MS) values[at] = 0;
  }
  for (const { firewall, spanMs, count } of read.denials) {
    const { values } = ensureSeries(block, "firewallDenials", { resourceId: firewall });
    const minute = (spanMs - read.fromMs) / MINUTE_MS;
    values[minute] = (Number.isNaN(values[minute] ?? Number.NaN) ? 0 : (values[minute] ?? 0)) + count;
  }
  return block;
}

function firstSpan(state: ClusterState, toMs: number): number {
  const { throughMs } = state.denials;
  if (throughMs === null) return toMs - FIRST_READ_MS;
  return Math.max(throughMs - REREAD_MS, toMs - LONGEST_READ_MS);
}
