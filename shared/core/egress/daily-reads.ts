import type { SourceProblem } from "../failure.ts";
import type { ClusterNetwork, FirewallTopology, ListedEndpoint } from "./cluster-network.ts";
import { dailyTurn } from "./daily-turn.ts";
import type { FirewallLogs } from "./firewall-logs.ts";
import { resourceKey } from "./resource-id.ts";
import type { Cluster } from "./topology.ts";
import { ProblemList } from "./unread.ts";

/** What earlier discoveries know of a firewall's logs, whichever cluster's. */
export interface KnownLogs extends FirewallLogs {
  /** When its turn was last looked at, epoch ms. */
  readonly readMs: number;
}

/** What is to be read now. */
export interface DailyPlan {
  /** Clusters whose required endpoints are to be asked for. */
  readonly clusters: readonly Cluster[];
  /** Ids of the firewalls whose diagnostic settings are to be asked for, each once. */
  readonly firewallIds: readonly string[];
}

/** What was read; what was not planned is absent. */
export interface DailyAnswers {
  /** By cluster key. */
  readonly endpoints: ReadonlyMap<string, readonly ListedEndpoint[] | SourceProblem>;
  /** By `resourceKey` of the firewall. `logs` is `null` where the settings could not be read. */
  readonly logs: ReadonlyMap<string, FirewallLogs>;
}

/** The logs of all firewalls that are known, by `resourceKey`: clusters share them, and the newest tells. */
export function knownLogs(clusters: Iterable<Cluster>): ReadonlyMap<string, KnownLogs> {
  const known = new Map<string, KnownLogs>();
  for (const { network } of clusters) {
    for (const { id, logs, logProblem } of network.firewalls) {
      const key = resourceKey(id);
      const before = known.get(key);
      if (before !== undefined && before.readMs >= network.dailyReadMs) continue;
      known.set(key, { logs, logProblem, readMs: network.dailyReadMs });
    }
  }
  return known;
}

/** What queries call the workspaces that are known, by `resourceKey`. */
export function knownWorkspaces(known: ReadonlyMap<string, KnownLogs>): ReadonlyMap<string, string> {
  const destinations = [...known.values()].flatMap(({ logs }) => logs ?? []);
  return new Map(
    destinations.flatMap(({ workspaceId, customerId }) =>
      customerId === null ? [] : [[resourceKey(workspaceId), customerId] as const],
    ),
  );
}

/**
 * What has its turn: at first sight, once a day after that, each at its own time. What is not known, because it could not be
 * read or is not there, has its turn at every discovery: whoever grants a role or makes a setting wants to see that it works.
 */
export function planDailyReads(
  clusters: readonly Cluster[],
  previous: ReadonlyMap<string, Cluster>,
  known: ReadonlyMap<string, KnownLogs>,
  nowMs: number,
): DailyPlan {
  const firewalls = new Map(
    clusters.flatMap((it) => it.network.firewalls).map((it) => [resourceKey(it.id), it.id]),
  );
  return {
    clusters: clusters.filter((cluster) => {
      if (!hasRequiredEndpoints(cluster)) return false;
      const before = previous.get(cluster.ref.key)?.network;
      return before?.requiredEndpoints == null || dailyTurn(cluster.ref.key, before.dailyReadMs, nowMs);
    }),
    firewallIds: [...firewalls].flatMap(([key, id]) => {
      const logs = known.get(key);
      const asked = logs === undefined || logs.logs === null || logs.logProblem !== null;
      return asked || dailyTurn(key, logs.readMs, nowMs) ? [id] : [];
    }),
  };
}

/** Puts what was read into a cluster; what failed stays as it was known, and is tried again at the next discovery. */
export function applyDailyReads(
  cluster: Cluster,
  before: ClusterNetwork | undefined,
  known: ReadonlyMap<string, KnownLogs>,
  answers: DailyAnswers,
  nowMs: number,
): Cluster {
  const problems = new ProblemList();
  for (const problem of cluster.problems) problems.add(problem);

  const answer = answers.endpoints.get(cluster.ref.key);
  const listed = answer !== undefined && !("reason" in answer) ? answer : null;
  if (answer !== undefined && "reason" in answer) problems.add({ ...answer, minor: true });
  const knownEndpoints = hasRequiredEndpoints(cluster) ? (before?.requiredEndpoints ?? null) : null;

  let stale = listed === null && answer !== undefined && knownEndpoints !== null;
  const firewalls = cluster.network.firewalls.map((firewall): FirewallTopology => {
    const key = resourceKey(firewall.id);
    const fresh = answers.logs.get(key);
    const old = known.get(key);
    if (fresh?.logs === null && fresh.logProblem !== null && old !== undefined && old.logs !== null) {
      stale = true;
      problems.add({ ...fresh.logProblem, minor: true });
      return { ...firewall, logs: old.logs, logProblem: old.logProblem };
    }
    const { logs, logProblem } = fresh ?? old ?? firewall;
    return { ...firewall, logs, logProblem };
  });

  const asked = answer !== undefined || firewalls.some((it) => answers.logs.has(resourceKey(it.id)));
  return {
    ...cluster,
    network: {
      ...cluster.network,
      firewalls,
      requiredEndpoints: listed ?? knownEndpoints,
      // A turn that failed is not over.
      dailyReadMs: asked && !stale ? nowMs : (before?.dailyReadMs ?? 0),
    },
    problems: problems.all,
  };
}

/** Only a device that looks at names and addresses can keep an endpoint from a cluster. */
function hasRequiredEndpoints(cluster: Cluster): boolean {
  return cluster.paths.some((path) => path.kind === "firewall" || path.kind === "virtualAppliance");
}
