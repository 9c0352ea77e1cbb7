import type { ListedCluster } from "./listed-cluster.ts";
import type { Frontend, ListedLoadBalancer, ListedOutboundRule } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { groupKey, nameOf } from "./resource-id.ts";

/** AKS fixes these names: AKS docs, "Use a public standard load balancer", and its cloud provider's source. */
const AKS_LOAD_BALANCER = "kubernetes";
const AKS_OUTBOUND_POOL = "aksoutboundbackendpool";

/**
 * The load balancer that a cluster's outbound traffic would take: in its node resource group, with an outbound rule.
 *
 * A cluster can have several Standard ones; AKS sends through the first, whose rule serves its own outbound pool. One without
 * an outbound rule only brings traffic in. Basic ones have no rules: the one with a public frontend sends.
 */
export function outboundLoadBalancer(
  cluster: ListedCluster,
  network: NetworkIndex,
): ListedLoadBalancer | undefined {
  const group = groupKey(cluster.ref.subscriptionId, cluster.nodeResourceGroup);
  const candidates = network.loadBalancersByGroup.get(group) ?? [];
  return (
    best(candidates.filter((it) => it.outboundRules.length > 0)) ?? best(candidates.filter(isBasicSender))
  );
}

/** The frontends with a public address. */
export function publicFrontends(balancer: ListedLoadBalancer): readonly Frontend[] {
  return [...balancer.frontends.values()].filter((frontend) => frontend.privateIp === null);
}

/** A Basic load balancer sends by its frontend, without an outbound rule and without metrics. */
function isBasicSender(balancer: ListedLoadBalancer): boolean {
  return balancer.sku === "basic" && publicFrontends(balancer).length > 0;
}

function best(candidates: readonly ListedLoadBalancer[]): ListedLoadBalancer | undefined {
  return candidates.reduce<ListedLoadBalancer | undefined>(
    (chosen, balancer) => (chosen === undefined || rank(balancer) < rank(chosen) ? balancer : chosen),
    undefined,
  );
}

/** Smaller is better; the name settles ties, so that two discoveries choose alike. */
function rank(balancer: ListedLoadBalancer): string {
  const aksPool = balancer.outboundRules.some(usesAksPool) ? 0 : 1;
  const aksName = balancer.name.toLowerCase() === AKS_LOAD_BALANCER ? 0 : 1;
  return `${aksPool}${aksName}${balancer.key}`;
}

function usesAksPool(rule: ListedOutboundRule): boolean {
  return nameOf(rule.poolKey).startsWith(AKS_OUTBOUND_POOL);
}
