// A load balancer as its metrics see it, and the two questions all of them ask.

import type { LoadBalancerModel } from "../world/load-balancer-model.ts";
import type { ClusterModel, NodeModel } from "../world/model.ts";
import type { Moment } from "../world/moment.ts";

/** One outbound address as the metrics see it: a prefix counts as its addresses. */
export interface Egress {
  readonly address: string;
  readonly family: 4 | 6;
  /** Its place among the addresses of its family: they are used up in this order. */
  readonly position: number;
  /** Addresses of its family at a minute; it is there while it is one of them. */
  readonly siblingsAt: (rel: number) => number;
}

export interface View {
  readonly cluster: ClusterModel;
  readonly loadBalancer: LoadBalancerModel;
  readonly egress: readonly Egress[];
}

/** The outbound addresses, family by family. */
export function egressOf({ frontends, settingsAt }: LoadBalancerModel): Egress[] {
  return ([4, 6] as const).flatMap((family) => {
    const ofFamily = frontends.filter((item) => item.family === family);
    const addresses = ofFamily.flatMap((item) => item.addresses);
    // A prefix is one frontend with several addresses, and comes and goes with all of them.
    const single = family === 4 && ofFamily.length === addresses.length;
    const siblingsAt = (rel: number): number =>
      single ? Math.min(addresses.length, settingsAt(rel).addresses) : addresses.length;
    return addresses.map((address, position) => ({ address, family, position, siblingsAt }));
  });
}

/** Whether the address is on the load balancer at a minute. */
export function inUse({ position, siblingsAt }: Egress, rel: number): boolean {
  return position < siblingsAt(rel);
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
