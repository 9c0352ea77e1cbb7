import * as z from "zod";
import { limitsForCluster } from "#core/checks/cluster-limits.ts";
import type { CheckLimits } from "#core/checks/limits.ts";
import type { Cluster } from "#core/egress/topology.ts";
import { STATUS_ORDER } from "#core/verdict/verdict.ts";
import { type ClusterRow, ClustersAnswer } from "./answers/clusters.ts";
import { compareText, type FleetMember, loadFleet, sortKeyOf } from "./fleet.ts";
import { jsonResponse } from "./http.ts";
import { someOf, wholeNumber } from "./parameters.ts";
import { defineRoute } from "./route.ts";
import { toWireTimeOrNull } from "./wire-time.ts";

const CURSOR_EXPECTED = "a nextCursor of an earlier answer";

/** The key of the last cluster of a page: pages stay in step however clusters come, go and change. */
const cursor = z.string().transform((text, issues) => {
  const key = Buffer.from(text, "base64url").toString();
  if (key.startsWith("/subscriptions/") && toCursor(key) === text) return key;
  issues.addIssue(CURSOR_EXPECTED);
  return z.NEVER;
});

export const clustersRoute = defineRoute({
  summary: "The clusters that are watched, by name.",
  query: z.object({
    status: someOf(STATUS_ORDER).optional().describe("Only clusters of these statuses, separated by commas."),
    q: z
      .string()
      .max(200, "at most 200 characters")
      .optional()
      .describe("Only clusters whose name, resource group or subscription id holds this text, in any case."),
    limit: wholeNumber(1, 1_000).default(100).describe("Clusters on a page."),
    cursor: cursor.optional().describe("Where to go on: `nextCursor` of the page before."),
  }),
  responses: { 200: { description: "One page.", content: { "application/json": ClustersAnswer } } },
  async handle(context, { status, q, limit, cursor: after }) {
    const wanted = (await loadFleet(context)).filter(
      (member) =>
        (status === undefined || status.includes(member.standing.status)) &&
        (q === undefined || holdsText(member, q.toLowerCase())) &&
        (after === undefined || compareText(sortKeyOf(member.entry.cluster.ref.key), sortKeyOf(after)) > 0),
    );
    const page = wanted.slice(0, limit);
    const last = page.at(-1)?.entry.cluster.ref.key;
    const answer: ClustersAnswer = {
      clusters: page.map((member) => toRow(member, context.settings.limits)),
      nextCursor: last !== undefined && wanted.length > limit ? toCursor(last) : null,
    };
    return jsonResponse(answer);
  },
});

function toCursor(clusterKey: string): string {
  return Buffer.from(clusterKey).toString("base64url");
}

function holdsText({ entry }: FleetMember, text: string): boolean {
  const { name, resourceGroup, subscriptionId } = entry.cluster.ref;
  return [name, resourceGroup, subscriptionId].some((part) => part.toLowerCase().includes(text));
}

function toRow({ entry: { cluster }, summary, standing }: FleetMember, settings: CheckLimits): ClusterRow {
  const { key: _, ...ref } = cluster.ref;
  const { warnRatio, failRatio } = limitsForCluster(settings, cluster.tags).limits;
  return {
    ...ref,
    outboundType: cluster.outboundType,
    paths: [...new Set(cluster.paths.map(({ kind }) => kind))],
    nodes: countNodes(cluster),
    ...standing,
    worstUsedRatio: summary?.worstUsedRatio ?? null,
    exhaustionInSeconds: summary?.exhaustionInSeconds ?? null,
    limits: { warnRatio, failRatio },
    evaluatedAt: toWireTimeOrNull(summary?.evaluatedAtMs ?? null),
    dataThrough: toWireTimeOrNull(summary?.dataThroughMs ?? null),
  };
}

/** Nodes that the pools ask for, whatever path they leave by. */
export function countNodes({ pools }: Cluster): number {
  return pools.reduce((nodes, { count }) => nodes + count, 0);
}
