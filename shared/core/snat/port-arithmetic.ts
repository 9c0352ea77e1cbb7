import {
  ALLOCATION_TIERS,
  MAX_OUTBOUND_IPS,
  PORT_BLOCK,
  PORTS_PER_FRONTEND_IP,
  PORTS_PER_LOAD_BALANCING_RULE,
} from "./limits.ts";

/**
 * Ports that a node gets on one frontend IP with automatic allocation.
 *
 * @param nodes size of the backend pool, at least 1
 * @returns the tier's ports; those of the last tier beyond Azure's largest pool
 */
export function automaticPorts(nodes: number): number {
  const tier = ALLOCATION_TIERS.find(({ maxNodes }) => nodes <= maxNodes) ?? ALLOCATION_TIERS.at(-1);
  return tier?.ports ?? 0;
}

/** The largest pool that still has the tier of `nodes`; `null` in the last tier. */
export function tierEdge(nodes: number): number | null {
  const index = ALLOCATION_TIERS.findIndex(({ maxNodes }) => nodes <= maxNodes);
  if (index < 0 || index === ALLOCATION_TIERS.length - 1) return null;
  return ALLOCATION_TIERS[index]?.maxNodes ?? null;
}

/**
 * SNAT ports of an outbound rule for each protocol.
 *
 * @param rulesOnFrontends load-balancing rules that share its frontends: each takes a block of ports away
 */
export function portBudget(frontendIps: number, rulesOnFrontends = 0): number {
  return Math.max(0, frontendIps * PORTS_PER_FRONTEND_IP - rulesOnFrontends * PORTS_PER_LOAD_BALANCING_RULE);
}

/**
 * The most ports that each of `nodes` can be given, as Azure takes it: a multiple of {@link PORT_BLOCK}, rounded down.
 *
 * @returns 0 where the budget does not give one block to each
 */
export function portsPerNode(frontendIps: number, nodes: number, rulesOnFrontends = 0): number {
  if (nodes <= 0) return 0;
  const share = Math.floor(portBudget(frontendIps, rulesOnFrontends) / nodes);
  return Math.min(PORTS_PER_FRONTEND_IP, share - (share % PORT_BLOCK));
}

/** Public addresses needed to give `ports` to each of `nodes`. */
export function frontendIpsFor(ports: number, nodes: number, rulesOnFrontends = 0): number {
  const taken = rulesOnFrontends * PORTS_PER_LOAD_BALANCING_RULE;
  return Math.max(1, Math.ceil((ports * nodes + taken) / PORTS_PER_FRONTEND_IP));
}

/** Rounds up to what Azure takes as `allocatedOutboundPorts`. */
export function roundUpToBlock(ports: number): number {
  return Math.ceil(ports / PORT_BLOCK) * PORT_BLOCK;
}

/** A setting that gives each node enough. */
export interface AllocationPlan {
  readonly portsPerNode: number;
  readonly outboundIps: number;
  /** True when `outboundIps` is more than the rule has now. */
  readonly needsMoreIps: boolean;
}

/**
 * What to set so that a node which needs `peakPorts` has at most `targetRatio` in use, for up to `maxNodes` nodes.
 *
 * @param outboundIps addresses the rule has now
 * @param rulesOnFrontends load-balancing rules that share its frontends
 * @returns with the present addresses where they suffice, else with as many as it takes (at most Azure's 100)
 */
export function planAllocation(
  peakPorts: number,
  targetRatio: number,
  maxNodes: number,
  outboundIps: number,
  rulesOnFrontends = 0,
): AllocationPlan {
  const wanted = Math.min(
    PORTS_PER_FRONTEND_IP,
    Math.max(PORT_BLOCK, roundUpToBlock(peakPorts / targetRatio)),
  );
  const ips = Math.min(
    MAX_OUTBOUND_IPS,
    Math.max(outboundIps, frontendIpsFor(wanted, maxNodes, rulesOnFrontends)),
  );
  // The addresses are paid for: hand out all their ports rather than just enough.
  const most = portsPerNode(ips, maxNodes, rulesOnFrontends);
  const ports = Math.max(wanted, most);
  return {
    portsPerNode: Math.min(ports, most),
    outboundIps: ips,
    needsMoreIps: ips > outboundIps,
  };
}
