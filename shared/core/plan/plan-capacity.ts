import type { Cluster, EgressPath } from "../egress/topology.ts";
import { ALLOCATION_TIERS } from "../snat/limits.ts";
import { maximumNodes, maximumNodesWithSurge } from "../snat/surge.ts";
import { planFirewall } from "./firewall-plan.ts";
import { planLoadBalancer } from "./load-balancer-plan.ts";
import { planNatGateway } from "./nat-gateway-plan.ts";
import type {
  CapacityPlan,
  PathPlan,
  PlanContext,
  PlanHistory,
  PlanPeak,
  PlanPoint,
  PlanQuestion,
} from "./plan.ts";
import { unknownPlan } from "./unknown-plan.ts";

/** How far below the warning a plan stays, so that the next peak does not warn at once. */
const BELOW_WARNING = 0.8;

/**
 * Capacity arithmetic for each path of a cluster: what fits, what does not, what to change. Pure.
 *
 * A load balancer gives ports to each node, so its peak is one node's and stays the same with more nodes. A gateway and a
 * firewall share theirs, so their peak is taken to grow with the nodes.
 *
 * @param warnRatio share of ports in use at which the cluster's checks warn, 0..1
 */
export function planCapacity(
  cluster: Cluster,
  history: PlanHistory,
  question: PlanQuestion,
  warnRatio: number,
): CapacityPlan {
  const context = contextOf(cluster, history, question, warnRatio);
  const { nodes, nodesToday, maximumNodes: most, targetRatio, peak } = context;
  return {
    assumed: { nodes, nodesToday, maximumNodes: most, targetRatio },
    peak,
    paths: cluster.paths.map((path) => planPath(cluster, path, context)),
  };
}

/**
 * The same question at many numbers of nodes: for each path a curve from its own peak, ascending. Pure.
 *
 * Every number where it is small enough, else so many that a picture is no coarser, with those after which Azure's tiers change.
 */
export function planCurves(
  cluster: Cluster,
  history: PlanHistory,
  question: PlanQuestion,
  warnRatio: number,
): readonly (readonly PlanPoint[])[] {
  const today = contextOf(cluster, history, question, warnRatio);
  const numbers = curveNodes(Math.max(today.nodes, today.nodesToday, today.maximumNodes));
  return cluster.paths.map((path) =>
    numbers.map((nodes): PlanPoint => {
      const asked = { ...today, nodes, question: { ...question, nodes } };
      const { verdict, share, neededOutboundIps } = planPath(cluster, path, asked);
      return { nodes, verdict, share, neededOutboundIps };
    }),
  );
}

/** A curve reaches so far beyond the most nodes that can come. */
const CURVE_FACTOR = 2;
const CURVE_POINTS = 120;
/** AKS carries no more. */
const MOST_NODES = 5_000;

function curveNodes(nodes: number): number[] {
  const most = Math.min(MOST_NODES, Math.max(10, nodes * CURVE_FACTOR));
  const stride = Math.max(1, Math.ceil(most / CURVE_POINTS));
  const even = Array.from({ length: Math.floor(most / stride) }, (_, i) => (i + 1) * stride);
  const edges = ALLOCATION_TIERS.flatMap(({ maxNodes }) => [maxNodes, maxNodes + 1]);
  const numbers = [1, nodes, most, ...even, ...edges].filter((each) => each <= most);
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function contextOf(
  cluster: Cluster,
  history: PlanHistory,
  question: PlanQuestion,
  warnRatio: number,
): PlanContext {
  const nodesToday = Math.max(1, todaysNodes(cluster));
  return {
    question,
    nodes: question.nodes ?? nodesToday,
    nodesToday,
    maximumNodes: Math.max(maximumNodesWithSurge(cluster.pools), nodesToday),
    peak: peakOf(history),
    warnRatio,
    targetRatio: Number((warnRatio * BELOW_WARNING).toPrecision(6)),
  };
}

/** Members of the outbound pool are there in fact; without one, what the pools ask for. */
function todaysNodes(cluster: Cluster): number {
  const members = cluster.loadBalancer?.members.length ?? 0;
  if (members > 0) return members;
  const asked = cluster.pools.reduce((sum, pool) => sum + pool.count, 0);
  return asked > 0 ? asked : maximumNodes(cluster.pools);
}

function peakOf({ dailyPeaks, peaks }: PlanHistory): PlanPeak {
  return {
    usedPorts: highest([...dailyPeaks.map((day) => day.usedPorts), ...peaks.map((hour) => hour.usedPorts)]),
    natConnections: highest(dailyPeaks.map((day) => day.natConnections)),
    firewallSnatRatio: highest(dailyPeaks.map((day) => day.firewallSnatRatio)),
    days: dailyPeaks.length,
  };
}

function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function planPath(cluster: Cluster, path: EgressPath, context: PlanContext): PathPlan {
  switch (path.kind) {
    case "loadBalancer":
      return planLoadBalancer(cluster, path, context);
    case "natGateway":
      return planNatGateway(cluster, path, context);
    case "firewall":
      return planFirewall(cluster, path, context);
    case "nodePublicIp":
      return unknownPlan(
        path,
        "each node has an address of its own: nothing is shared that more nodes would use up",
      );
    case "virtualAppliance":
      return unknownPlan(path, "the appliance is somebody else's: its ports are not known");
    case "egressGateway":
      return unknownPlan(path, "the ports of an egress gateway are not measured");
    case "none":
      return unknownPlan(path, "there is no way to the internet that could run out");
    case "unknown":
      return unknownPlan(path, `the path is not known: ${path.reason}`);
  }
}
