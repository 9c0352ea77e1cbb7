import { resolveAddresses } from "./addresses.ts";
import type { ListedCluster } from "./listed-cluster.ts";
import type { Frontend, ListedLoadBalancer } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { publicFrontends } from "./outbound-load-balancer.ts";
import { path, type ResolvedPath } from "./path.ts";
import { loadBalancerBudget, outboundFrontends } from "./port-budget.ts";
import type { ProblemList } from "./unread.ts";

/** The path through a load balancer that {@link outboundLoadBalancer} chose. */
export function loadBalancerPath(
  balancer: ListedLoadBalancer,
  network: NetworkIndex,
  problems: ProblemList,
): ResolvedPath {
  const basic = balancer.outboundRules.length === 0;
  const frontends = basic ? publicFrontends(balancer) : outboundFrontends(balancer);
  const reason = basic
    ? `Basic load balancer '${balancer.name}' sends by its frontend: no outbound rule, no SNAT metrics`
    : `outbound rule '${balancer.outboundRules.map((rule) => rule.name).join("', '")}' of load balancer '${balancer.name}'`;
  return path("loadBalancer", reason, {
    resourceId: balancer.id,
    publicIps: addressesOf(frontends, network, problems),
    portBudget: basic ? null : loadBalancerBudget(balancer, network),
    protocols: basic ? { tcp: true, udp: true, icmp: false } : protocolsOf(balancer),
  });
}

/** True where AKS itself says that the load balancer sends; `outboundType` missing means the default, `loadBalancer`. */
export function claimsLoadBalancer(cluster: ListedCluster): boolean {
  return cluster.outboundType === null || cluster.outboundType.toLowerCase() === "loadbalancer";
}

function addressesOf(
  frontends: readonly Frontend[],
  network: NetworkIndex,
  problems: ProblemList,
): readonly string[] {
  return [
    ...new Set(
      frontends.flatMap(
        (frontend) => resolveAddresses(network, frontend, problems, frontend.family).addresses,
      ),
    ),
  ];
}

function protocolsOf(balancer: ListedLoadBalancer) {
  const protocols = balancer.outboundRules.map((rule) => rule.protocol.toLowerCase());
  const carries = (protocol: string) => protocols.some((it) => it === "all" || it === protocol);
  return { tcp: carries("tcp"), udp: carries("udp"), icmp: false };
}
