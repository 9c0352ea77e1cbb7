import * as z from "zod";
import type { CheckResult } from "#core/checks/check.ts";
import { limitsForCluster } from "#core/checks/cluster-limits.ts";
import type { ClusterState } from "#core/collection/cluster-state.ts";
import { backfillMinutes } from "#core/collection/plan-read.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { compareAlerts, toAlertRow } from "./alerts.ts";
import { type CheckRow, ClusterAnswer } from "./answers/cluster.ts";
import { countNodes } from "./clusters.ts";
import { checkPage } from "./docs-link.ts";
import { findCluster } from "./find-cluster.ts";
import { jsonResponse } from "./http.ts";
import { problem } from "./problem.ts";
import { type ApiContext, type CheckInfo, defineRoute } from "./route.ts";
import { standingOf } from "./standing.ts";
import { toWireTime, toWireTimeOrNull } from "./wire-time.ts";

export const clusterRoute = defineRoute({
  summary: "One cluster: its paths, its checks with evidence and remedy, its nodes.",
  query: z.object({}),
  responses: { 200: { description: "The cluster.", content: { "application/json": ClusterAnswer } } },
  async handle(context) {
    const entry = await findCluster(context);
    if (entry === undefined) return problem("not-found", "no such cluster is known", context.instance);
    const [state, checks] = await Promise.all([
      context.states.load(entry.shard, entry.cluster.ref.key),
      context.checks(),
    ]);
    return jsonResponse(toAnswer(context, entry, state, checks));
  },
});

function toAnswer(
  context: ApiContext,
  entry: InventoryEntry,
  state: ClusterState | undefined,
  checks: readonly CheckInfo[],
): ClusterAnswer {
  const { nowMs, settings } = context;
  const verdict = state?.verdict ?? undefined;
  const { limits, faults } = limitsForCluster(settings.limits, entry.cluster.tags);
  // Nobody evaluates a cluster that is gone: its last verdict stands, beside the time of its end.
  const judgedAtMs = entry.goneSinceMs === null ? nowMs : (verdict?.evaluatedAtMs ?? nowMs);
  return {
    cluster: describeCluster(entry),
    paths: entry.cluster.paths.map((path) => ({
      ...path,
      publicIps: [...path.publicIps],
      protocols: { ...path.protocols },
      pools: [...path.pools],
    })),
    ...standingOf(verdict, judgedAtMs),
    worstUsedRatio: verdict?.worstUsedRatio ?? null,
    exhaustionInSeconds: verdict?.exhaustionInSeconds ?? null,
    evaluatedAt: toWireTimeOrNull(verdict?.evaluatedAtMs ?? null),
    backfillMinutes: backfillMinutes(state?.backfill ?? []),
    dataThrough: toWireTimeOrNull(state?.dataThroughMs ?? verdict?.dataThroughMs ?? null),
    checks:
      verdict?.checks.map((result) => toCheckRow(result, checks)) ??
      checks.map((check) => notEvaluated(check, entry.firstSeenMs)),
    nodes: verdict?.nodes.map((node) => ({ ...node })) ?? [],
    alerts: (state?.alerts ?? [])
      .map((alert) => toAlertRow(alert, state?.incident ?? null))
      .sort(compareAlerts),
    limits: {
      warnRatio: limits.warnRatio,
      failRatio: limits.failRatio,
      failedRatio: limits.failedRatio,
      skewFactor: limits.skewFactor,
      staleAfterSeconds: limits.staleAfterMs / 1_000,
      collectLagSeconds: limits.collectLagMs / 1_000,
    },
    tagFaults: [...faults],
  };
}

function describeCluster(entry: InventoryEntry): ClusterAnswer["cluster"] {
  const { cluster } = entry;
  const { key: _, ...ref } = cluster.ref;
  return {
    ...ref,
    outboundType: cluster.outboundType,
    nodes: countNodes(cluster),
    nodeResourceGroup: cluster.nodeResourceGroup,
    provisioningState: cluster.provisioningState,
    powerState: cluster.powerState,
    kubernetesVersion: cluster.kubernetesVersion,
    tags: { ...cluster.tags },
    pools: cluster.pools.map((pool) => ({ ...pool })),
    firstSeen: toWireTime(entry.firstSeenMs),
    lastSeen: toWireTime(entry.lastSeenMs),
    goneSince: toWireTimeOrNull(entry.goneSinceMs),
    problems: cluster.problems.map((fault) => ({ ...fault })),
  };
}

function toCheckRow(
  result: CheckResult & { readonly sinceMs: number },
  known: readonly CheckInfo[],
): CheckRow {
  const info = known.find(({ id }) => id === result.id);
  // An outcome without findings is about what could not be judged, if about anything.
  const subjects = result.findings.length > 0 ? result.findings.map(({ subject }) => subject) : result.untold;
  return {
    id: result.id,
    question: info?.question ?? "",
    outcome: result.outcome,
    summary: result.summary,
    since: toWireTime(result.sinceMs),
    subjects: subjects.map((subject) => ({ ...subject })),
    evidence: result.evidence.map((item) => ({ ...item })),
    remedy: result.remedy && { text: result.remedy.text, commands: [...result.remedy.commands] },
    explainedBy: result.explainedBy,
    judgesTraffic: info?.judgesTraffic ?? false,
    docs: checkPage(result.id),
  };
}

function notEvaluated({ id, question, judgesTraffic }: CheckInfo, sinceMs: number): CheckRow {
  return {
    id,
    question,
    outcome: "unknown",
    summary: "not evaluated yet",
    since: toWireTime(sinceMs),
    subjects: [],
    evidence: [],
    remedy: null,
    explainedBy: null,
    judgesTraffic,
    docs: checkPage(id),
  };
}
