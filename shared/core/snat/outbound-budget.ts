import type { LoadBalancerTopology, OutboundRule } from "../egress/topology.ts";
import { portBudget } from "./port-arithmetic.ts";

/** What the addresses of one outbound rule can give to nodes, for each protocol. */
export interface RuleBudget {
  readonly rule: OutboundRule;
  /** Addresses that can be told, of the family that counts: IPv4 where the rule has any. */
  readonly addresses: readonly string[];
  /** Frontends of the family whose addresses could not be read; each is counted as one address. */
  readonly unread: number;
  /** Load-balancing rules on the same addresses. */
  readonly sharingRules: number;
  /** Ports, for each protocol. */
  readonly ports: number;
}

/**
 * The ports that an outbound rule has to share out: {@link portBudget} of its addresses. A node has addresses of one family at
 * a time, so families are not added up.
 */
export function ruleBudget(balancer: LoadBalancerTopology, rule: OutboundRule): RuleBudget {
  const family = rule.frontends.some((frontend) => frontend.family === "ipv4") ? "ipv4" : "ipv6";
  const frontends = rule.frontends.filter((frontend) => frontend.family === family);
  const addresses = [...new Set(frontends.flatMap((frontend) => frontend.addresses))];
  const unread = frontends.filter((frontend) => frontend.addresses.length === 0).length;
  const own = new Set(addresses);
  const sharingRules = balancer.rules.filter((inbound) =>
    inbound.frontendAddresses.some((address) => own.has(address)),
  ).length;
  return {
    rule,
    addresses,
    unread,
    sharingRules,
    ports: portBudget(addresses.length + unread, sharingRules),
  };
}

/** The rule that serves IPv4, the family that runs out; else the first. `null` without an outbound rule. */
export function mainOutboundRule(balancer: LoadBalancerTopology): OutboundRule | null {
  const rules = balancer.outboundRules;
  return (
    rules.find((rule) => rule.frontends.some((frontend) => frontend.family === "ipv4")) ?? rules[0] ?? null
  );
}
