import type { EgressPath } from "../egress/topology.ts";
import type { PathPlan } from "./plan.ts";

/** A path that nothing can be computed for. */
export function unknownPlan(path: EgressPath, summary: string): PathPlan {
  return {
    kind: path.kind,
    resourceId: path.resourceId,
    pools: path.pools,
    verdict: "unknown",
    summary,
    assumed: { portsPerNode: null, outboundIps: path.publicIps.length > 0 ? path.publicIps.length : null },
    arithmetic: [],
    share: null,
    maxNodes: null,
    neededOutboundIps: null,
    suggestedPortsPerNode: null,
    changes: [],
  };
}
