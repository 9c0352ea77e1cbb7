import { PORTS_PER_FRONTEND_IP } from "./limits.ts";
import type { NodePorts } from "./node-ports.ts";

/** Use may pass the allocation for a while after that was cut, and by what is lost in averages; not by more. */
export const MOST_OVER = 1.1;

/**
 * Whether the figures can be: no use below nought, no address that lends more than it has, no use far above what is lent. Azure's
 * metrics are averages of samples; what contradicts itself is no finding and no proof of health.
 */
export function isPlausible({
  used,
  allocated,
  frontends,
}: Pick<NodePorts, "used" | "allocated" | "frontends">): boolean {
  if (used === undefined || allocated === undefined) return false;
  const most = PORTS_PER_FRONTEND_IP * Math.max(1, frontends.length);
  return used >= 0 && allocated > 0 && allocated <= most && used <= allocated * MOST_OVER;
}
