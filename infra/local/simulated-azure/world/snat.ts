// The SNAT port arithmetic of a Standard Load Balancer.
// Source: Azure docs, "Use Source Network Address Translation (SNAT) for outbound connections".

/** Largest pool of a tier and the ports each IP configuration gets for each frontend IP. */
const TIERS: readonly (readonly [nodes: number, ports: number])[] = [
  [50, 1024],
  [100, 512],
  [200, 256],
  [400, 128],
  [800, 64],
  [1000, 32],
];

/** Ports come in blocks of this size. */
const PORT_BLOCK = 8;

/** Ports Azure grants by itself to each node, for each frontend IP. */
function tierPorts(nodes: number): number {
  return TIERS.find(([largest]) => nodes <= largest)?.[1] ?? 0;
}

/**
 * What a node holds on each frontend.
 *
 * A fixed figure is the total of a node and is spread over the frontends; an automatic one holds for each of them.
 */
export function allocationPerFrontend(portsPerNode: number, frontends: number, nodes: number): number[] {
  if (frontends === 0) return [];
  if (portsPerNode === 0) return Array.from({ length: frontends }, () => tierPorts(nodes));
  const share = Math.floor(portsPerNode / frontends / PORT_BLOCK) * PORT_BLOCK;
  return Array.from({ length: frontends }, (_, index) =>
    index === 0 ? portsPerNode - share * (frontends - 1) : share,
  );
}

/** Ports in use on one frontend: a load balancer uses up its frontends one at a time. */
export function usedOnFrontend(demand: number, allocation: readonly number[], frontend: number): number {
  let left = demand;
  for (let index = 0; index < frontend; index += 1) left -= allocation[index] ?? 0;
  return Math.max(0, Math.min(left, allocation[frontend] ?? 0));
}
