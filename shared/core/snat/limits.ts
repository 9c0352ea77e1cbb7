/**
 * What Azure gives, as numbers. Each has its source, so that a changed limit is one edit.
 */

/** SNAT ports one frontend IP lends to its backend pool. Source: "Outbound rules Azure Load Balancer", port allocation. */
export const PORTS_PER_FRONTEND_IP = 64_000;

/** Azure grants ports to a node in multiples of this. Source: same. */
export const PORT_BLOCK = 8;

/** Ports that one load-balancing rule takes away on a frontend it shares with an outbound rule. Source: same. */
export const PORTS_PER_LOAD_BALANCING_RULE = 8;

/** Most public addresses of `managedOutboundIPs.count`. Source: "Configure a public standard load balancer", AKS. */
export const MAX_OUTBOUND_IPS = 100;

/**
 * Ports that each node gets on each frontend IP when none are set, by pool size.
 * Source: "Use Source Network Address Translation (SNAT) for outbound connections", default port allocation.
 */
export const ALLOCATION_TIERS: readonly { readonly maxNodes: number; readonly ports: number }[] = [
  { maxNodes: 50, ports: 1_024 },
  { maxNodes: 100, ports: 512 },
  { maxNodes: 200, ports: 256 },
  { maxNodes: 400, ports: 128 },
  { maxNodes: 800, ports: 64 },
  { maxNodes: 1_000, ports: 32 },
];
