import { PORTS_PER_FRONTEND_IP } from "./limits.ts";
import type { NodePorts } from "./node-ports.ts";

/** Use may pass the allocation for a while after that was cut, and by what is lost in averages; not by more. */
export const MOST_OVER = 1.1;

type Figures = Pick<NodePorts, "used" | "allocated" | "frontends">;

/**
 * Whether the figures can be: no use below nought, no address that lends more than it has, no use far above what is lent. Azure's
 * metrics are averages of samples; what contradicts itself is no finding and no proof of health.
 */
export function isPlausible(node: Figures): boolean {
  const { used, allocated } = node;
  if (used === undefined || allocated === undefined) return false;
  return used >= 0 && used <= mostPlausibleUse(node);
}

/** The most that a node with this allocation can use: any number where that is not known, -1 where it cannot be itself. */
export function mostPlausibleUse({ allocated, frontends }: Omit<Figures, "used">): number {
  if (allocated === undefined) return Number.POSITIVE_INFINITY;
  const most = PORTS_PER_FRONTEND_IP * Math.max(1, frontends.length);
  return allocated > 0 && allocated <= most ? allocated * MOST_OVER : -1;
}
