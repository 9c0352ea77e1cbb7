// A load balancer as its metrics see it, and the two questions all of them ask.

import type { ClusterModel, FrontendModel, LoadBalancerModel, NodeModel } from "../world/model.ts";
import type { Moment } from "../world/moment.ts";

/** One outbound address as the metrics see it: a prefix counts as its addresses. */
export interface Egress {
  readonly address: string;
  readonly family: 4 | 6;
  /** Its place among the addresses of its family: they are used up in this order. */
  readonly position: number;
  readonly siblings: number;
}

export interface View {
  readonly cluster: ClusterModel;
  readonly loadBalancer: LoadBalancerModel;
  readonly egress: readonly Egress[];
}

/** The outbound addresses, family by family. */
export function egressOf(frontends: readonly FrontendModel[]): Egress[] {
  return ([4, 6] as const).flatMap((family) => {
    const addresses = frontends.filter((item) => item.family === family).flatMap((item) => item.addresses);
    return addresses.map((address, position) => ({ address, family, position, siblings: addresses.length }));
  });
}

/** The minutes in which a node has values: while it is in the pool and the platform records at all. */
export function recorded(view: View, node: NodeModel, at: Moment): boolean {
  const { cluster } = view;
  if (cluster.spec.traffic.absent?.(at.rel)) return false;
  return node.draining || node.index < cluster.nodesAt(at.rel);
}

/** Nodes that can have a value somewhere in the span. */
export function nodesIn(view: View, moments: readonly Moment[]): readonly NodeModel[] {
  const { cluster } = view;
  const most = moments.reduce((max, at) => Math.max(max, cluster.nodesAt(at.rel)), 0);
  return [...cluster.nodes.slice(0, most), ...(most > 0 ? cluster.draining : [])];
}
