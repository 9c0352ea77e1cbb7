import { NAT_PORTS_PER_IP } from "../nat/limits.ts";
import { PORTS_PER_FRONTEND_IP, PORTS_PER_LOAD_BALANCING_RULE } from "../snat/limits.ts";
import { resolveAddresses } from "./addresses.ts";
import { familyOf } from "./ip.ts";
import { frontendsOf } from "./load-balancer-topology.ts";
import type { Frontend, ListedLoadBalancer } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { ProblemList } from "./unread.ts";

/** Frontends of all outbound rules, each once. */
export function outboundFrontends(balancer: ListedLoadBalancer): readonly Frontend[] {
  const keys = new Set(balancer.outboundRules.flatMap((rule) => rule.frontendKeys));
  return frontendsOf(balancer, [...keys]);
}

/**
 * SNAT ports (for each protocol) of a load balancer's outbound IPv4 addresses.
 *
 * @returns `null` if a prefix could not be read, so that the number of addresses is unknown
 */
export function loadBalancerBudget(balancer: ListedLoadBalancer, network: NetworkIndex): number | null {
  let budget = 0;
  for (const frontend of outboundFrontends(balancer)) {
    const { addresses, ipv4Count } = resolveAddresses(network, frontend, new ProblemList(), frontend.family);
    if (ipv4Count === null) return null;
    if (addresses.some((address) => familyOf(address) === "ipv6")) continue;
    budget += ipv4Count * PORTS_PER_FRONTEND_IP - frontend.ruleCount * PORTS_PER_LOAD_BALANCING_RULE;
  }
  return Math.max(0, budget);
}

/** SNAT ports (for each protocol) of a NAT gateway; `null` where the number of its addresses is unknown. */
export function natGatewayBudget(ipv4Count: number | null): number | null {
  return ipv4Count === null ? null : ipv4Count * NAT_PORTS_PER_IP;
}
