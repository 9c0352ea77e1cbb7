import { firewallTopology, natGatewaysOf, publicInboundRules, routedFirewalls } from "./cluster-devices.ts";
import type { ClusterNetwork } from "./cluster-network.ts";
import { clusterSecurityGroups } from "./cluster-security-groups.ts";
import { clusterSubnets } from "./cluster-subnets.ts";
import type { ListedCluster } from "./listed-cluster.ts";
import type { NetworkIndex } from "./network-index.ts";
import { scaleSetsOf } from "./scale-sets.ts";
import type { EgressPath } from "./topology.ts";
import type { ProblemList } from "./unread.ts";

/**
 * What lies around the paths of a cluster, except what is read once a day.
 *
 * @param problems gets what could not be read
 */
export function describeNetwork(
  cluster: ListedCluster,
  network: NetworkIndex,
  paths: readonly EgressPath[],
  problems: ProblemList,
): ClusterNetwork {
  const found = clusterSubnets(cluster, network);
  const firewalls = routedFirewalls(found.listed, network).map((it) => firewallTopology(it, network));
  return {
    subnets: found.subnets,
    securityGroups: clusterSecurityGroups(cluster, network, found, problems),
    natGateways: natGatewaysOf(cluster, paths, firewalls, network),
    firewalls,
    scaleSets: scaleSetsOf(cluster, network),
    publicInbound: publicInboundRules(cluster, network),
    requiredEndpoints: null,
    dailyReadMs: 0,
  };
}
