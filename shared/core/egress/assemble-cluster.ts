import type { FailureReason, SourceProblem } from "../failure.ts";
import type { ClusterNetwork } from "./cluster-network.ts";
import { describeNetwork } from "./describe-network.ts";
import type { ListedCluster } from "./listed-cluster.ts";
import { loadBalancerTopology } from "./load-balancer-topology.ts";
import type { FailedList, NetworkList } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { outboundLoadBalancer } from "./outbound-load-balancer.ts";
import { resolvePaths } from "./resolve-paths.ts";
import type { Cluster } from "./topology.ts";
import { listProblem, ProblemList } from "./unread.ts";

/** Failures that pass by themselves: until then the last known network is the best answer. */
const PASSING: ReadonlySet<SourceProblem["reason"]> = new Set<FailureReason>([
  "throttled",
  "unavailable",
  "timeout",
  "malformed",
]);

/** Lists without which a load balancer's own picture has holes. */
const BALANCER_LISTS: ReadonlySet<NetworkList> = new Set([
  "loadBalancers",
  "publicIPAddresses",
  "publicIPPrefixes",
]);

/** Lists that no path depends on: members come from the load balancer, and the interfaces only name them. */
const BESIDE_PATHS: ReadonlySet<NetworkList> = new Set(["networkInterfaces", "networkSecurityGroups"]);

/**
 * Joins one cluster with the network of all subscriptions. Where a list failed for now, the cluster keeps the paths, their
 * surroundings and the load balancer of the last discovery, and says so in its problems.
 *
 * @param previous the same cluster as the last discovery saw it
 * @param nodeProblems what could not be read about this cluster's network interfaces
 */
export function assembleCluster(
  cluster: ListedCluster,
  network: NetworkIndex,
  previous: Cluster | undefined,
  nowMs: number,
  nodeProblems: readonly SourceProblem[] = [],
): Cluster {
  const failures = network.failuresBySubscription.get(cluster.ref.subscriptionId.toLowerCase()) ?? [];
  const balancer = outboundLoadBalancer(cluster, network);

  const balancerProblems = problemsOf(failures.filter((failure) => BALANCER_LISTS.has(failure.list)));
  const loadBalancer =
    balancer === undefined
      ? null
      : loadBalancerTopology(balancer, cluster, network, previous, nowMs, balancerProblems);
  const pathProblems = problemsOf(failures.filter((failure) => !BESIDE_PATHS.has(failure.list)));
  const resolved = resolvePaths({ cluster, network, balancer, problems: pathProblems });
  const paths = previous !== undefined && passes(pathProblems) ? previous.paths : resolved;
  const ruleProblems = problemsOf(failures.filter((failure) => failure.list === "networkSecurityGroups"));
  const around = describeNetwork(cluster, network, paths, ruleProblems);

  const problems = problemsOf(failures);
  for (const problem of [...balancerProblems.all, ...pathProblems.all, ...ruleProblems.all]) {
    problems.add(problem);
  }
  // They only name the nodes; how full each is the metrics tell.
  for (const problem of nodeProblems) problems.add({ ...problem, minor: true });
  return {
    ref: cluster.ref,
    nodeResourceGroup: cluster.nodeResourceGroup,
    outboundType: cluster.outboundType,
    provisioningState: cluster.provisioningState,
    powerState: cluster.powerState,
    kubernetesVersion: cluster.kubernetesVersion,
    tags: cluster.tags,
    pools: cluster.pools.map(({ nodePublicIpPrefixId: _, ...pool }) => pool),
    loadBalancerProfile: cluster.loadBalancerProfile,
    paths,
    loadBalancer: previous !== undefined && passes(balancerProblems) ? previous.loadBalancer : loadBalancer,
    network: keepKnown(around, previous?.network, passes(pathProblems), passes(ruleProblems)),
    discoveredAtMs: nowMs,
    problems: problems.all,
  };
}

/** The network as far as it was read now; parts whose lists failed for now stay as they were. */
function keepKnown(
  found: ClusterNetwork,
  known: ClusterNetwork | undefined,
  pathsStay: boolean,
  rulesStay: boolean,
): ClusterNetwork {
  // Without subnets nothing was known: a network that an older release never looked at.
  if (known === undefined || known.subnets.length === 0) return found;
  if (pathsStay) return known;
  return rulesStay ? { ...found, securityGroups: known.securityGroups } : found;
}

function problemsOf(failures: readonly FailedList[]): ProblemList {
  const problems = new ProblemList();
  for (const failure of failures) problems.add(listProblem(failure));
  return problems;
}

function passes(problems: ProblemList): boolean {
  return problems.all.some((problem) => PASSING.has(problem.reason));
}
