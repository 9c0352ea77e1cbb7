import type { ClusterRef } from "../egress/topology.ts";
import { namesCluster, type Silence } from "./silence.ts";

/** Silences that name this cluster and none of the others; a pattern may mean clusters that are yet to come. */
export function ownSilences(
  silences: readonly Silence[],
  ref: ClusterRef,
  others: readonly ClusterRef[],
): Silence[] {
  return silences.filter(
    ({ cluster }) =>
      cluster !== undefined &&
      !/[*?]/.test(cluster) &&
      namesCluster(cluster, ref) &&
      !others.some((other) => namesCluster(cluster, other)),
  );
}
