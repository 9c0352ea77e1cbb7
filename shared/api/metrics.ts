import * as z from "zod";
import { isOpen } from "#core/notify/delivery-state.ts";
import { DAY_MS } from "#core/time.ts";
import type { ClusterStateStore } from "#ports/cluster-state-store.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import { EXPOSITION_CONTENT_TYPE, renderExposition } from "./exposition.ts";
import { type FleetMember, loadFleet } from "./fleet.ts";
import { textResponse } from "./http.ts";
import {
  clusterFamilies,
  deliveryFamilies,
  monitorFamilies,
  type NodeOfCluster,
  nodeFamilies,
} from "./metric-families.ts";
import { judgeMonitor } from "./monitor.ts";
import { type ApiContext, defineRoute } from "./route.ts";
import { isCurrent } from "./standing.ts";

/** Rows of nodes: about 2 MB of text, which a scrape still takes. The fullest are told. */
const MOST_NODE_ROWS = 5_000;
/** Shards that are read at once. */
const SHARDS_AT_ONCE = 8;

export const metricsRoute = defineRoute({
  summary: "The latest verdicts and the monitor itself, for Prometheus.",
  query: z.object({}),
  responses: { 200: { description: "Text exposition 0.0.4.", content: { "text/plain": null } } },
  async handle(context) {
    const { nowMs, settings, startedAtMs, version } = context;
    const [fleet, { discovery, deliveries }, outbox] = await Promise.all([
      loadFleet(context),
      context.monitor.read(),
      listOutbox(context),
    ]);
    const nodes = await loadNodes(context.states, fleet, nowMs);
    const collectLagMs = settings.limits.collectLagMs;
    const monitor = judgeMonitor({
      fleet: fleet.map(({ entry: { firstSeenMs }, summary }) => ({ firstSeenMs, summary })),
      ...{ discovery, nowMs, startedAtMs, collectLagMs, deliveries },
      historyImportMs: settings.historyImportMs,
    });
    const text = renderExposition([
      ...clusterFamilies(fleet, nowMs),
      ...nodeFamilies(nodes.slice(0, MOST_NODE_ROWS), Math.max(0, nodes.length - MOST_NODE_ROWS)),
      ...monitorFamilies(monitor, discovery, version),
      ...deliveryFamilies(fleet, outbox),
    ]);
    return textResponse(text, EXPOSITION_CONTENT_TYPE);
  },
});

/** Everything that is open, and what was settled within a day; `undefined` without an outbox. */
async function listOutbox({ outbox, nowMs }: ApiContext): Promise<readonly OutboxRow[] | undefined> {
  if (outbox === undefined) return undefined;
  const [open, recent] = await Promise.all([outbox.listOpen(), outbox.listSince(nowMs - DAY_MS)]);
  return [...open, ...recent.filter((row) => !isOpen(row))];
}

/** Nodes of the verdicts that still speak of now, the fullest first. */
async function loadNodes(
  states: ClusterStateStore,
  fleet: readonly FleetMember[],
  nowMs: number,
): Promise<readonly NodeOfCluster[]> {
  const shards = [...Map.groupBy(fleet, ({ entry }) => entry.shard)];
  const nodes: NodeOfCluster[] = [];
  for (let at = 0; at < shards.length; at += SHARDS_AT_ONCE) {
    const loaded = await Promise.all(
      shards.slice(at, at + SHARDS_AT_ONCE).map(async ([shard, members]) => {
        const stored = await states.loadShard(shard);
        return members.flatMap((member) => {
          const verdict = stored.get(member.entry.cluster.ref.key)?.value.verdict;
          if (!verdict || !isCurrent(verdict.evaluatedAtMs, nowMs)) return [];
          return verdict.nodes.map((node) => ({ member, node }));
        });
      }),
    );
    nodes.push(...loaded.flat());
  }
  return nodes.sort((a, b) => (b.node.usedRatio ?? -1) - (a.node.usedRatio ?? -1));
}
