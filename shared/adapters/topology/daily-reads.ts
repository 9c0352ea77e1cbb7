import type { ListedEndpoint } from "#core/egress/cluster-network.ts";
import { applyDailyReads, knownLogs, knownWorkspaces, planDailyReads } from "#core/egress/daily-reads.ts";
import type { DiagnosticSetting } from "#core/egress/diagnostic-setting.ts";
import { type FirewallLogs, firewallLogs, logWorkspaces, unreadLogs } from "#core/egress/firewall-logs.ts";
import { nameOf, resourceKey } from "#core/egress/resource-id.ts";
import type { Cluster } from "#core/egress/topology.ts";
import { TOPOLOGY_SOURCE } from "#core/egress/unread.ts";
import type { SourceProblem } from "#core/failure.ts";
import type { DiagnosticsSource } from "#ports/diagnostics-source.ts";
import type { Answer } from "./answer.ts";
import type { ArmReader } from "./arm-reader.ts";
import { classify, failureMessage } from "./failure.ts";
import { limiter } from "./limit.ts";
import { findWorkspaces } from "./workspaces.ts";

/** Who is asked for what is read once a day. */
export interface DailySources {
  readonly arm: ArmReader;
  readonly diagnostics: DiagnosticsSource | undefined;
  readonly signal: AbortSignal;
}

/** Calls at one time. */
const WIDTH = 4;
/** What a discovery spends on these reads: what is left waits for the next one, the clusters do not. */
const BUDGET_MS = 60_000;

/** Adds what has no list and seldom changes: the endpoints a cluster needs, and where firewalls send their logs. */
export async function addDailyReads(
  sources: DailySources,
  clusters: readonly Cluster[],
  previous: ReadonlyMap<string, Cluster>,
  nowMs: number,
): Promise<readonly Cluster[]> {
  const known = knownLogs(previous.values());
  const plan = planDailyReads(clusters, previous, known, nowMs);
  const [endpoints, logs] = await Promise.all([
    readEndpoints(sources, plan.clusters),
    readLogs(sources, plan.firewallIds, knownWorkspaces(known)),
  ]);
  return clusters.map((cluster) =>
    applyDailyReads(cluster, previous.get(cluster.ref.key)?.network, known, { endpoints, logs }, nowMs),
  );
}

async function readEndpoints(
  { arm }: DailySources,
  clusters: readonly Cluster[],
): Promise<ReadonlyMap<string, readonly ListedEndpoint[] | SourceProblem>> {
  const limited = limiter(WIDTH);
  const spent = AbortSignal.timeout(BUDGET_MS);
  const throttled = new Map<string, Answer<never>>();
  const answers = clusters.map(({ ref }) =>
    limited(async (): Promise<readonly [string, readonly ListedEndpoint[] | SourceProblem]> => {
      const subscription = ref.subscriptionId.toLowerCase();
      // A subscription that throttles would hold every other call up: the rest of it waits for the next discovery.
      const answer =
        throttled.get(subscription) ?? (spent.aborted ? LEFT_OVER : await arm.requiredEndpoints(ref));
      if (answer.ok) return [ref.key, answer.value];
      if (answer.failure.reason === "throttled") throttled.set(subscription, answer);
      const what = `required endpoints of cluster '${ref.name}'`;
      const message = failureMessage(what, ref.subscriptionId, answer.failure);
      return [ref.key, { source: TOPOLOGY_SOURCE, reason: answer.failure.reason, message }];
    }),
  );
  return new Map(await Promise.all(answers));
}

const LEFT_OVER: Answer<never> = {
  ok: false,
  failure: { reason: "timeout", detail: "not asked yet, there was no time left", identity: null },
};

async function readLogs(
  sources: DailySources,
  firewallIds: readonly string[],
  known: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, FirewallLogs>> {
  const limited = limiter(WIDTH);
  const asked = await Promise.all(
    firewallIds.map((id) => limited(async () => ({ id, answer: await settingsOf(sources, id) }))),
  );
  const workspaceIds = asked.flatMap(({ answer }) => (answer.ok ? logWorkspaces(answer.value) : []));
  const distinct = [...new Map(workspaceIds.map((id) => [resourceKey(id), id])).values()];
  const workspaces = await findWorkspaces(sources.arm, distinct, known);
  return new Map(
    asked.map(({ id, answer }) => {
      const logs = answer.ok
        ? firewallLogs(id, answer.value, workspaces)
        : unreadLogs(answer.failure.reason, answer.failure.detail);
      return [resourceKey(id), logs] as const;
    }),
  );
}

async function settingsOf(
  { diagnostics, signal }: DailySources,
  firewallId: string,
): Promise<Answer<readonly DiagnosticSetting[]>> {
  if (diagnostics === undefined) {
    const detail = `diagnostic settings of firewall '${nameOf(firewallId)}': not read by this service`;
    return { ok: false, failure: { reason: "unavailable", detail, identity: null } };
  }
  try {
    return { ok: true, value: await diagnostics.settingsOf(firewallId, signal) };
  } catch (error) {
    return { ok: false, failure: classify(error) };
  }
}
